"""The store: our own customers in MongoDB, a connector like any other, and the server that is embedded for `dev`."""
