import httpx
import pytest

from connectors.connection import Access, Mode, connect
from connectors.domain.errors import NotConfigured
from connectors.domain.offer import Offer
from connectors.domain.page import Page
from connectors.domain.search import Searches
from connectors.domain.social import PostsAsked
from connectors.mastodon.client import Mastodon
from connectors.mastodon.service import MASTODON
from connectors.transport.cache_store import MemoryStore
from tests.connectors.mastodon.support import linked, refs, slice_of
from tests.connectors.support import Recorder, connected, crowd

PEOPLE = crowd(10)
REFS = refs(PEOPLE)


def test_reading_needs_no_credentials() -> None:
    assert MASTODON.variables == ()
    assert MASTODON.headers({}) == {}


def test_mastodon_provides_profiles_and_posts() -> None:
    connector = connected(MASTODON, PEOPLE).connector
    assert isinstance(connector, Mastodon)
    assert connector.offer == Offer(social=connector, searches=Searches(post=connector.search_posts))


def test_the_error_is_read_from_where_mastodon_writes_it() -> None:
    assert MASTODON.error_message(b'{"error": "Record not found"}') == "Record not found"


async def test_any_server_can_be_the_one_that_is_asked() -> None:
    wire = Recorder(httpx.MockTransport(MASTODON.imitate(PEOPLE)))
    access = Access(mode=Mode.LIVE, base_url="https://fosstodon.example", credentials={})
    await connect(MASTODON, access, PEOPLE, wire=wire).connector.ping()
    assert wire.requests[0].url.host == "fosstodon.example"


async def test_a_server_that_is_off_is_asked_nothing() -> None:
    access = Access(mode=Mode.OFF, base_url=MASTODON.base_url, credentials={})
    connector = connect(MASTODON, access, PEOPLE).connector
    assert isinstance(connector, Mastodon)
    assert isinstance((await connector.profiles([linked("1")]))[linked("1")], NotConfigured)
    with pytest.raises(NotConfigured):
        await connector.ping()


async def test_what_is_asked_again_is_no_call_for_a_moment_also_where_it_says_no_store() -> None:
    wire = Recorder(httpx.MockTransport(MASTODON.imitate(PEOPLE)))
    access = Access(mode=Mode.IMITATED, base_url=MASTODON.base_url, credentials={})
    connector = connect(MASTODON, access, PEOPLE, wire=wire, store=MemoryStore()).connector
    assert isinstance(connector, Mastodon)
    asked = PostsAsked(Page(5), REFS[1])
    assert await slice_of(connector, asked) == await slice_of(connector, asked)
    assert len(wire.requests) == 1
    assert await connector.profiles(REFS) == await connector.profiles(REFS)
    assert len(wire.requests) == 2
