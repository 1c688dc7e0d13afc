"""What the fields of a random graph hold: the same for whoever asks, good or bad, there or still to come."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from enum import Enum
from random import Random
from typing import Any

from graphql.pyutils import Undefined

from tests.gateway.execution.graphs import COLOURS, Field, Graph, Ref


class BadError(Exception):
    """What resolvers raise."""


class Later:
    """Neither a coroutine nor a future, but it can be awaited."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __await__(self) -> Iterator[Any]:
        return self._inner.__await__()  # type: ignore[no-any-return]  # a coroutine's


class Colour(Enum):
    RED = "red"
    GREEN = "green"
    BLUE = "blue"


class World:
    """`make` makes an object of a type, by its number; objects ask `read` for what they hold.

    `calm` is the share of values with nothing wrong about them.
    """

    def __init__(
        self, graph: Graph, seed: int, make: Callable[["World", str, int], Any], colour: Callable[[str], Any]
    ) -> None:
        self.graph = graph
        self.made: dict[tuple[str, int], Any] = {}
        self.coroutines: list[Any] = []
        self.items: list[Any] = []
        self.log: list[str] = []
        self._seed = seed
        self._make = make
        self._colour = colour
        self._calm = Random(seed).choice([1.0, 0.97, 0.9])
        self._waits = Random(seed + 1).choice([0.0, 0.1])

    def read(self, kind: str, number: int, one: Field, arguments: Mapping[str, Any]) -> Any:
        """What field `one` of an object holds: a value, or something to await. Raises BadError."""
        told = ",".join(f"{name}={arguments[name]!r}" for name in sorted(arguments))
        place = f"{kind}{number}.{one.name}({told})"
        if kind in self.graph.roots:
            self.log.append(place)
        rng = Random(f"{self._seed} {place}")
        manner = one.manner
        if manner in ("read", "sync"):
            return self._there(one.type, rng, place)
        turns = rng.choice([0, 0, 1, 3])
        return self.waited(manner, turns, lambda: self._there(one.type, rng, place))

    def waited(self, manner: str, turns: int, give: Callable[[], Any], *, is_item: bool = False) -> Awaitable[Any]:
        """`give()`, after so many turns of the loop."""
        if manner == "future":
            return self._future(turns, give)
        running = self._running(turns, give)
        (self.items if is_item else self.coroutines).append(running)
        if manner == "task":
            return asyncio.ensure_future(running)
        return Later(running) if manner == "later" else running  # type: ignore[return-value]  # a coroutine is awaitable

    def left(self) -> int:
        """How many of the coroutines that resolvers gave nobody awaited or closed; they are, then.

        Items of lists are not counted: nobody looks into a list that is not needed any more.
        """
        left = sum(inspect.getcoroutinestate(one) == inspect.CORO_CREATED for one in self.coroutines)
        for one in [*self.coroutines, *self.items]:
            one.close()
        self.coroutines.clear()
        self.items.clear()
        return left

    async def _running(self, turns: int, give: Callable[[], Any]) -> Any:
        for _ in range(turns):
            await asyncio.sleep(0)
        return give()

    def _future(self, turns: int, give: Callable[[], Any]) -> Awaitable[Any]:
        loop = asyncio.get_running_loop()
        future = loop.create_future()

        def step(left: int) -> None:
            if left:
                loop.call_soon(step, left - 1)
                return
            if future.done():
                return
            try:
                future.set_result(give())
            except BadError as error:
                future.set_exception(error)

        if turns:
            loop.call_soon(step, turns)
        else:
            step(0)
        return future

    def _there(self, type_: Ref, rng: Random, place: str) -> Any:
        if rng.random() > self._calm:
            raise BadError(f"{place} failed")
        return self._value(type_, rng, place)

    def _value(self, type_: Ref, rng: Random, place: str) -> Any:
        odd = rng.random() > self._calm
        if odd and rng.random() < 0.3:
            return BadError(f"{place} is an error")
        if rng.random() < (0.15 if type_.null else 0.0) or (odd and rng.random() < 0.5):
            return rng.choice([None, Undefined])
        if type_.item is not None:
            return self._list(type_.item, rng, place, odd=odd)
        if type_.name in self.graph.kinds or type_.name in self.graph.unions:
            return self._object(type_.name, rng, odd=odd)
        return self._leaf(type_.name, rng, odd=odd)

    def _list(self, item: Ref, rng: Random, place: str, *, odd: bool) -> Any:
        if odd and rng.random() < 0.3:
            return rng.choice([7, "text", {"a": 1}])
        items = [self._item(item, rng, f"{place}[{at}]") for at in range(rng.choice([0, 1, 2, 2, 3]))]
        chance = rng.random()
        if chance < 0.75:
            return tuple(items) if chance < 0.1 else items
        breaks = f"{place} broke off" if odd else None
        return self._each(items, breaks) if chance < 0.9 or not self._waits else self._later(items, breaks)

    def _item(self, item: Ref, rng: Random, place: str) -> Any:
        if rng.random() >= self._waits:
            return self._value(item, rng, place)
        manner = rng.choice(["async", "future", "task", "later"])
        turns = rng.choice([0, 1, 2])
        inner = Random(rng.random())
        return self.waited(manner, turns, lambda: self._there(item, inner, place), is_item=True)

    def _each(self, items: list[Any], breaks: str | None) -> Iterator[Any]:
        yield from items
        if breaks:
            raise BadError(breaks)

    async def _later(self, items: list[Any], breaks: str | None) -> AsyncIterator[Any]:
        for item in items:
            await asyncio.sleep(0)
            yield item
        if breaks:
            raise BadError(breaks)

    def _object(self, name: str, rng: Random, *, odd: bool) -> Any:
        kinds = [kind for kind in self.graph.kinds if kind.startswith("O")]
        kind = rng.choice(kinds if odd else self.graph.possible(name))
        return self.at(kind, rng.randrange(3))

    def at(self, kind: str, number: int) -> Any:
        """The object of that number."""
        found = self.made.get((kind, number))
        if found is None:
            found = self.made[kind, number] = self._make(self, kind, number)
        return found

    def _leaf(self, name: str, rng: Random, *, odd: bool) -> Any:
        if odd:
            return rng.choice(["text", 2**40, 2.5, float("nan"), True, [1], {"a": 1}, -3, "PURPLE", object])
        good: dict[str, list[Any]] = {
            "Int": [0, -4, 2**31 - 1, 12],
            "Float": [0.5, -1.25, 3, 1e30],
            "String": ["", "a", "ü\n", 'quoted "so"'],
            "Boolean": [True, False],
            "ID": ["x", "7", 7],
            "Colour": [self._colour(one) for one in COLOURS],
            "Odd": [1, "one", {"held": [1, None]}],
        }
        return rng.choice(good[name])


def odd_output(value: object) -> object:
    """The scalar `Odd`: it refuses some values, and has nothing to say for others."""
    if isinstance(value, bool | type):
        raise BadError("no truth in this")
    return None if value == -3 else {"odd": value} if isinstance(value, int | str | dict) else value
