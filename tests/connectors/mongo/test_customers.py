import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import bson
import pytest

from connectors.domain.customers import Customer, CustomerFilter, CustomersAsked, NewCustomer, Note
from connectors.domain.errors import Conflict, Malformed, NotFound, Refused
from connectors.domain.references import ServiceLink
from connectors.domain.service import Service
from connectors.mongo import customers as module
from connectors.mongo.customers import MongoCustomers
from connectors.mongo.documents import kept_document
from connectors.mongo.store import Store, open_store
from connectors.transport.stats import ServiceStats
from tests.connectors.mongo.support import NOBODY, NOON, OSLO, STRIPE_ANNA, Clock, anna, behind, plainly, recorded


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def kept(store_uri: str, clock: Clock) -> AsyncIterator[MongoCustomers]:
    store = open_store(store_uri, ServiceStats(Service.STORE), clock=clock)
    await store.ensure_indexes()
    yield store.customers
    await store.close()


async def only(kept: MongoCustomers, id: str) -> Customer:
    return (await kept.by_id([id]))[id]


class TestReading:
    async def test_what_is_created_is_what_is_read(self, kept: MongoCustomers, clock: Clock) -> None:
        clock.now = datetime(2026, 11, 1, 13, 0, 0, 123987, tzinfo=timezone(timedelta(hours=1)))

        created = await kept.create(anna())

        moment = datetime(2026, 11, 1, 12, 0, 0, 123000, tzinfo=UTC)
        assert created == Customer(
            id=created.id,
            name="Anna Smith",
            email="anna@example.com",
            company="Fjord Ltd",
            tags=("vip", "early bird"),
            location=OSLO,
            links=(STRIPE_ANNA,),
            notes=(),
            created_at=moment,
            updated_at=moment,
            version=1,
        )
        assert await kept.by_id([created.id]) == {created.id: created}
        assert (await only(kept, created.id)).created_at.tzinfo is not None

    async def test_an_id_is_24_hexadecimal_characters(self, kept: MongoCustomers) -> None:
        id = (await kept.create(anna())).id
        assert len(id) == 24
        assert set(id) <= set("0123456789abcdef")

    @pytest.mark.parametrize("id", [NOBODY, "", "anna", "z" * 24, "\ud800", "0" * 23, "0" * 25])
    async def test_an_id_that_is_none_is_absent_and_takes_nothing_along(self, kept: MongoCustomers, id: str) -> None:
        there = await kept.create(anna())
        assert await kept.by_id([id, there.id]) == {there.id: there}

    async def test_an_id_is_answered_as_it_was_asked(self, kept: MongoCustomers) -> None:
        there = await kept.create(anna())
        assert await kept.by_id([there.id.upper(), there.id, there.id]) == {there.id.upper(): there, there.id: there}

    @pytest.mark.parametrize(
        ("stored", "asked"),
        [
            ("Anna@Example.COM", "aNNA@eXAMPLE.com"),
            ("élodie@exämple.fr", "ÉLODIE@EXÄMPLE.FR"),
            ("ΣΊΣΥΦΟΣ@example.gr", "σίσυφος@example.gr"),
            ("strasse@example.de", "STRASSE@example.de"),
            ("straße@example.de", "STRASSE@example.de"),
            ("e\u0301lodie@example.fr", "\u00c9lodie@example.fr"),
        ],
    )
    async def test_an_email_is_found_and_unique_without_regard_to_case(
        self, kept: MongoCustomers, stored: str, asked: str
    ) -> None:
        there = await kept.create(plainly("Anna", email=stored))
        assert await kept.by_email([asked, "nobody@example.com"]) == {asked: there}
        with pytest.raises(Refused) as refused:
            await kept.create(plainly("Other", email=asked))
        assert refused.value.field == "email"

    async def test_emails_that_differ_in_an_accent_are_two(self, kept: MongoCustomers) -> None:
        await kept.create(plainly("a", email="rene@example.com"))
        await kept.create(plainly("b", email="rené@example.com"))
        assert await kept.count(CustomerFilter()) == 2

    async def test_two_spellings_of_one_email_find_one_customer(self, kept: MongoCustomers) -> None:
        there = await kept.create(anna())
        spellings = ["anna@example.com", "ANNA@example.com"]
        assert await kept.by_email(spellings) == dict.fromkeys(spellings, there)

    async def test_links_are_found_by_service_and_id_together(self, kept: MongoCustomers) -> None:
        github = ServiceLink(Service.GITHUB, "anna")
        a = await kept.create(anna(links=(STRIPE_ANNA, github)))
        b = await kept.create(plainly("b", links=(ServiceLink(Service.GITHUB, "cus_anna"),)))
        unknown = ServiceLink(Service.STRIPE, "anna")
        assert await kept.by_link([github, STRIPE_ANNA, unknown, *b.links]) == {
            github: a,
            STRIPE_ANNA: a,
            b.links[0]: b,
        }

    async def test_nothing_asked_sends_nothing(self, store_uri: str) -> None:
        stats = ServiceStats(Service.STORE)
        store = open_store(store_uri, stats)
        assert [await store.customers.by_id([]), await store.customers.by_id(["none"])] == [{}, {}]
        assert [await store.customers.by_email([]), await store.customers.by_link([])] == [{}, {}]
        assert stats.totals.calls == 0
        await store.close()

    async def test_every_read_is_one_command_however_much_it_answers(self, store: Store, store_uri: str) -> None:
        many = [NewCustomer(name=f"n{i}", email=f"{i}@example.com") for i in range(150)]
        created = [await store.customers.create(one) for one in many]
        reads: dict[str, Callable[[], Awaitable[object]]] = {
            "page": lambda: store.customers.page(CustomersAsked(size=149)),
            "exact": lambda: store.customers.page(CustomersAsked(size=150)),
            "by_id": lambda: store.customers.by_id([one.id for one in created]),
            "by_email": lambda: store.customers.by_email([one.email for one in created]),
            "by_link": lambda: store.customers.by_link([STRIPE_ANNA]),
            "count": lambda: store.customers.count(CustomerFilter()),
        }
        for name, read in reads.items():
            with behind(store_uri) as database:
                database.drop_collection("system.profile")
                with recorded(database) as seen:
                    await read()
            assert len(seen) == 1, name
            assert not seen[0].get("cursorid"), name

    async def test_a_document_that_somebody_else_wrote_says_so(self, kept: MongoCustomers, store_uri: str) -> None:
        there = await kept.create(anna())
        with behind(store_uri) as database:
            database["customers"].update_one({}, {"$unset": {"version": ""}})
        with pytest.raises(Malformed, match=f"{there.id}.*KeyError 'version'"):
            await kept.by_id([there.id])


