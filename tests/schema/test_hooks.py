from types import SimpleNamespace
from typing import cast

from connectors.domain.service import Service
from connectors.sources import Sources
from connectors.transport.again import Again
from connectors.transport.live import is_unhurried
from connectors.transport.stats import ServiceStats, operation
from schema.context import Context
from schema.hooks import GraphHooks, Shown
from schema.principal import Principal

ASKED = {
    "service": "FRANKFURTER",
    "calls": 2,
    "cached": 1,
    "coalesced": 1,
    "stale": False,
    "ageSeconds": 4,
    "retries": 1,
    "errors": 0,
    "ms": 12.5,
}
NOTHING = {"calls": 0, "coalesced": 0, "retries": 0, "errors": 0, "ms": 0.0}
HOOKS = GraphHooks()


def context() -> Context:
    nobody = SimpleNamespace(changes=0)
    return Context(
        cast("Sources", nobody),
        lambda noun: noun,
        principal=Principal(id="ada", name="Ada"),
        request_id="r-1",
        seconds=3.0,
    )


def test_an_answer_that_is_shown_again_asked_nobody_and_is_older() -> None:
    again = Shown([ASKED], Again({Service.FRANKFURTER: 10.0}, 20.0, records=False)).retold(2.6)
    assert again == {"sources": [{**ASKED, **NOTHING, "cached": 4, "ageSeconds": 7}]}
    assert ASKED["calls"] == 2, "what was told before has changed"


def test_what_has_gone_stale_since_says_so_by_service() -> None:
    stripe = ASKED | {"service": "STRIPE"}
    store = ASKED | {"service": "STORE"}
    fresh = {Service.FRANKFURTER: 10.0, Service.STRIPE: 3.0}
    shown = Shown([ASKED, stripe, store], Again(fresh, 20.0, records=True))
    assert (shown.fresh, shown.shown, shown.marked) == (3.0, 20.0, True)
    told = [[source["stale"] for source in shown.retold(at)["sources"]] for at in (2.9, 3.0, 10.0)]
    assert told == [[False, False, False], [False, True, False], [True, True, False]]


def test_what_was_stale_when_it_was_read_stays_so() -> None:
    shown = Shown([ASKED | {"stale": True}], Again({Service.FRANKFURTER: -1.0}, 5.0, records=False))
    assert shown.retold(0)["sources"][0]["stale"]


def test_an_operation_is_made_anew_for_the_same_caller_with_nothing_read() -> None:
    first = context()
    with operation(first.ledger):
        ServiceStats(Service.STRIPE).sent()
    second = HOOKS.anew(first)
    assert (second.principal.name, second.request_id, second.seconds) == ("Ada", "r-1", 3.0)
    assert not second.ledger.meters
    assert second.loaders is not first.loaders
    assert (first.unhurried, second.unhurried) == (False, True)
    assert second.failures is not first.failures


def test_an_operation_that_nobody_waits_for_is_in_no_hurry() -> None:
    told = []
    for one in (context(), HOOKS.anew(context())):
        with HOOKS.around(one):
            told.append(is_unhurried())
    assert told == [False, True]
    assert not is_unhurried()


def test_after_a_change_nobody_is_in_the_scope_of_before() -> None:
    asked = context()
    before = HOOKS.scope(asked)
    assert HOOKS.scope(asked) == before
    cast("SimpleNamespace", asked.sources).changes += 1
    assert HOOKS.scope(asked) != before
