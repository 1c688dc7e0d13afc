import asyncio
from dataclasses import replace
from datetime import timedelta

import bson
import pytest

from connectors.domain.customers import Customer, CustomerFilter, Note
from connectors.domain.errors import NotFound, Refused
from connectors.domain.references import ServiceLink
from connectors.domain.service import Service
from connectors.mongo import customers as module
from connectors.mongo.customers import MongoCustomers
from connectors.mongo.documents import kept_document
from tests.connectors.mongo.support import NOBODY, NOON, STRIPE_ANNA, Clock, anna, behind, only, plainly


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
