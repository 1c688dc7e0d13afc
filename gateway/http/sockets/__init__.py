"""GraphQL over WebSocket, over any schema: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md."""
