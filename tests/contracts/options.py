"""What a document does not say of its vendor, and a test must: the options of `Contract.load`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypedDict, Unpack


class Options(TypedDict, total=False):
    """Every option may be left out."""

    prefix: str | None
    """The path before the document's own paths; by default that of its first server."""
    extra: Mapping[str, str]
    """Operations that the document leaves out, with the component that answers them with success:
    `{"GET /v1/charges/{charge}": "charge"}`, or `"charge[]"` for a list of them under `data`. Of such a request only
    the method and the path are checked."""
    brackets: bool
    """Arrays are written `id[]=1&id[]=2`, as Rails reads them (Mastodon); OpenAPI has no style for it."""
    faults: Collection[int]
    """Statuses from 400 on that may be answered although the document does not declare them."""
    many: Collection[str]
    """Operations that may answer an array of what the document declares (Open-Meteo: `GET /v1/forecast`)."""


@dataclass(frozen=True)
class Settings:
    """`Options` with their defaults, hashable."""

    prefix: str | None = None
    extra: tuple[tuple[str, str], ...] = ()
    brackets: bool = False
    faults: frozenset[int] = frozenset()
    many: frozenset[str] = frozenset()

    @classmethod
    def of(cls, **options: Unpack[Options]) -> "Settings":
        """The settings that these options mean."""
        return cls(
            prefix=options.get("prefix"),
            extra=tuple(options.get("extra", {}).items()),
            brackets=options.get("brackets", False),
            faults=frozenset(options.get("faults", ())),
            many=frozenset(options.get("many", ())),
        )
