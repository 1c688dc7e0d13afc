"""The public graph: nouns, not vendors. Knows no HTTP."""
