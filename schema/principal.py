"""Who is calling."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """`id` is stable and told from every other caller's: the audit has it. `name` is what people call them."""

    id: str
    name: str
    roles: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()


ANONYMOUS: Final = Principal(id="anonymous", name="anonymous")
"""A caller of whom nothing is known."""
