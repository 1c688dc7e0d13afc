"""Dated things of several services, and every strategy to make them up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st

from connectors.domain.page import position
from connectors.domain.service import Service

LAWS = settings(derandomize=True, max_examples=150, deadline=None)
EPOCH = datetime(2026, 11, 1, tzinfo=UTC)
SERVICES = (Service.STRIPE, Service.PAYPAL, Service.HUBSPOT)


@dataclass(frozen=True, slots=True)
class Thing:
    service: Service
    external_id: str
    created_at: datetime


def thing(second: int, id: str = "a", service: Service = Service.STRIPE) -> Thing:
    return Thing(service, id, EPOCH + timedelta(seconds=second))


def newest_first(things: Sequence[Thing]) -> list[Thing]:
    return sorted(things, key=position, reverse=True)


@st.composite
def several_sources(draw: st.DrawFn) -> list[list[Thing]]:
    """Up to three sources, each newest first, many things at the same second, those in any order."""
    sources = []
    for service in SERVICES[: draw(st.integers(1, 3))]:
        seconds = draw(st.lists(st.integers(0, 6), max_size=14))
        keys = draw(st.permutations(range(len(seconds))))
        made = [thing(second, str(key), service) for second, key in zip(seconds, keys, strict=True)]
        sources.append(sorted(made, key=lambda one: one.created_at, reverse=True))
    return sources
