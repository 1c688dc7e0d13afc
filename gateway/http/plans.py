"""`X-Tributary-Plan`: a response tells of its operation's plan as well, in `extensions.plan`, where it is asked to.

`1` is for the plan beside the answer, `only` for the plan without one: then nothing is executed.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final

import msgspec

from gateway.execution.encoding import as_json
from gateway.execution.operation import Answer, Engine, Part, Prepared, UnfitError
from gateway.http.fields import Fields

HEADER: Final = b"x-tributary-plan"
BESIDE: Final = b"1"
ALONE: Final = b"only"

Plan = Mapping[str, Any]
"""JSON, as `tributary explain --json` prints it."""
Planner = Callable[[Any, Mapping[str, Any] | None], Plan]
"""Of an operation as the engine prepared it, with its variables. Raises UnfitError where they do not fit."""


class Planned:
    """An engine, for one request that asks for plans."""

    def __init__(self, engine: Engine, planner: Planner, *, alone: bool) -> None:
        self._engine = engine
        self._planner = planner
        self._alone = alone

    def prepare(self, query: str, name: str | None) -> Prepared:
        """As the engine does."""
        return self._engine.prepare(query, name)

    async def execute(self, prepared: Prepared, variables: Mapping[str, Any] | None, context: object) -> Answer:
        """The engine's answer and the plan, or the plan alone."""
        plan = self._plan(prepared, variables)
        if plan is not None and self._alone:
            return _only(plan)
        answer = await self._engine.execute(prepared, variables, context)
        return answer if plan is None else _beside(answer, plan)

    @asynccontextmanager
    async def deliver(
        self, prepared: Prepared, variables: Mapping[str, Any] | None, context: object
    ) -> AsyncIterator[Answer | AsyncIterator[Part]]:
        """The same, in parts: the first has the plan."""
        plan = self._plan(prepared, variables)
        if plan is not None and self._alone:
            yield _only(plan)
            return
        async with self._engine.deliver(prepared, variables, context) as delivered:
            if plan is None:
                yield delivered
            else:
                yield _beside(delivered, plan) if isinstance(delivered, Answer) else _in_first(delivered, plan)

    def subscribe(
        self, prepared: Prepared, variables: Mapping[str, Any] | None, context: object
    ) -> AbstractAsyncContextManager[Answer | AsyncIterator[Answer]]:
        """As the engine does: an event is not what the plan is of."""
        return self._engine.subscribe(prepared, variables, context)

    def _plan(self, prepared: Prepared, variables: Mapping[str, Any] | None) -> Plan | None:
        """None where the variables do not fit: the engine says that."""
        try:
            return self._planner(prepared, variables)
        except UnfitError:
            return None


def planning(engine: Engine, planner: Planner, given: Fields) -> Engine:
    """The engine itself, where no plan is asked for."""
    asked = given.get(HEADER)
    return Planned(engine, planner, alone=asked == ALONE) if asked in (BESIDE, ALONE) else engine


def _only(plan: Plan) -> Answer:
    """In the place of an answer: with errors, where the operation would be refused."""
    if plan["errors"]:
        return Answer(as_json({"errors": plan["errors"], "extensions": {"plan": plan}}), executed=False)
    return Answer(as_json({"data": None, "extensions": {"plan": plan}}))


def _beside(answer: Answer, plan: Plan) -> Answer:
    """An answer of its own: the one that others share is left as it is. No cache may keep it for those who ask less."""
    response = msgspec.json.decode(answer.body, type=dict[str, msgspec.Raw])
    extensions = msgspec.json.decode(response.get("extensions", b"{}"), type=dict[str, msgspec.Raw])
    extensions["plan"] = msgspec.Raw(as_json(plan))
    response["extensions"] = msgspec.Raw(msgspec.json.encode(extensions))
    return Answer(msgspec.json.encode(response), answer.executed)


async def _in_first(parts: AsyncIterator[Part], plan: Plan) -> AsyncIterator[Part]:
    told: Part = {"plan": plan}
    async for part in parts:
        yield part | {"extensions": part.get("extensions", {}) | told} if told else part
        told = {}
