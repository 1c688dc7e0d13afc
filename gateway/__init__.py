"""The process: HTTP in, an operation executed, HTTP out. Knows no vendor."""
