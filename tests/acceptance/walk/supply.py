"""Values for arguments, from what was read before: by the argument's name, its type, and what else is asked with it."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, count, islice
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_required_argument,
    is_required_input_field,
)

from tests.acceptance.walk.asked import Seen, is_node

Input = GraphQLArgument | GraphQLInputField
Inputs = Mapping[str, Input]
MOST = 20  # objects of a type, of each service, that are remembered
OFTEN = 10  # ways to fill an input that are tried

# Arguments that ask for what a field has under another name, and texts of which a part will do: a word,
# or the project of a key.
ALSO_CALLED = {
    "base": {"currency"},
    "quote": {"currency"},
    "quotes": {"currency"},
    "search": {"title", "description", "text"},
    "tag": {"tags"},
    "text": {"name", "title"},
    "subject": {"title"},
    "reason": {"title"},
    "project": {"key"},
    "since": {"createdAt", "on"},
    "until": {"on"},
    "createdAfter": {"createdAt"},
    "createdBefore": {"createdAt"},
}
PART_OF = {"search": r"\b[A-Za-z]{5,}\b", "project": r"^[A-Z]{2,}(?=-\d)"}
EARLIEST, LATEST = {"since", "createdAfter"}, {"until", "createdBefore"}
SOME: Mapping[str, Sequence[Any]] = {"Int": (2, 3), "Float": (50.0, 99.0), "Boolean": (True, False), "String": ()}
KINDS = {"kind": ["Task"]}  # of an issue, which no field tells
# What nobody has yet, where something is written.
NEW = {"email": "walk.{}@new.example", "externalId": "walk-{}", "idempotencyKey": "walk-{}"}


class Supply:
    """What was read, by type. `about` is always what is asked for, in words that name types."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._seen: dict[str, list[Seen]] = defaultdict(list)
        self._leaves: dict[int, dict[tuple[str, str], list[Any]]] = {}
        self._number = count(1)

    def add(self, seen: Seen) -> None:
        """Remembers an object, for its values and for the way to it; of one with an id what was read last."""
        known = self._seen[seen.kind]
        if "id" in seen.value:
            for one in known:
                if one.value.get("id") == seen.value["id"]:
                    one.value.update(seen.value)
                    self._leaves[id(one)] = self._take_apart(one.value)
                    return
        alike = sum(one.service == seen.service for one in known)
        if alike < MOST and all(one.value != seen.value for one in known):
            known.append(seen)
            self._leaves[id(seen)] = self._take_apart(seen.value)

    def of(self, kind: str) -> Sequence[Seen]:
        """The objects of a type, as far as they are remembered."""
        return self._seen[kind]

    def needed(self, wanted: GraphQLField, about: str, more: Iterable[str] = ()) -> Iterator[dict[str, Any]]:
        """Arguments that a field must have, and those of `more`, in the ways there are to fill them."""
        names = [one for one, arg in wanted.args.items() if is_required_argument(arg) or one in set(more)]
        return self.together({one: wanted.args[one] for one in names}, about)

    def objects(self, kind: GraphQLInputObjectType, about: str, often: int = 1) -> Iterator[dict[str, Any]]:
        """An input with what it must have, then with each other field besides, each value of an enum, and with all.

        Of each there are so many, as far as there are so many ways.
        """
        about = f"{kind.name} {about}"
        must = {name: one for name, one in kind.fields.items() if is_required_input_field(one)}
        yield from islice(self.together(must, about), often if must else 0)
        for name, one in kind.fields.items():
            if name not in must or isinstance(get_named_type(one.type), GraphQLEnumType):
                for value in self.choices(name, one, about) or [None]:
                    most = self.together(kind.fields, about) if value is not None and often > 1 else ()
                    for other in chain(islice(most, 1), islice(self.together(must | {name: one}, about), often)):
                        yield {**other, name: other[name] if value is None else value}
        yield from islice(self.together(kind.fields, about), often)

    def together(self, inputs: Inputs, about: str) -> Iterator[dict[str, Any]]:
        """Values for all of `inputs`: of the object that is meant, or of one that has them all, or one by one."""
        for turn, seen in enumerate(self._meant(inputs, about)):
            yield from islice(self._one_by_one(inputs, about, seen), turn % MOST, turn % MOST + 1)
        kinds = {name: get_named_type(one.type) for name, one in inputs.items()}
        names = [name for name, kind in kinds.items() if not isinstance(kind, GraphQLEnumType | GraphQLInputObjectType)]
        for seen in (seen for known in list(self._seen.values()) for seen in known if len(names) > 1):
            if all(self._own(seen, name, inputs[name]) is not None for name in names):
                yield from islice(self._one_by_one(inputs, about, seen), 1)
        yield from islice(self._one_by_one(inputs, about, None), MOST)

    def choices(self, name: str, wanted: Input, about: str) -> list[Any]:
        """Every value, where they can be counted; else none."""
        kind = get_named_type(wanted.type)
        is_choice = isinstance(kind, GraphQLEnumType | GraphQLInputObjectType)
        return self.values(name, wanted, about) if is_choice else []

    def values(self, name: str, wanted: Input, about: str) -> list[Any]:
        """What one input may be."""
        named = get_named_type(wanted.type)
        if isinstance(named, GraphQLEnumType):
            found: list[Any] = list(named.values)
        elif isinstance(named, GraphQLInputObjectType):
            found = list(self.objects(named, about))
        elif name in NEW and "Mutation" in about:
            found = [NEW[name].format(next(self._number))]
        elif named.name == "ID":
            found = [seen.value["id"] for seen in self._named(name, about) or self._each_node()]
        else:
            found = self._read(name, named.name, about) or KINDS.get(name) or list(SOME.get(named.name, ()))
        return [[one] for one in found] if is_list_type(get_nullable_type(wanted.type)) else found

    def _meant(self, inputs: Inputs, about: str) -> Sequence[Seen]:
        """The objects of which one input is the id."""
        for name, one in inputs.items():
            if get_named_type(one.type).name == "ID":
                return self._named(name, about)
        return ()

    def _one_by_one(self, inputs: Inputs, about: str, seen: Seen | None) -> Iterator[dict[str, Any]]:
        """What `seen` has is taken from there; of what two inputs may both be, they take different ones."""
        columns = []
        for number, (name, one) in enumerate(inputs.items()):
            own = None if name in NEW and "createCustomer" in about else self._own(seen, name, one)
            owned = [own] if is_list_type(get_nullable_type(one.type)) else own
            found = self.values(name, one, about) if own is None else [owned]
            columns.append([found[(number + turn) % len(found)] for turn in range(MOST)] if found else [])
        yield from (dict(zip(inputs, chosen, strict=True)) for chosen in zip(*columns, strict=False))
        if not inputs:
            yield {}

    def _own(self, seen: Seen | None, name: str, wanted: Input) -> Any:  # noqa: ANN401 - JSON
        """What an object, or a value in it, has of this name and type; its id where that is what is asked for."""
        if seen is None:
            return None
        kind = get_named_type(wanted.type)
        if kind.name == "ID":
            return seen.value.get("id")
        return (
            None
            if isinstance(kind, GraphQLEnumType)
            else next(iter(self._leaves[id(seen)].get((name, kind.name), ())), None)
        )

    def _named(self, *texts: str) -> Sequence[Seen]:
        """The objects of the type with the longest name of those in the first text that names one, that have an id."""
        for words in map(str.lower, texts):
            known = {kind: [one for one in seen if "id" in one.value] for kind, seen in self._seen.items()}
            if named := [kind for kind, seen in known.items() if kind.lower() in words and seen]:
                return _in_turn(known[max(named, key=len)])
        return ()

    def _each_node(self) -> Sequence[Seen]:
        """One of each type of nodes, and of each service."""
        nodes = (seen for kind, known in self._seen.items() if is_node(self._schema, kind) for seen in known)
        return list({(seen.kind, seen.service): seen for seen in nodes if "id" in seen.value}.values())

    def _read(self, name: str, kind: str, about: str) -> list[Any]:
        """Values of fields that are called so, in objects of what it is about, or in any; else of that very type."""
        called = {name, *ALSO_CALLED.get(name, ())}
        near = [one for one in self._seen if one.lower() in about.lower()]
        for kinds, fields in (
            (near, called),
            (list(self._seen), called),
            ([] if kind in SOME else [*self._seen], None),
        ):
            if found := self._values(kinds, fields, kind, name):
                return sorted(found, reverse=name in LATEST) if name in LATEST | EARLIEST else found
        return []

    def _values(self, kinds: Iterable[str], fields: Collection[str] | None, kind: str, name: str) -> list[Any]:
        found: dict[Any, None] = {}
        for seen in (seen for one in kinds for seen in self._seen[one]):
            for (field, of), values in self._leaves[id(seen)].items():
                if of == kind and (fields is None or field in fields):
                    words = (re.findall(PART_OF[name], value) if name in PART_OF else [value] for value in values)
                    found |= dict.fromkeys(chain.from_iterable(words))
        return list(found)

    def _take_apart(self, value: Mapping[str, Any]) -> dict[tuple[str, str], list[Any]]:
        """The scalars of an object and of the values in it, by name and type; of a list each item by itself."""
        found: dict[tuple[str, str], list[Any]] = {}
        for part in (value, *(one for one in value.values() if isinstance(one, dict))):
            kind = self._schema.type_map[part["__typename"]]
            assert isinstance(kind, GraphQLObjectType)
            for field, has in kind.fields.items():
                leaf = part.get(field)
                if leaf is not None and not isinstance(leaf, dict) and leaf != []:
                    items = leaf if isinstance(leaf, list) else [leaf]
                    found.setdefault((field, get_named_type(has.type).name), items)
        return found


def _in_turn(known: Iterable[Seen]) -> Sequence[Seen]:
    """One of each service, then another of each."""
    turns: Counter[str] = Counter()
    numbered = []
    for seen in known:
        numbered.append((turns[seen.service], seen))
        turns[seen.service] += 1
    return [seen for _, seen in sorted(numbered, key=lambda one: one[0])]