class TestCreating:
    async def test_a_link_that_another_customer_has_is_refused(self, kept: MongoCustomers) -> None:
        await kept.create(anna())
        with pytest.raises(Refused) as refused:
            await kept.create(plainly("Other", links=(STRIPE_ANNA,)))
        assert refused.value.field == "externalId"
        assert await kept.count(CustomerFilter()) == 1

    async def test_two_links_to_one_service_are_refused(self, kept: MongoCustomers) -> None:
        with pytest.raises(Refused) as refused:
            await kept.create(anna(links=(STRIPE_ANNA, ServiceLink(Service.STRIPE, "cus_other"))))
        assert refused.value.field == "links"

    async def test_customers_without_links_do_not_collide(self, kept: MongoCustomers) -> None:
        for name in ("a", "b", "c"):
            await kept.create(plainly(name))
        assert await kept.count(CustomerFilter()) == 3

    async def test_a_country_code_is_kept_in_upper_case(self, kept: MongoCustomers) -> None:
        created = await kept.create(anna(location=replace(OSLO, country_code="no")))
        assert created.location == OSLO
        assert (await only(kept, created.id)).location == OSLO

    async def test_one_of_twenty_at_once_gets_the_email(self, kept: MongoCustomers) -> None:
        tries = await asyncio.gather(*(kept.create(anna(links=())) for _ in range(20)), return_exceptions=True)
        assert sorted(type(one).__name__ for one in tries) == ["Customer"] + ["Refused"] * 19


