"""A walk over a whole graph, which knows nothing of it but its schema: what is asked next comes from what was read."""
