"""GraphQL over HTTP, over any schema it is given."""
