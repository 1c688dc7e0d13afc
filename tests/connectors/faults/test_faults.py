"""Which calls are hit."""

import pytest

from connectors.domain.service import Service
from connectors.faults.fault import Fault, Kind
from connectors.faults.faults import Faults
from connectors.faults.text import FaultsError

SERVICES = (Service.STRIPE, Service.ZENDESK)
SOME = "stripe:reset,rate=0.3"


def hits(faults: Faults, service: Service = Service.STRIPE, calls: int = 1000) -> list[bool]:
    return [faults.strike(service) is not None for _ in range(calls)]


def test_without_faults_no_call_is_hit() -> None:
    assert not any(hits(Faults(SERVICES)))
    assert str(Faults(SERVICES)) == ""
    assert Faults(SERVICES).by_service() == {}


def test_without_a_rate_every_call_of_the_service_is_hit_and_no_other() -> None:
    faults = Faults(SERVICES, "stripe:status=500")
    assert all(hits(faults))
    assert not any(hits(faults, Service.ZENDESK))
    assert faults.strike(Service.STRIPE) == Fault(kind=Kind.STATUS, status=500)


def test_a_rate_is_the_share_of_the_calls_that_are_hit() -> None:
    assert 250 < sum(hits(Faults(SERVICES, SOME))) < 350
    assert not any(hits(Faults(SERVICES, "stripe:reset,rate=0")))


def test_the_same_calls_are_hit_every_time() -> None:
    faults = Faults(SERVICES, SOME)
    first = hits(faults)
    assert hits(Faults(SERVICES, SOME)) == first
    faults.set(SOME)
    assert hits(faults) == first, "setting them begins anew"


def test_the_calls_of_one_service_do_not_decide_about_another_s() -> None:
    alone, beside = Faults(SERVICES, SOME), Faults(SERVICES, f"{SOME};zendesk:reset,rate=0.3")
    expected = hits(alone, calls=100)
    found = []
    for _ in range(100):
        beside.strike(Service.ZENDESK)
        found.append(beside.strike(Service.STRIPE) is not None)
    assert found == expected
    assert hits(Faults(SERVICES, "zendesk:reset,rate=0.3"), Service.ZENDESK, 100) != expected


def test_faults_are_replaced_and_cleared_as_a_whole() -> None:
    faults = Faults(SERVICES, SOME)
    faults.set({"zendesk": "hang"})
    assert faults.by_service() == {"zendesk": "hang"}
    faults.clear()
    assert str(faults) == ""


def test_a_mistake_changes_nothing() -> None:
    faults = Faults(SERVICES, SOME)
    with pytest.raises(FaultsError, match="github is no service"):
        faults.set("zendesk:reset;github:reset")
    assert str(faults) == SOME


def test_all_of_them_are_one_text_that_sets_the_same() -> None:
    faults = Faults(SERVICES, "zendesk:drip;stripe:latency=80ms,rate=0.5")
    assert str(faults) == "zendesk:drip;stripe:latency=0.08s,rate=0.5"
    assert Faults(SERVICES, str(faults)).by_service() == faults.by_service()
