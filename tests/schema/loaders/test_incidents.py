"""Incidents of several services, in batches."""

from datetime import timedelta

from connectors.domain.errors import NotConfigured, Unavailable
from connectors.domain.incidents import IncidentsAsked, IncidentStatus
from connectors.domain.page import Page
from connectors.domain.service import Service
from schema.loaders.incidents import incident_by_id, incidents
from schema.loaders.merging import At, Found
from tests.schema.nouns import NOON, ago
from tests.schema.on_call import OnCall, incident, on_call

DOWN = Unavailable(Service.PAGERDUTY, "down")
OTHER = Service.STORE  # stands in for a second on-call service


async def test_incidents_of_every_service_are_merged_newest_first() -> None:
    sources = on_call(
        OnCall(broken=[incident("1", at=ago(1)), incident("2", at=ago(3))]),
        OnCall(OTHER, broken=[incident("3", at=ago(2), service=OTHER)]),
    )
    (found,) = await incidents(sources, [IncidentsAsked(Page(5))])
    assert isinstance(found, Found)
    assert [one.external_id for one in found.slice.items] == ["1", "3", "2"]
    assert found.failures == ()


async def test_two_pages_of_the_same_list_are_read_once_as_deep_as_the_deeper() -> None:
    source = OnCall(broken=[incident(str(number), at=ago(number)) for number in range(9)])
    asked = [IncidentsAsked(Page(2)), IncidentsAsked(Page(5)), IncidentsAsked(Page(5), IncidentStatus.RESOLVED)]
    found = await incidents(on_call(source), asked)
    assert [len(one.slice.items) for one in found if isinstance(one, Found)] == [2, 5, 0]
    assert source.asked("incidents") == [(asked[1], asked[2])]


async def test_a_time_makes_another_list() -> None:
    source = OnCall(broken=[incident("1", at=ago(1)), incident("2", at=ago(5))])
    asked = [IncidentsAsked(Page(5), since=NOON - timedelta(hours=3)), IncidentsAsked(Page(5))]
    found = await incidents(on_call(source), asked)
    assert [len(one.slice.items) for one in found if isinstance(one, Found)] == [1, 2]


async def test_a_service_that_fails_is_told_beside_what_the_other_has() -> None:
    sources = on_call(OnCall(failure=DOWN), OnCall(OTHER, broken=[incident("3", service=OTHER)]))
    (found,) = await incidents(sources, [IncidentsAsked(Page(5))])
    assert isinstance(found, Found)
    assert ([one.external_id for one in found.slice.items], found.failures) == (["3"], (DOWN,))


async def test_a_service_that_is_off_is_an_error_where_it_is_the_only_one() -> None:
    off = NotConfigured(Service.PAGERDUTY)
    assert await incidents(on_call(OnCall(failure=off)), [IncidentsAsked(Page(5))]) == [off]


async def test_an_incident_is_read_from_the_service_that_has_it() -> None:
    source = OnCall(broken=[incident("1")])
    keys = [At(Service.PAGERDUTY, "1"), At(Service.PAGERDUTY, "2"), At(Service.STRIPE, "1")]
    assert await incident_by_id(on_call(source), keys) == [incident("1"), None, None]
    assert source.asked("incidents_by_id") == [("1", "2")]