class TestUpdating:
    async def test_the_fields_named_change_and_the_others_stay(self, kept: MongoCustomers, clock: Clock) -> None:
        there = await kept.create(anna())
        clock.advance(seconds=5)

        changed = await kept.update(there.id, 1, {"name": "Ann Jones", "tags": ("new",), "location": None})

        later = NOON + timedelta(seconds=5)
        assert changed == replace(there, name="Ann Jones", tags=("new",), location=None, version=2, updated_at=later)
        assert await only(kept, there.id) == changed

    async def test_what_is_derived_follows_each_field(self, kept: MongoCustomers) -> None:
        there = await kept.create(anna())
        changes = {"name": "Óla Nordmann", "email": "OLA@fjell.no", "company": "Fjell AS", "tags": ("quiet",)}
        for version, (field, value) in enumerate(changes.items(), 1):
            await kept.update(there.id, version, {field: value})

        for found in ("ola", "nordm", "fjell.no", "quiet", "as"):
            assert await kept.count(CustomerFilter(text=found)) == 1, found
        for gone in ("anna", "smith", "example", "fjord", "vip"):
            assert await kept.count(CustomerFilter(text=gone)) == 0, gone
        assert await kept.count(CustomerFilter(company="fjell as")) == 1
        assert list(await kept.by_email(["ola@FJELL.no"])) == ["ola@FJELL.no"]
        assert await kept.by_email(["anna@example.com"]) == {}

    async def test_a_company_can_be_taken_back(self, kept: MongoCustomers) -> None:
        there = await kept.create(anna())
        changed = await kept.update(there.id, 1, {"company": None})
        assert changed.company is None
        assert await kept.count(CustomerFilter(company="Fjord Ltd")) == 0

    async def test_an_old_version_is_a_conflict_that_names_both(self, kept: MongoCustomers) -> None:
        there = await kept.create(anna())
        await kept.update(there.id, 1, {"name": "First"})
        with pytest.raises(Conflict, match="version 1 was read, the current one is 2"):
            await kept.update(there.id, 1, {"name": "Second"})
        assert (await only(kept, there.id)).name == "First"

    async def test_one_of_twenty_with_the_same_version_wins(self, kept: MongoCustomers) -> None:
        there = await kept.create(anna())
        tries = await asyncio.gather(
            *(kept.update(there.id, 1, {"name": f"writer {i}"}) for i in range(20)), return_exceptions=True
        )
        assert sorted(type(one).__name__ for one in tries) == ["Conflict"] * 19 + ["Customer"]
        winner = next(one for one in tries if isinstance(one, Customer))
        assert await only(kept, there.id) == winner

    async def test_an_email_of_another_is_refused_and_changes_nothing(self, kept: MongoCustomers) -> None:
        there = await kept.create(anna())
        await kept.create(plainly("Other", email="other@example.com"))
        with pytest.raises(Refused) as refused:
            await kept.update(there.id, 1, {"email": "OTHER@example.com"})
        assert refused.value.field == "email"
        assert await only(kept, there.id) == there

    async def test_the_case_of_ones_own_email_can_change(self, kept: MongoCustomers) -> None:
        there = await kept.create(anna())
        assert (await kept.update(there.id, 1, {"email": "Anna@Example.com"})).email == "Anna@Example.com"

    async def test_a_name_that_looks_like_an_operator_is_a_name(self, kept: MongoCustomers) -> None:
        there = await kept.create(anna(name="$name"))
        linked = await kept.link(there.id, ServiceLink(Service.GITHUB, "$email"))
        assert (linked.name, linked.links[1].external_id) == ("$name", "$email")

    async def test_a_field_that_cannot_be_changed_is_a_mistake(self, kept: MongoCustomers) -> None:
        there = await kept.create(anna())
        with pytest.raises(ValueError, match="cannot change links, version: only name"):
            await kept.update(there.id, 1, {"version": 7, "links": ()})


