import httpx
import pytest

from connectors.connection import Access, Mode, connect
from connectors.domain.errors import NotConfigured
from connectors.open_meteo.client import OpenMeteo
from connectors.open_meteo.service import OPEN_METEO
from connectors.transport.cache_store import MemoryStore
from tests.connectors.open_meteo.support import BERLIN, CITIES, HOBART, recorder
from tests.connectors.support import connected, crowd


def test_asking_needs_no_credentials() -> None:
    assert OPEN_METEO.variables == ()
    assert OPEN_METEO.headers({}) == {}
    assert isinstance(connected(OPEN_METEO, crowd(1)).connector, OpenMeteo)


def test_the_error_is_read_from_where_open_meteo_writes_it() -> None:
    assert OPEN_METEO.error_message(b'{"error":true,"reason":"Invalid timezone"}') == "Invalid timezone"


async def test_the_same_places_again_are_no_call_for_ten_minutes_in_any_order() -> None:
    wire = recorder()
    access = Access(mode=Mode.IMITATED, base_url=OPEN_METEO.base_url, credentials={})
    connector = connect(OPEN_METEO, access, crowd(), wire=wire, store=MemoryStore()).connector
    assert isinstance(connector, OpenMeteo)
    first = await connector.current(CITIES)
    assert await connector.current([*reversed(CITIES)]) == first
    assert len(wire.requests) == 1
    [keep] = OPEN_METEO.keeps
    assert keep.fresh == 600


async def test_a_service_that_is_off_is_asked_nothing() -> None:
    access = Access(mode=Mode.OFF, base_url=OPEN_METEO.base_url, credentials={})
    silent = httpx.MockTransport(lambda request: pytest.fail(str(request.url)))
    connector = connect(OPEN_METEO, access, crowd(), wire=silent).connector
    assert isinstance(connector, OpenMeteo)
    answers = await connector.current([BERLIN, HOBART])
    assert [type(answer) for answer in answers.values()] == [NotConfigured, NotConfigured]
