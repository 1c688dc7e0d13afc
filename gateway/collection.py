"""Python's garbage collector in a process that serves: https://docs.python.org/3/library/gc.html#gc.freeze."""

import gc


def settle() -> None:
    """What there is now (modules, schema, settings) stays for the life of the process, and is not looked through again.

    A full collection would look through all of it, which takes a quarter of the time of an operation over a hundred
    objects. What comes later is collected as ever: no memory is held back.
    """
    gc.collect()
    gc.freeze()
