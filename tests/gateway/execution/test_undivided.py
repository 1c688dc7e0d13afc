"""Operations that could be in parts, and are answered in one."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec
import pytest
from strawberry.extensions import SchemaExtension

from gateway.execution.limits import Limits
from gateway.execution.operation import Answer, Part, UnfitError
from tests.gateway.execution.people import Gates, Graph, delivered

DEFERRED = '{ me { name ...Slow @defer(label: "later") } } fragment Slow on Person { slow }'
MASKED = {"message": "masked", "extensions": {"code": "INTERNAL"}}


Read = Callable[[AsyncIterator[Part]], Awaitable[None]]


def whole(answer: Answer | object) -> Any:  # noqa: ANN401 - JSON
    assert isinstance(answer, Answer)
    return msgspec.json.decode(answer.body)


PLAIN = {
    "fragment": (DEFERRED, {"me": {"name": "Person 1", "slow": "slow 1"}}),
    "list": (
        "{ people(first: 2) @stream { id slow } }",
        {"people": [{"id": n, "slow": f"slow {n}"} for n in range(2)]},
    ),
    "variable": (
        "query($if: Boolean!) { me { id ... @defer(if: $if) { slow } } }",
        {"me": {"id": 1, "slow": "slow 1"}},
    ),
}


@pytest.mark.parametrize("case", PLAIN)
@pytest.mark.parametrize("extensions", [(), (SchemaExtension,)])
async def test_who_takes_one_part_is_answered_in_one_as_if_nothing_was_deferred(
    case: str, extensions: tuple[type[SchemaExtension], ...]
) -> None:
    engine = Graph(extensions=extensions).engine
    query, data = PLAIN[case]
    gates = Gates("slow 0", "slow 1")
    answer = await engine.execute(engine.prepare(query, None), {"if": True} if case == "variable" else None, gates)
    assert whole(answer) == {"data": data, "extensions": {"reached": len(gates.reached)}}
    assert engine.paths == Counter({"graphql-core" if extensions else "compiled": 1})


async def test_strawberry_s_extensions_see_operations_whole() -> None:
    """They are not told of later parts, and could not mask what fails in them."""
    engine = Graph(extensions=(SchemaExtension,)).engine
    prepared = engine.prepare(DEFERRED, None)
    assert not prepared.incremental
    async with engine.deliver(prepared, None, Gates("slow 1")) as answer:
        assert whole(answer)["data"] == {"me": {"name": "Person 1", "slow": "slow 1"}}


async def test_where_a_variable_defers_nothing_there_is_one_answer() -> None:
    engine, gates = Graph().engine, Gates("slow 1")
    prepared = engine.prepare("query($if: Boolean!) { me { id ... @defer(if: $if) { slow lost } } }", None)
    gates.open("lost")
    async with engine.deliver(prepared, {"if": False}, gates) as answer:
        assert whole(answer)["data"] == {"me": {"id": 1, "slow": "slow 1", "lost": None}}
        assert whole(answer)["errors"] == [MASKED | {"path": ["me", "lost"]}]
    assert gates.around == ["entered", "left"]


async def test_what_is_not_deferred_is_executed_as_ever() -> None:
    engine = Graph().engine
    prepared = engine.prepare("{ me { id } }", None)
    assert not prepared.incremental
    async with engine.deliver(prepared, None, Gates()) as answer:
        assert whole(answer)["data"] == {"me": {"id": 1}}
    assert engine.paths == Counter({"compiled": 1})


async def test_of_two_operations_one_may_be_deferred() -> None:
    engine = Graph().engine
    text = "query A { me { id ... @defer { name } } } query B { me { id } }"
    assert [engine.prepare(text, name).incremental for name in "AB"] == [True, False]
    async with engine.deliver(engine.prepare(text, "A"), None, Gates()) as parts:
        assert not isinstance(parts, Answer)
        assert (await anext(parts))["data"] == {"me": {"id": 1}}


@pytest.mark.parametrize("variables", [{"if": "yes"}, {}, {"if": None}])
async def test_variables_that_do_not_fit_are_refused_before_anything_runs(variables: dict[str, object]) -> None:
    engine, gates = Graph().engine, Gates()
    prepared = engine.prepare("query($if: Boolean!) { me { id ... @defer(if: $if) { slow } } }", None)
    async with engine.deliver(prepared, variables, gates) as answer:
        assert isinstance(answer, Answer)
        assert not answer.executed
        assert whole(answer)["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert whole(await engine.execute(prepared, variables, gates)) == whole(answer)
    assert gates.around == []


async def test_what_costs_too_much_is_refused_before_anything_runs() -> None:
    engine, gates = Graph(limits=Limits(cost=1)).engine, Gates()
    async with engine.deliver(engine.prepare(DEFERRED, None), None, gates) as answer:
        assert whole(answer)["errors"][0]["extensions"]["code"] == "OPERATION_TOO_COMPLEX"
    assert gates.around == []


async def test_a_mutation_may_defer_what_it_returns() -> None:
    query = 'mutation { rename(name: "Ada") { name ... @defer { slow } } }'
    first, second, _ = await delivered(Graph().engine, query, Gates("slow 1"))
    assert first["data"] == {"rename": {"name": "Ada"}}
    assert second["incremental"][0]["data"] == {"slow": "slow 1"}


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ('mutation { ... @defer { rename(name: "A") { id } } }', "root"),
        ("{ me { name @stream } }", "list"),
        ('{ me { ... @defer(label: "a") { id } ... @defer(label: "a") { name } } }', "unique"),
        ("query($l: String) { me { ... @defer(label: $l) { id } } }", "static"),
    ],
)
def test_the_directives_are_validated(query: str, reason: str) -> None:
    with pytest.raises(UnfitError, match=reason) as unfit:
        Graph().engine.prepare(query, None)
    assert unfit.value.errors[0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


def test_the_limit_of_directives_bounds_what_can_be_deferred() -> None:
    def query(count: int) -> str:
        return "{ me {" + "".join(f'... @defer(label: "{number}") {{ id }}' for number in range(count)) + "} }"

    engine = Graph().engine
    assert engine.prepare(query(50), None).incremental
    with pytest.raises(UnfitError, match="51 directives") as unfit:
        engine.prepare(query(51), None)
    assert unfit.value.errors[0]["extensions"]["limit"] == "directives"


async def test_a_resolver_s_error_before_anything_is_deferred_is_an_answer() -> None:
    query = "{ me { needed ... @defer { slow } } }"
    engine = Graph().engine
    async with engine.deliver(engine.prepare(query, None), None, Gates("needed", "slow 1")) as answer:
        assert whole(answer)["data"] is None
        assert whole(answer)["errors"] == [MASKED | {"path": ["me", "needed"]}]
