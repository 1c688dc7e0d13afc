"""The outside world: one folder a vendor, the store, and the transport they share. Knows no GraphQL."""
