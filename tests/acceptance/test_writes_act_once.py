"""Writes to services that are slow and lose answers, through a gateway that is killed while they are under way.

By the services' own ledgers every key acted at most once, and what callers were told is true.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import pytest

from connectors.domain.deeds import State
from connectors.domain.service import Service
from tests.acceptance.chaos import SETTINGS, Chaos
from tests.acceptance.processes import CREDENTIALS, Imitations, gateway, imitations
from tests.acceptance.vendor_ledgers import Act, Ledgers
from tests.acceptance.wishes import REFUND, TICKET, Told, Wish, asked, caller
from tests.connectors.mongo.support import behind

SEED = 20261130
EACH = 250  # wishes at each of four services
CALLERS = 48
KILLS = 5
CUSTOMERS = 1000
AMOUNT = Decimal("1.00")  # of every refund: so little that a second one would go through as well
PAYMENTS = """query($since: DateTime!, $after: String) {
  payments(first: 100, since: $since, status: SUCCEEDED, after: $after) {
    pageInfo { endCursor }
    edges { node { id externalId service amount { amount currency } refunded { amount } } } } }"""
SECRETS = ("@example.com", "Please call back", "stripe-1", *CREDENTIALS.values())  # addresses, texts, callers' keys
Body = Mapping[str, Any]


@pytest.fixture(scope="module")
def services() -> Iterator[Imitations]:
    with imitations(CUSTOMERS) as running:
        yield running


async def test_a_thousand_writes_act_at_most_once_and_nobody_is_told_what_is_not_so(
    services: Imitations, store_uri: str, tmp_path: Path
) -> None:
    random = Random(SEED)  # noqa: S311 - it is to be repeatable
    with gateway(tmp_path, store_uri, {**services.addresses, **SETTINGS}) as served:
        async with caller() as http:
            ledgers = Ledgers(http, services)
            wishes = await wished_for(http, served.url, random)
            chaos = Chaos(served, services, store_uri, random)
            await carried_out(wishes, chaos, http, served.url)
            await services.fail(http, {})
            acts = await acts_of(wishes, ledgers)
    assert (len(wishes), len(chaos.under_way)) == (4 * EACH, KILLS)
    assert sum(chaos.under_way), "writes were under way when it was killed"
    assert [wish for wish in wishes if not told_what_is_so(wish, acts[wish.key])] == []
    done, written = audit(store_uri)
    assert done >= sum(wish.verdict.told is Told.SUCCESS for wish in wishes)
    assert not [word for word in SECRETS if word in written]
    tally = Counter((wish.service, wish.verdict.told) for wish in wishes)
    assert all(tally[service, Told.SUCCESS] > EACH / 4 for service, _ in tally), tally


def told_what_is_so(wish: Wish, acts: Sequence[Act]) -> bool:
    """By the ledger: one act for a success, with the same outcome, none for a failure, either for an unknown fate.

    A service that honours keys leaves nothing unknown, where its caller insists.
    """
    told, noun, _ = wish.verdict
    if not wish.settled or len(acts) > 1 or any(act.amount not in {0, AMOUNT} for act in acts):
        return False
    match told:
        case Told.SUCCESS:
            return [made(noun)] == list(acts)
        case Told.FAILURE:
            return not acts
        case _:
            return wish.service is Service.INTERCOM


def made(noun: Body | None) -> Act | None:
    """What a caller was shown."""
    if noun is None:
        return None
    return Act(noun["id"], Decimal(noun["refunded"]["amount"]) if "refunded" in noun else Decimal())


async def carried_out(wishes: Sequence[Wish], chaos: Chaos, http: aiohttp.ClientSession, url: str) -> None:
    """By many callers at once, each of whom insists on one wish after the other."""
    left = iter(wishes)

    async def work(random: Random) -> None:
        for wish in left:
            await wish.insist(http, url, random)
            await chaos.settled()

    failing = asyncio.create_task(chaos.fail(http))
    randoms = [Random(SEED + number) for number in range(CALLERS)]  # noqa: S311 - they are to be repeatable
    try:
        await asyncio.gather(chaos.kill(KILLS, len(wishes)), *map(work, randoms))
    finally:
        failing.cancel()
        await asyncio.gather(failing, return_exceptions=True)


async def wished_for(http: aiohttp.ClientSession, url: str, random: Random) -> list[Wish]:
    """Each has a payment or a subject of its own."""
    payments = await payments_of(http, url)
    wishes = [refund(service, number, node) for service in payments for number, node in enumerate(payments[service])]
    wishes += [ticket(service, number) for service in (Service.ZENDESK, Service.INTERCOM) for number in range(EACH)]
    for wish in wishes:
        wish.patient = random.random() < 1 / 2
    random.shuffle(wishes)
    return wishes


async def payments_of(http: aiohttp.ClientSession, url: str) -> dict[Service, list[Body]]:
    """As many of each service as it takes, of which nothing was given back yet."""
    found: dict[Service, list[Body]] = {Service.STRIPE: [], Service.PAYPAL: []}
    since, after = (datetime.now(UTC) - timedelta(days=170)).isoformat(), None
    while any(len(some) < EACH for some in found.values()):
        page = (await asked(http, url, PAYMENTS, since=since, after=after))["payments"]
        for node in (edge["node"] for edge in page["edges"]):
            service, refunded = Service[node["service"]], Decimal(node["refunded"]["amount"])
            if service in found and not refunded and node["amount"]["currency"] != "JPY":
                found[service].append(node)
        after = page["pageInfo"]["endCursor"]
    return {service: some[:EACH] for service, some in found.items()}


def refund(service: Service, number: int, payment: Body) -> Wish:
    given = {"paymentId": payment["id"], "amount": str(AMOUNT), "currency": payment["amount"]["currency"]}
    return Wish(f"{service}-{number}", service, REFUND, given, about=payment["externalId"])


def ticket(service: Service, number: int) -> Wish:
    key = f"{service}-{number}"
    given = {"service": service.name, "subject": key, "text": "Please call back.", "email": f"{key}@example.com"}
    return Wish(key, service, TICKET, given, about=key)


async def acts_of(wishes: Sequence[Wish], ledgers: Ledgers) -> dict[str, list[Act]]:
    """By key; an act that nobody wished for is a KeyError."""
    keys = {wish.about: wish.key for wish in wishes}
    found: dict[str, list[Act]] = {key: [] for key in keys.values()}
    charges = [wish.about for wish in wishes if wish.service is Service.STRIPE]
    refunds = [*await ledgers.stripe_refunds(charges), *await ledgers.paypal_refunds()]
    tickets = [*await ledgers.zendesk_tickets(), *await ledgers.intercom_conversations()]
    for about, act in [*((one.id, one) for one in refunds), *tickets]:
        found[keys[about]].append(act)
    return found


def audit(store_uri: str) -> tuple[int, str]:
    """How many keys were carried out by its account, and all of it."""
    with behind(store_uri) as database:
        lines = [*database["audit"].find()]
    return len({line["key"] for line in lines if line["result"] == State.DONE}), repr(lines)