class TestNobodyThere:
    @pytest.mark.parametrize("id", [NOBODY, "anna", ""])
    async def test_every_write_says_that_there_is_no_such_customer(self, kept: MongoCustomers, id: str) -> None:
        writes = (
            kept.update(id, 1, {"name": "x"}),
            kept.delete(id),
            kept.link(id, STRIPE_ANNA),
            kept.unlink(id, Service.STRIPE),
            kept.add_note(id, "text", "me"),
        )
        for write in writes:
            with pytest.raises(NotFound, match=f"there is no customer '{id}'"):
                await write

    async def test_a_deleted_customer_is_gone_and_their_email_free(self, kept: MongoCustomers) -> None:
        there = await kept.create(anna())
        await kept.delete(there.id)
        assert await kept.by_id([there.id]) == {}
        assert (await kept.create(anna())).id != there.id


class TestLinks:
    async def test_a_link_takes_the_place_of_the_one_to_the_same_service(
        self, kept: MongoCustomers, clock: Clock
    ) -> None:
        there = await kept.create(anna(links=(STRIPE_ANNA, ServiceLink(Service.GITHUB, "anna"))))
        clock.advance(seconds=1)

        linked = await kept.link(there.id, ServiceLink(Service.STRIPE, "cus_2"))

        assert set(linked.links) == {ServiceLink(Service.GITHUB, "anna"), ServiceLink(Service.STRIPE, "cus_2")}
        assert (linked.version, linked.updated_at) == (2, NOON + timedelta(seconds=1))
        assert await kept.by_link([STRIPE_ANNA]) == {}
        assert await only(kept, there.id) == linked

    async def test_somebody_elses_link_is_refused_and_the_old_one_stays(self, kept: MongoCustomers) -> None:
        await kept.create(anna())
        other = await kept.create(plainly("b", links=(ServiceLink(Service.STRIPE, "cus_b"),)))
        with pytest.raises(Refused) as refused:
            await kept.link(other.id, STRIPE_ANNA)
        assert refused.value.field == "externalId"
        assert await only(kept, other.id) == other

    async def test_links_made_at_once_are_one_a_service(self, kept: MongoCustomers) -> None:
        there = await kept.create(plainly("a"))
        await asyncio.gather(*(kept.link(there.id, ServiceLink(Service.STRIPE, f"cus_{i}")) for i in range(10)))
        after = await only(kept, there.id)
        assert [link.service for link in after.links] == [Service.STRIPE]
        assert after.version == 11

    async def test_unlinking_frees_the_link(self, kept: MongoCustomers) -> None:
        there = await kept.create(anna())
        unlinked = await kept.unlink(there.id, Service.STRIPE)
        assert (unlinked.links, unlinked.version) == ((), 2)
        assert (await kept.create(plainly("b", links=(STRIPE_ANNA,)))).links == (STRIPE_ANNA,)

    async def test_there_is_nothing_to_unlink_twice(self, kept: MongoCustomers) -> None:
        there = await kept.create(anna(links=()))
        with pytest.raises(Refused, match="not linked to STRIPE") as refused:
            await kept.unlink(there.id, Service.STRIPE)
        assert refused.value.field == "service"

    async def test_two_who_lost_their_links_do_not_collide(self, kept: MongoCustomers) -> None:
        for name in ("a", "b"):
            one = await kept.create(plainly(name, links=(ServiceLink(Service.STRIPE, name),)))
            await kept.unlink(one.id, Service.STRIPE)
        assert await kept.count(CustomerFilter()) == 2


