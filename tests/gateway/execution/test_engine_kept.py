"""Answers of whole queries, shown again where their owner says that they may be."""

import asyncio
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
import strawberry

from gateway.execution import kept
from gateway.execution.documents import Documents
from gateway.execution.engine import Engine
from gateway.execution.hooks import NoHooks
from gateway.execution.limits import Limits
from gateway.execution.operation import Again

MARKED_BEFORE = "an answer is kept with the mark from before it was made"


@dataclass
class Records:
    """What the resolvers read, and how often; `held` keeps them from it."""

    asked: int = 0
    mark: int | None = 1
    contexts: list[object] = field(default_factory=list)
    held: asyncio.Event | None = None


@strawberry.type
class Query:
    @strawberry.field
    async def asked(self, info: strawberry.Info, *, again: bool = False) -> int:
        records: Records = info.context
        if records.held:
            await records.held.wait()
        records.asked += 1
        return records.asked + 100 * again

    @strawberry.field
    def broken(self) -> int | None:
        raise ValueError("broken")


@dataclass(frozen=True)
class Shown:
    fresh: float = 60.0
    shown: float = 90.0
    marked: bool = False

    def retold(self, seconds: float) -> Mapping[str, Any]:
        return {"again": seconds >= 0}


class Lasting(NoHooks):
    """Every answer may be shown for a while, to whoever has the same scope."""

    def __init__(self, scope: Hashable = "all", again: Again | None = None, *, never: bool = False) -> None:
        self.scope_ = scope
        self.made_anew = 0
        self._again = None if never else again or Shown()

    def extensions(self, context: Records) -> Mapping[str, Any]:
        return {"asked": context.asked}

    def again(self, extensions: Mapping[str, Any], context: Records) -> Again | None:  # noqa: ARG002 - the Protocol's
        return self._again

    async def mark(self, context: Records) -> Hashable | None:
        await asyncio.sleep(0)
        return context.mark

    def anew(self, context: Records) -> Records:
        self.made_anew += 1
        return context

    def scope(self, context: Records) -> Hashable | None:  # noqa: ARG002 - as above
        return self.scope_


def engine(hooks: Lasting) -> Engine:
    schema = strawberry.Schema(Query)
    inner = schema._schema  # noqa: SLF001 - strawberry has no public way to what graphql-core executes
    return Engine(schema, Documents(inner, Limits()), hooks=hooks)


async def ask(over: Engine, context: Records, query: str = "{ asked }", **variables: object) -> Any:  # noqa: ANN401 - JSON
    answer = await over.execute(over.prepare(query, None), variables, context)
    return msgspec.json.decode(answer.body)


async def figures(over: Engine, context: Records, count: int) -> list[int]:
    return [(await ask(over, context))["data"]["asked"] for _ in range(count)]


async def test_a_query_that_may_be_shown_again_is_not_executed_again() -> None:
    over, context = engine(Lasting()), Records()
    first, second = await ask(over, context), await ask(over, context)
    assert first == {"data": {"asked": 1}, "extensions": {"asked": 1}}
    assert second == {"data": {"asked": 1}, "extensions": {"again": True}}
    assert over.paths["compiled"] == 1


async def test_other_variables_are_another_query() -> None:
    over, context = engine(Lasting()), Records()
    query = "query ($again: Boolean!) { asked(again: $again) }"
    answers = [await ask(over, context, query, again=again) for again in (True, False, True)]
    assert [answer["data"]["asked"] for answer in answers] == [101, 2, 101]


@pytest.mark.parametrize("hooks", [Lasting(scope=None), Lasting(never=True)], ids=["nobody else's", "not to be kept"])
async def test_what_may_not_be_shown_again_is_executed_again(hooks: Lasting) -> None:
    assert await figures(engine(hooks), Records(), 2) == [1, 2]


async def test_another_scope_is_another_answer() -> None:
    hooks = Lasting(scope=1)
    over, context = engine(hooks), Records()
    assert await figures(over, context, 2) == [1, 1]
    hooks.scope_ = 2
    assert await figures(over, context, 2) == [2, 2]


async def test_an_answer_with_an_error_is_not_kept() -> None:
    over, context = engine(Lasting()), Records()
    answers = [await ask(over, context, "{ asked broken }") for _ in range(2)]
    assert [answer["data"]["asked"] for answer in answers] == [1, 2]
    assert len(answers[0]["errors"]) == 1


async def test_an_answer_that_needs_a_mark_is_shown_as_long_as_the_mark_is_the_same() -> None:
    over, context = engine(Lasting(again=Shown(marked=True))), Records()
    assert await figures(over, context, 4) == [1, 2, 2, 2], "that it needs one is known once it was made"
    context.mark = 2
    assert await figures(over, context, 3) == [3, 3, 3]


async def test_an_answer_whose_mark_cannot_be_told_is_made_each_time() -> None:
    over, context = engine(Lasting(again=Shown(marked=True))), Records(mark=None)
    assert await figures(over, context, 3) == [1, 2, 3]
    context.mark = 1
    assert await figures(over, context, 2) == [4, 4]
    context.mark = None
    assert await figures(over, context, 2) == [5, 6]


async def test_what_changes_while_an_answer_is_made_makes_it_an_old_one() -> None:
    over, context = engine(Lasting(again=Shown(marked=True))), Records()
    await ask(over, context)
    context.held = asyncio.Event()
    asking = asyncio.create_task(ask(over, context))
    await asyncio.sleep(0.01)
    context.mark = 2
    context.held.set()
    assert (await asking)["data"]["asked"] == 2
    assert await figures(over, context, 2) == [3, 3], MARKED_BEFORE


async def test_when_a_new_one_is_due_the_old_one_is_shown_and_the_new_one_made_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kept, "SHORTEST", 0.0)
    hooks = Lasting(again=Shown(fresh=0.0))
    over, context = engine(hooks), Records()
    assert await figures(over, context, 1) == [1]
    context.held = asyncio.Event()
    assert await figures(over, context, 5) == [1] * 5
    assert hooks.made_anew == 1, "nobody waits for it, and it is made once for all"
    context.held.set()
    await asyncio.sleep(0.01)
    assert await figures(over, context, 1) == [2]
    await asyncio.sleep(0.01)


async def test_who_asks_while_a_new_one_is_made_and_may_not_see_the_old_one_waits_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kept, "SHORTEST", 0.0)
    over, context = engine(Lasting(again=Shown(fresh=0.0, marked=True))), Records()
    assert await figures(over, context, 2) == [1, 2]
    context.held = asyncio.Event()
    assert await figures(over, context, 1) == [2]
    context.mark = 2
    waiting = asyncio.create_task(ask(over, context))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    context.held.set()
    assert (await waiting)["data"]["asked"] == 3
    await asyncio.sleep(0.01)
