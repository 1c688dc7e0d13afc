"""What a document's names are called in Python."""

import builtins
import keyword
import re
from collections.abc import Collection

# What annotations name, and what would hide it; `l` looks like a figure.
_RESERVED = {"list", "dict", "str", "int", "float", "bool", "msgspec", "l"}
_LONGEST = 50


def class_name(text: str, taken: Collection[str]) -> str:
    """As in `ChargeList`, and another one than those that are taken."""
    parts = re.findall(r"[A-Za-z0-9]+", text)
    name = "".join(part[0].upper() + part[1:] for part in parts)[:_LONGEST] or "Body"
    name = f"N{name}" if name[0].isdigit() else name
    if name in taken or hasattr(builtins, name) or keyword.iskeyword(name):
        name = f"{name}Body"
    return _free(name, taken)


def field_name(text: str, taken: Collection[str]) -> str:
    """As in `created_at`, and another one than those that are taken."""
    broken = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    name = re.sub(r"[^a-z0-9]+", "_", broken.lower()).strip("_")[:_LONGEST] or "field"
    name = f"n{name}" if name[0].isdigit() else name
    if name in _RESERVED or keyword.iskeyword(name) or (keyword.issoftkeyword(name) and name == "_"):
        name = f"{name}_"
    return _free(name, taken, "_")


def _free(name: str, taken: Collection[str], gap: str = "") -> str:
    count, found = 2, name
    while found in taken:
        found, count = f"{name}{gap}{count}", count + 1
    return found
