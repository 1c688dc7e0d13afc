"""Faults on demand: outages of a service, played by its imitation, in the process or over HTTP."""
