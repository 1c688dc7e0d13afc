"""Subscriptions through the engine: each event is an operation of its own, within the same limits."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
import strawberry
from graphql import GraphQLError
from strawberry.extensions import SchemaExtension

from gateway.execution.documents import Documents
from gateway.execution.engine import Engine
from gateway.execution.hooks import NoHooks
from gateway.execution.limits import Limits
from gateway.execution.operation import Answer, BrokenOffError


@dataclass
class Context:
    """`generation`: how many contexts were made before this one."""

    closed: list[str] = field(default_factory=list)
    entered: list[int] = field(default_factory=list)
    made: list[int] = field(default_factory=lambda: [0])
    generation: int = 0


Info = strawberry.Info[Context, None]


@strawberry.type
class Event:
    number: int

    @strawberry.field
    async def generation(self, info: Info) -> int:
        await asyncio.sleep(0)
        return info.context.generation

    @strawberry.field
    def broken(self) -> int | None:
        raise ValueError("a secret")


@strawberry.type
class Query:
    nothing: int | None = None


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def events(self, info: Info, to: int = 2) -> AsyncGenerator[Event, None]:
        try:
            for number in range(to):
                yield Event(number=number)
        finally:
            info.context.closed.append("events")

    @strawberry.subscription
    async def failing(self) -> AsyncGenerator[Event, None]:
        yield Event(number=0)
        raise ValueError("a secret")

    @strawberry.subscription
    async def refused(self) -> AsyncGenerator[Event, None]:
        raise GraphQLError("not you", extensions={"code": "FORBIDDEN"})


class Masking(NoHooks):
    @contextmanager
    def around(self, context: Any) -> Iterator[None]:  # noqa: ANN401 - any schema's own context
        context.entered.append(context.generation)
        yield

    def errors(self, errors: Sequence[GraphQLError], context: Any) -> list[GraphQLError]:  # noqa: ANN401, ARG002 - as above
        return [GraphQLError("masked", one.nodes, path=one.path) for one in errors]

    def renewed(self, context: Any) -> Context:  # noqa: ANN401 - as above
        context.made[0] += 1
        return Context(context.closed, context.entered, context.made, context.made[0])


def engine(*, limits: Limits | None = None, extensions: Sequence[type[SchemaExtension]] = ()) -> Engine:
    schema = strawberry.Schema(Query, subscription=Subscription, extensions=list(extensions))
    inner = schema._schema  # noqa: SLF001 - strawberry has no public way to what graphql-core executes
    return Engine(schema, Documents(inner, limits or Limits()), limits=limits, hooks=Masking())


async def told(
    query: str, context: Context | None = None, over: Engine | None = None, **variables: object
) -> tuple[list[Any], list[Any]]:
    """The answers, and the errors that broke them off."""
    over = over or engine()
    answers: list[Any] = []
    async with over.subscribe(over.prepare(query, None), variables, context or Context()) as delivered:
        if isinstance(delivered, Answer):
            return [msgspec.json.decode(delivered.body)], [] if delivered.executed else ["not executed"]
        try:
            async for answer in delivered:
                answers.append(msgspec.json.decode(answer.body))  # noqa: PERF401 - those before a failure count
        except BrokenOffError as broken:
            return answers, broken.errors
    return answers, []


async def test_each_event_is_executed_in_a_context_of_its_own() -> None:
    context = Context()
    answers, _ = await told("subscription { events { number generation } }", context)
    assert [one["data"]["events"] for one in answers] == [
        {"number": 0, "generation": 1},
        {"number": 1, "generation": 2},
    ]
    assert context.entered == [0, 1, 2]
    assert context.closed == ["events"]


async def test_leaving_early_closes_the_stream_of_events() -> None:
    over, context = engine(), Context()
    prepared = over.prepare("subscription { events(to: 100) { number } }", None)
    async with over.subscribe(prepared, None, context) as delivered:
        assert isinstance(delivered, AsyncIterator)
        await anext(delivered)
        assert context.closed == []
    assert context.closed == ["events"]


async def test_a_field_that_fails_costs_its_place_in_one_event_and_is_masked() -> None:
    answers, errors = await told("subscription { events { number broken } }")
    assert [one["data"]["events"] for one in answers] == [{"number": 0, "broken": None}, {"number": 1, "broken": None}]
    assert {one["errors"][0]["message"] for one in answers} == {"masked"}
    assert errors == []


async def test_a_stream_that_fails_breaks_off_with_a_masked_error_at_its_field() -> None:
    answers, errors = await told("subscription { ...Root } fragment Root on Subscription { mine: failing { number } }")
    assert len(answers) == 1
    assert [(one["message"], one["path"]) for one in errors] == [("masked", ["mine"])]


async def test_a_stream_that_cannot_be_opened_is_one_answer() -> None:
    answers, errors = await told("subscription { refused { number } }")
    assert errors == []
    assert [(one["data"], one["errors"][0]["message"], one["errors"][0]["path"]) for one in answers] == [
        (None, "masked", ["refused"])
    ]


async def test_it_is_counted_as_executed_by_graphql_core() -> None:
    over = engine()
    await told("subscription { events { number } }", over=over)
    assert over.paths == {"graphql-core": 1}


@pytest.mark.parametrize(("to", "cost"), [("many", 100), (3, 0)])
async def test_what_does_not_fit_or_costs_too_much_is_not_executed(to: object, cost: int) -> None:
    over, context = engine(limits=Limits(cost=cost)), Context()
    answers, errors = await told("subscription ($to: Int!) { events(to: $to) { number } }", context, over, to=to)
    assert errors == ["not executed"]
    assert answers[0].keys() == {"errors"}
    assert (over.paths, context.entered) == ({}, [])


async def test_a_schema_with_extensions_is_served_no_subscriptions() -> None:
    over = engine(extensions=[SchemaExtension])
    answers, errors = await told("subscription { events { number } }", over=over)
    assert errors == ["not executed"]
    assert answers[0]["errors"][0]["message"] == "Subscriptions are not served over a schema with extensions"
