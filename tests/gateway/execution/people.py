"""A graph whose fields wait until a test lets them go on, and an engine over it whose hooks say what they did."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import strawberry
from graphql import GraphQLError

from gateway.execution.documents import Documents
from gateway.execution.engine import Engine
from gateway.execution.hooks import NoHooks
from gateway.execution.limits import Limits
from gateway.execution.operation import Answer, Part
from gateway.execution.validation import RULES


class Gates:
    """Of one operation: by name, what was reached, what may go on, and what was cancelled."""

    def __init__(self, *opened: str) -> None:
        self.reached: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self.opened: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self.cancelled: list[str] = []
        self.around: list[str] = []
        self.left = asyncio.Event()
        self.open(*opened)

    def open(self, *names: str) -> None:
        for name in names:
            self.opened[name].set()

    async def through(self, name: str) -> str:
        self.reached[name].set()
        try:
            await self.opened[name].wait()
        except asyncio.CancelledError:
            self.cancelled.append(name)
            raise
        return name


Info = strawberry.Info[Gates, None]


@strawberry.type
class Person:
    id: int
    name: str

    @strawberry.field
    async def slow(self, info: Info) -> str:
        return await info.context.through(f"slow {self.id}")

    @strawberry.field
    async def slower(self, info: Info) -> str:
        return await info.context.through(f"slower {self.id}")

    @strawberry.field
    async def lost(self, info: Info) -> str | None:
        await info.context.through("lost")
        raise RuntimeError("the password is hunter2")

    @strawberry.field
    async def needed(self, info: Info) -> str:
        await info.context.through("needed")
        raise RuntimeError("the password is hunter2")

    @strawberry.field
    def friends(self) -> "list[Person]":
        return [person(10 * self.id + number) for number in range(3)]

    @strawberry.field
    async def found(self, info: Info) -> "strawberry.Streamable[Person]":
        for number in range(2):
            await info.context.through(f"found {number}")
            yield person(10 * self.id + number)
        await info.context.through("found 2")
        raise RuntimeError("the password is hunter2")


def person(id: int) -> Person:
    return Person(id=id, name=f"Person {id}")


@strawberry.type
class Query:
    @strawberry.field
    def me(self) -> Person:
        return person(1)

    @strawberry.field
    def people(self, first: int = 3) -> list[Person]:
        return [person(number) for number in range(first)]


@strawberry.type
class Mutation:
    @strawberry.mutation
    def rename(self, name: str) -> Person:
        return Person(id=1, name=name)


class Telling(NoHooks):
    """Masks every error, and says how often it was entered and left."""

    @contextmanager
    def around(self, context: Gates) -> Iterator[None]:
        context.around.append("entered")
        try:
            yield
        finally:
            context.around.append("left")
            context.left.set()

    def errors(self, errors: Sequence[GraphQLError], context: Gates) -> Sequence[GraphQLError]:  # noqa: ARG002 - unused
        return [GraphQLError("masked", path=error.path, extensions={"code": "INTERNAL"}) for error in errors]

    def extensions(self, context: Gates) -> Mapping[str, Any]:
        return {"reached": len(context.reached)}


@dataclass
class Graph:
    """A schema of its own for each, since it is altered."""

    limits: Limits = field(default_factory=Limits)
    extensions: Sequence[type[strawberry.extensions.SchemaExtension]] = ()

    def __post_init__(self) -> None:
        schema = strawberry.Schema(Query, Mutation, extensions=list(self.extensions))
        inner = schema._schema  # noqa: SLF001 - strawberry has no public way to what graphql-core executes
        self.engine = Engine(schema, Documents(inner, self.limits, rules=RULES), limits=self.limits, hooks=Telling())


async def delivered(engine: Engine, query: str, context: Gates, **variables: object) -> list[Part]:
    """Every part of an operation that has several."""
    async with engine.deliver(engine.prepare(query, None), variables, context) as answer:
        assert not isinstance(answer, Answer)
        return [part async for part in answer]
