"""Frankfurter: exchange rates that central banks publish (https://frankfurter.dev)."""
