"""Frozen nouns, the Protocols that providers of them implement, and the one tree of errors. No I/O."""
