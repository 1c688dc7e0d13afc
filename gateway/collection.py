"""Python's garbage collector, set for a server: https://docs.python.org/3/library/gc.html.

By default it looks through young objects every 700 allocations, and through all there are again and again. An operation
over a hundred customers makes some hundred thousand objects, nearly all freed without it by reference counts.
"""

import gc

YOUNG = 50_000  # allocations between two looks at young objects
OLDER = (20, 50)  # such looks between two at older ones, and these between two at all


def settle() -> None:
    """What the start has made stays, and is not looked at again; what comes later is looked at less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *OLDER)
