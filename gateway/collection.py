"""Python's garbage collector in a process that serves: https://docs.python.org/3/library/gc.html#gc.freeze."""

import gc
from typing import Final

YOUNG: Final = 10_000  # objects made and not freed again since young ones were looked through; Python's default is 700


def settle() -> None:
    """What there is now (modules, schema, settings) stays for the life of the process, and is not looked through again.

    A full collection would look through all of it, which takes a quarter of the time of an operation over a hundred
    objects. Operations under way hold some hundred objects each: that alone is no reason to look for garbage.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
