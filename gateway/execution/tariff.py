"""What the fields of a schema are reckoned to cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

ASSUMED = 10


class Calls(Protocol):
    """What reading a field of some objects takes of one upstream service: its batch has a key for each of them."""

    @property
    def service(self) -> str:
        """Which one, as the graph spells it."""

    @property
    def per_batch(self) -> int | None:
        """How many keys one call takes; None for any number of them."""

    @property
    def times(self) -> int:
        """How many calls a batch takes, at most, where it is more than one."""

    @property
    def each_item(self) -> bool:
        """Whether it is not each object that is a key, but each item of the list that the field has."""

    @property
    def page(self) -> int | None:
        """How many items of the field's list one call returns; None where a list is always one call."""

    @property
    def different(self) -> int | None:
        """How many different keys there are at most, however many objects; None where all may differ."""

    @property
    def shared(self) -> str | None:
        """Fields of one object with the same tag, and the same arguments in `apart`, share one read."""

    @property
    def apart(self) -> Sequence[str]:
        """The arguments by which reads with the same tag are told apart."""

    @property
    def only(self) -> Sequence[str]:
        """An argument, and names of an enum of which it has to list one, unless it is left out; empty for always."""

    @property
    def exact(self) -> bool:
        """Whether reading one object takes neither more calls than that nor fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """By default that of https://ibm.github.io/graphql-specs/cost-spec.html: 1 for an object, 0 for a leaf.

    `weights` is by the name of a type. By schema coordinate (https://spec.graphql.org/September2025/#sec-Schema-Coordinates):
    `sizes`, how many items a list without slicing arguments has, or the argument whose items it answers one for one;
    `calls`, what reading a field takes upstream. `assumed` is the size of a list of which nothing is known. A slicing
    argument above `most` counts as `most`, where the field refuses it anyway.
    """

    weights: Mapping[str, int] = field(default_factory=dict)
    sizes: Mapping[str, int | str] = field(default_factory=dict)
    calls: Mapping[str, Sequence[Calls]] = field(default_factory=dict)
    assumed: int = ASSUMED
    most: int | None = None
