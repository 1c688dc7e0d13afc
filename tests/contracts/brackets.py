"""Query strings and forms as the nested values that they stand for, before any text becomes a number."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Raw: TypeAlias = "str | tuple[str, ...] | list[Raw] | dict[str, Raw]"
"""Text as sent: a tuple holds what a plain name was given, a list what `name[]` was, a dict what `name[key]` was."""

NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])+)")
SEPARATORS = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}


class Unreadable(ValueError):
    """A name or a repetition that the declared style does not have."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name = name
        self.why = why


@dataclass(frozen=True)
class Style:
    """How one parameter is written (https://spec.openapis.org/oas/v3.1.1#style-values)."""

    style: str = "form"
    explode: bool = True
    array: bool = False
    rails: bool = False  # an array is written `id[]=1&id[]=2`, for which OpenAPI has no style


def gathered(pairs: Iterable[tuple[str, str]], styles: Mapping[str, Style]) -> dict[str, Raw]:
    """The value of each parameter. A name that is not in `styles` is kept as it stands; `Unreadable` otherwise."""
    found: dict[str, Raw] = {}
    for name, value in pairs:
        base, path = _parts(name)
        if name in styles or not _bracketed(styles.get(base)):
            found[name] = (*_plain(found.get(name, ()), name), value)
        else:
            _nest(found, name, [base, *path], value)
    for name, style in styles.items():
        if name in found:
            found[name] = _styled(name, found[name], style)
    return found


def _parts(name: str) -> tuple[str, list[str]]:
    match = NAME.fullmatch(name)
    return (match[1], match[2][1:-1].split("][")) if match else (name, [])


def _bracketed(style: Style | None) -> bool:
    return style is not None and (style.style == "deepObject" or style.rails)


def _plain(sent: Raw, name: str) -> tuple[str, ...]:
    if not isinstance(sent, tuple):
        raise Unreadable(name, "sent both with and without brackets")
    return sent


def _nest(found: dict[str, Raw], name: str, path: list[str], value: str) -> None:
    """Puts the value under `a[b][c]`; `a[b][]` collects a list."""
    *parents, last = path
    if "" in parents:
        raise Unreadable(name, "`[]` must stand last: number the elements instead")
    node = found
    appending = last == ""
    for key in parents[:-1] if appending else parents:
        node = _object(node.setdefault(key, {}), name)
    if not appending and last in node:
        raise Unreadable(name, "sent twice")
    if not appending:
        node[last] = value
        return
    items = node.setdefault(parents[-1], [])
    if not isinstance(items, list):
        raise Unreadable(name, "sent both as a list and as something else")
    items.append(value)


def _object(node: Raw, name: str) -> dict[str, Raw]:
    if not isinstance(node, dict):
        raise Unreadable(name, "sent both as an object and as something else")
    return node


def _styled(name: str, raw: Raw, style: Style) -> Raw:
    if not isinstance(raw, tuple):
        return raw
    if style.rails and style.array:
        raise Unreadable(name, f"an array is written `{name}[]`")
    if len(raw) > 1 and not (style.array and style.style == "form" and style.explode):
        raise Unreadable(name, f"sent {len(raw)} times")
    if style.style == "deepObject":
        return raw[0]
    if style.array and not style.explode:
        return tuple(raw[0].split(SEPARATORS[style.style]))
    return raw
