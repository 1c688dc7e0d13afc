"""What a browser sees: GraphiQL, self-hosted, built from the sources in web/ at the root."""