class TestNotes:
    async def test_notes_are_kept_in_order_at_the_stores_time(self, kept: MongoCustomers, clock: Clock) -> None:
        there = await kept.create(anna())
        await kept.add_note(there.id, "called", "Bo")
        clock.advance(microseconds=1999)

        noted = await kept.add_note(there.id, "wrote", "Cy")

        late = NOON + timedelta(milliseconds=1)
        assert [(note.text, note.author, note.created_at) for note in noted.notes] == [
            ("called", "Bo", NOON),
            ("wrote", "Cy", late),
        ]
        assert len({note.id for note in noted.notes}) == 2
        assert (noted.version, noted.updated_at) == (3, late)
        assert await only(kept, there.id) == noted

    async def test_notes_added_at_once_are_all_kept(self, kept: MongoCustomers) -> None:
        there = await kept.create(anna())
        await asyncio.gather(*(kept.add_note(there.id, f"{i}", "me") for i in range(20)))
        after = await only(kept, there.id)
        assert {note.text for note in after.notes} == {f"{i}" for i in range(20)}
        assert after.version == 21

    async def test_a_note_is_refused_where_there_is_no_room_for_it(
        self, kept: MongoCustomers, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "NOTES", 2)
        there = await kept.create(anna())
        tries = await asyncio.gather(*(kept.add_note(there.id, "n", "me") for _ in range(5)), return_exceptions=True)
        assert sorted(type(one).__name__ for one in tries) == ["Customer"] * 2 + ["Refused"] * 3
        assert len((await only(kept, there.id)).notes) == 2

    async def test_a_note_that_is_too_long_is_refused(self, kept: MongoCustomers) -> None:
        there = await kept.create(anna())
        with pytest.raises(Refused, match="at most 10000 characters") as refused:
            await kept.add_note(there.id, "x" * 10_001, "me")
        assert refused.value.field == "text"
        assert await only(kept, there.id) == there

    async def test_a_record_full_of_the_longest_notes_fits_a_document(self, store_uri: str) -> None:
        note = Note(id=NOBODY, text="\U0001f600" * module.NOTE_LENGTH, author="somebody", created_at=NOON)
        full = replace(TestSeeding.people(1)[0], notes=(note,) * module.NOTES)
        with behind(store_uri) as database:
            limit = database.command("hello")["maxBsonObjectSize"]
        assert len(bson.encode(kept_document(full))) < limit


class TestSeeding:
    @staticmethod
    def people(count: int) -> list[Customer]:
        return [
            Customer(
                id=f"{i:024x}",
                name=f"Person {i}",
                email=f"{i}@example.com",
                links=(ServiceLink(Service.STRIPE, f"cus_{i}"),),
                created_at=NOON - timedelta(days=i, microseconds=500),
                updated_at=NOON,
                version=3,
            )
            for i in range(count)
        ]

    async def test_seeding_twice_inserts_once(self, kept: MongoCustomers, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "CHUNK", 40)
        people = self.people(100)
        assert await kept.seed(people[:30]) == 30
        assert await kept.seed(people) == 70
        assert await kept.seed(people) == 0
        assert await kept.seed([]) == 0
        assert await kept.count(CustomerFilter()) == 100

    async def test_what_was_seeded_keeps_its_id_times_version_and_is_found(self, kept: MongoCustomers) -> None:
        await kept.seed(self.people(3))
        assert await only(kept, f"{2:024x}") == replace(
            self.people(3)[2], created_at=NOON - timedelta(days=2, milliseconds=1)
        )
        assert await kept.count(CustomerFilter(text="pers")) == 3

    async def test_what_people_changed_since_stays(self, kept: MongoCustomers) -> None:
        await kept.seed(self.people(2))
        changed = await kept.update(f"{0:024x}", 3, {"name": "Renamed"})
        mine = await kept.create(plainly("me", email="7@example.com"))

        assert await kept.seed(self.people(10)) == 7, "2 are there already, and one email is mine"
        assert await only(kept, changed.id) == changed
        assert (await kept.by_email(["7@example.com"]))["7@example.com"] == mine

    async def test_an_id_that_is_none_is_a_mistake(self, kept: MongoCustomers) -> None:
        with pytest.raises(ValueError, match="'anna' is not an id"):
            await kept.seed([replace(self.people(1)[0], id="anna")])
