import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from connectors.domain.customers import Customer, CustomerFilter, CustomersAsked, NewCustomer
from connectors.domain.errors import Conflict, Malformed, Refused
from connectors.domain.references import ServiceLink
from connectors.domain.service import Service
from connectors.mongo.customers import MongoCustomers
from connectors.mongo.store import Store, open_store
from connectors.transport.stats import ServiceStats
from tests.connectors.mongo.support import NOBODY, NOON, OSLO, STRIPE_ANNA, Clock, anna, behind, only, plainly, recorded


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
