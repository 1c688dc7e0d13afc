"""Which operations are taken, as settings: trusted documents alone or any, several at once, and how large."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from gateway.environment import Setting, web_address, whole_number
from gateway.execution.limits import Limits
from gateway.http.apq import AutomaticDocuments
from gateway.http.documents import Documents
from gateway.http.manifest import DocumentsError
from gateway.http.trusted import TrustedDocuments, load

MOST_AT_ONCE = 100
_USUAL = Limits()
_STORE = "mongodb:"
OTHERS = frozenset({"customers", "deeds", "audit"})  # collections of the store that hold something else
_NAMES = tuple(one.name for one in fields(Limits))

TRUSTED = Setting(
    name="TRIBUTARY_TRUSTED_DOCUMENTS",
    about="The only operations that are taken: a folder of .graphql files, a manifest of Apollo's or Relay's, "
    "or a collection of the store",
    looks_like="a path, or mongodb:operations",
    default="any operation is taken",
    fits=bool,  # what is wrong with the documents is told one by one
)
BATCH = Setting(
    name="TRIBUTARY_BATCH",
    about="How many operations one request may hold, as a JSON array",
    looks_like=f"a whole number from 0 to {MOST_AT_ONCE}",
    default="0: none but a single one",
    fits=whole_number(0, MOST_AT_ONCE),
)
LIMITS = Setting(
    name="TRIBUTARY_LIMITS",
    about=f"How large an operation may be: some of {', '.join(_NAMES)}",
    looks_like="depth=12,cost=10000",
    default=", ".join(f"{name}={getattr(_USUAL, name)}" for name in _NAMES),
    fits=bool,  # its mistakes are told one by one
)
ORIGINS = Setting(
    name="TRIBUTARY_ORIGINS",
    about="Whose pages may open a WebSocket, beside our own; in `dev` those of this machine may too",
    looks_like="https://app.acme.example,https://desk.acme.example",
    default="our own origin alone",
    fits=lambda text: all(_is_origin(one) for one in _listed(text)),
)
SETTINGS = (TRUSTED, BATCH, LIMITS, ORIGINS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """What the endpoint takes: any document where `trusted` and `collection`, where some are published, are None."""

    limits: Limits = field(default_factory=Limits)
    trusted: TrustedDocuments | None = None
    collection: str | None = None
    batch: int = 0
    origins: tuple[str, ...] = ()

    def documents(self) -> Documents:
        """Where the texts of operations come from."""
        return self.trusted or AutomaticDocuments()


def read(values: Mapping[str, str], mistakes: list[str]) -> Operations:
    """From values that fit, by variable; what is wrong with them otherwise goes into `mistakes`."""
    given = values.get(TRUSTED.name)
    is_published = given is not None and given.startswith(_STORE)
    return Operations(
        limits=_limits(values.get(LIMITS.name, ""), mistakes),
        trusted=None if is_published else _trusted(given, mistakes),
        collection=_collection(given, mistakes) if given and is_published else None,
        batch=int(values.get(BATCH.name, 0)),
        origins=tuple(_listed(values.get(ORIGINS.name, ""))),
    )


def _trusted(path: str | None, mistakes: list[str]) -> TrustedDocuments | None:
    if path is None:
        return None
    try:
        return load(Path(path))
    except DocumentsError as wrong:
        mistakes += [f"{TRUSTED.name}: {problem}" for problem in wrong.problems]
        return None


def collection_of(given: str) -> str | None:
    """The collection that `mongodb:NAME` names; None where it cannot be one of operations."""
    name = given.removeprefix(_STORE)
    return name if re.fullmatch(r"[A-Za-z_][\w-]{0,99}", name) and name not in OTHERS else None


def _collection(given: str, mistakes: list[str]) -> str | None:
    found = collection_of(given)
    if found is None:
        mistakes.append(f"{TRUSTED.name}: {_STORE} should be followed by a collection's name, one of its own")
    return found


def _limits(text: str, mistakes: list[str]) -> Limits:
    given: dict[str, int] = {}
    for item in _listed(text):
        name, _, number = (part.strip() for part in item.partition("="))
        if name not in _NAMES:
            mistakes.append(f"{LIMITS.name} names {name}, which is no limit: expected some of {', '.join(_NAMES)}")
        elif not number.isdecimal() or int(number) < 1:
            mistakes.append(f"{LIMITS.name}: {name} should be a whole number from 1 on")
        else:
            given[name] = int(number)
    return Limits(**given)


def _is_origin(text: str) -> bool:
    return web_address(text) and text.count("/") == 2  # noqa: PLR2004 - those of the scheme, and no path


def _listed(text: str) -> list[str]:
    return [item for item in map(str.strip, text.split(",")) if item]
