"""How large an operation may be."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The largest number that is allowed of each; what has more is refused before anything runs.

    Of the text, before it is parsed: `characters`; `tokens`, comments included; `nesting` of brackets of any kind.
    Of each operation, where what a fragment holds counts at every spread: `depth`, levels of fields, without what lies
    below `__schema` and `__type`; `aliases`; `directives`; `root_fields`; `fields`. Of each request, since variables
    have a say: `cost`, in the objects of an answer, and `calls` of any one upstream service.
    """

    characters: int = 50_000
    tokens: int = 1_000
    nesting: int = 50
    depth: int = 10
    aliases: int = 15
    directives: int = 50
    root_fields: int = 20
    fields: int = 2_000
    cost: int = 5_000
    calls: int = 500
