"""Other servers of the graph of `benchmarks.posts`: the same types, the same upstream at `UPSTREAM_URL`."""
