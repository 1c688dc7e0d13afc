"""Answers of whole queries, shown again where their owner says that they may be."""

from collections.abc import Hashable, Mapping
from typing import Any

import msgspec
import pytest
import strawberry

from gateway.execution.documents import Documents
from gateway.execution.engine import Engine
from gateway.execution.hooks import NoHooks
from gateway.execution.limits import Limits
from gateway.execution.operation import Fresh, Freshness


@strawberry.type
class Query:
    @strawberry.field
    def asked(self, info: strawberry.Info, *, again: bool = False) -> int:
        info.context.append(again)
        return len(info.context)

    @strawberry.field
    def broken(self) -> int | None:
        raise ValueError("broken")


class Lasting(NoHooks):
    """Every answer may be shown for a minute, to whoever has the same scope."""

    def __init__(self, scope: Hashable = "all", max_age: int = 60) -> None:
        self._scope, self._max_age = scope, max_age

    def extensions(self, context: Any) -> Mapping[str, Any]:  # noqa: ANN401 - the list that the test made
        return {"asked": len(context)}

    def freshness(self, context: Any) -> Fresh:  # noqa: ANN401, ARG002 - as above
        return Freshness(self._max_age, 0)

    def retold(self, extensions: Mapping[str, Any], seconds: float) -> Mapping[str, Any]:
        return {**extensions, "again": seconds >= 0}

    def scope(self, context: Any) -> Hashable | None:  # noqa: ANN401, ARG002 - as above
        return self._scope


def engine(hooks: Lasting) -> Engine:
    schema = strawberry.Schema(Query)
    inner = schema._schema  # noqa: SLF001 - strawberry has no public way to what graphql-core executes
    return Engine(schema, Documents(inner, Limits()), hooks=hooks)


async def ask(over: Engine, context: list[bool], query: str = "{ asked }", **variables: object) -> Any:  # noqa: ANN401 - JSON
    answer = await over.execute(over.prepare(query, None), variables, context)
    return msgspec.json.decode(answer.body)


async def test_a_query_that_may_be_shown_again_is_not_executed_again() -> None:
    over, context = engine(Lasting()), list[bool]()
    first, second = await ask(over, context), await ask(over, context)
    assert first == {"data": {"asked": 1}, "extensions": {"asked": 1}}
    assert second == {"data": {"asked": 1}, "extensions": {"asked": 1, "again": True}}
    assert over.paths["compiled"] == 1


async def test_other_variables_are_another_query() -> None:
    over, context = engine(Lasting()), list[bool]()
    query = "query ($again: Boolean!) { asked(again: $again) }"
    answers = [await ask(over, context, query, again=again) for again in (True, False, True)]
    assert [answer["data"]["asked"] for answer in answers] == [1, 2, 1]


@pytest.mark.parametrize("hooks", [Lasting(scope=None), Lasting(max_age=0)], ids=["nobody else's", "not fresh"])
async def test_what_may_not_be_shown_again_is_executed_again(hooks: Lasting) -> None:
    over, context = engine(hooks), list[bool]()
    assert [(await ask(over, context))["data"]["asked"] for _ in range(2)] == [1, 2]


async def test_an_answer_with_an_error_is_not_kept() -> None:
    over, context = engine(Lasting()), list[bool]()
    answers = [await ask(over, context, "{ asked broken }") for _ in range(2)]
    assert [answer["data"]["asked"] for answer in answers] == [1, 2]
    assert len(answers[0]["errors"]) == 1
