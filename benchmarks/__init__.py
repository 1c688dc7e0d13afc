"""Figures about the gateway, measured over real sockets. Not tests: a benchmark is never a timed assertion."""
