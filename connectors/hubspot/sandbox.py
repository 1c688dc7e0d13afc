"""An imitation of HubSpot: records by batch, associations, searches, owners, pipelines, and new deals.

Left out: what the gateway does not call, and the limit of five searches a second.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from itertools import islice

import httpx

from connectors.hubspot import sandbox_account as account
from connectors.hubspot import sandbox_new, sandbox_query, sandbox_rows, sandbox_search
from connectors.hubspot.sandbox_access import Clock, Quota, authenticate
from connectors.hubspot.sandbox_account import Body
from connectors.hubspot.sandbox_book import Book
from connectors.hubspot.sandbox_query import Input, Refusal
from connectors.hubspot.sandbox_rows import HUBSPOT_COMPANY, Row, instant
from connectors.sandbox import Handler, Route, Router, reply
from connectors.seed.people import HUBSPOT_CONTACT, People

BATCH = 100
ASSOCIATED = 1000
LISTED = 500  # associations of one record in one answer
OWNERS = 500
_KINDS = {"contacts": "CONTACT", "companies": "COMPANY", "deals": "DEAL"}
_GONE = "they may be deleted or not exist. Check that ids are valid."
_NOT_FOUND = "OBJECT_NOT_FOUND"

Find = Callable[[str], Row | None]


def imitate(people: People, clock: Clock = time.time) -> Handler:
    """A HubSpot account of its own, whose contacts are `people`; `clock` (Unix seconds) dates what is new."""
    return _Account(people, clock).handle


class _Account:
    def __init__(self, people: People, clock: Clock) -> None:
        self._people = people
        self._book = Book(people, clock)
        self._quota = Quota(clock)
        reads: dict[str, Find] = {"contacts": self._contact, "companies": _company, "deals": self._book.find}
        batches: dict[str, Route] = {
            f"POST /crm/v3/objects/{kind}/batch/read": self._batch(kind, find) for kind, find in reads.items()
        }
        self._route = Router(
            batches
            | {
                "GET /account-info/v3/details": lambda _: reply(account.DETAILS),
                "GET /crm/v3/owners": _owners,
                "GET /crm/v3/pipelines/deals": lambda _: reply(account.pipelines()),
                "GET /crm/v3/objects/contacts": self._list,
                "POST /crm/v3/objects/contacts/search": self._search_contacts,
                "POST /crm/v3/objects/deals/search": self._search_deals,
                "POST /crm/v3/objects/deals": self._create,
                "POST /crm/v4/associations/contacts/companies/batch/read": self._associated("company", self._employers),
                "POST /crm/v4/associations/contacts/deals/batch/read": self._associated("deal", self._deals),
            },
            unknown=_unknown,
        )

    def handle(self, request: httpx.Request) -> httpx.Response:
        headers, late = self._quota.spend(request)
        response = late or self._admitted(request)
        response.headers.update(headers)
        return response

    def _admitted(self, request: httpx.Request) -> httpx.Response:
        try:
            authenticate(request)
            return self._route(request)
        except Refusal as refusal:
            return refusal.reply

    def _contact(self, id: str) -> Row | None:
        person = self._people.by_code(HUBSPOT_CONTACT, id)
        return sandbox_rows.contact(person) if person else None

    def _list(self, request: httpx.Request) -> httpx.Response:
        """https://developers.hubspot.com/docs/api/crm/contacts: oldest first."""
        query = _parameters(request, {"limit", "after", "properties", "archived"})
        size = sandbox_query.integer(query.get("limit", "10"), "limit", BATCH)
        start = sandbox_query.integer(query.get("after", "0"), "after", self._people.count)
        numbers = range(start, min(start + size, self._people.count))
        asked = query["properties"].split(",") if "properties" in query else []
        results = [sandbox_rows.contact(self._people[number]).body(asked) for number in numbers]
        return reply({"results": results} | _onward(start + size, more=start + size < self._people.count))

    def _batch(self, kind: str, find: Find) -> Route:
        def answer(request: httpx.Request) -> httpx.Response:
            asked = sandbox_query.body(request, sandbox_query.BatchRead)
            ids = list(dict.fromkeys(one.id for one in sandbox_query.checked(asked.inputs, BATCH)))
            found = [row for id in ids if (row := find(id))]
            missing = sorted(set(ids) - {row.id for row in found})
            text = f"Could not get some {_KINDS[kind]} objects, {_GONE}"
            problems = [_absent(text, {"ids": missing})] if missing else []
            return self._settled([row.body(asked.properties) for row in found], problems)

        return answer

    def _associated(self, noun: str, related: Callable[[str], Sequence[Body]]) -> Route:
        def answer(request: httpx.Request) -> httpx.Response:
            asked = sandbox_query.body(request, sandbox_query.AssociationsRead)
            inputs = sandbox_query.checked(asked.inputs, ASSOCIATED)
            lists = [(one, related(one.id)) for one in inputs]
            problems = [_alone(noun, one.id) for one, found in lists if not found]
            return self._settled([_page(one, found) for one, found in lists if found], problems)

        return answer

    def _employers(self, contact: str) -> Sequence[Body]:
        person = self._people.by_code(HUBSPOT_CONTACT, contact)
        numbers = sandbox_rows.employers(person) if person else []
        return [_employer(number, is_primary=number == numbers[-1]) for number in numbers]

    def _deals(self, contact: str) -> Sequence[Body]:
        kinds = [{"category": "HUBSPOT_DEFINED", "typeId": 4, "label": None}]
        rows = self._book.newest_first(contact)
        return [{"toObjectId": int(row.id), "associationTypes": kinds} for row in rows]

    def _search_contacts(self, request: httpx.Request) -> httpx.Response:
        asked = sandbox_query.body(request, sandbox_query.Search)
        return _found(asked, sandbox_search.contacts(self._people, asked), self._people.count)

    def _search_deals(self, request: httpx.Request) -> httpx.Response:
        asked = sandbox_query.body(request, sandbox_query.Search)
        return _found(asked, sandbox_search.deals(self._book, asked), self._book.count)

    def _create(self, request: httpx.Request) -> httpx.Response:
        new = sandbox_query.body(request, sandbox_new.NewRecord)
        row = self._book.open(sandbox_new.properties(new), sandbox_new.contacts(new, self._people))
        return reply(row.body([*row.properties]), 201)

    def _settled(self, results: Sequence[Body], problems: Sequence[Body]) -> httpx.Response:
        now = instant(self._book.now)
        body: Body = {"status": "COMPLETE", "results": results, "startedAt": now, "completedAt": now}
        if not problems:
            return reply(body)
        return reply(body | {"numErrors": len(problems), "errors": problems}, 207)


def _company(id: str) -> Row | None:
    number = HUBSPOT_COMPANY.decode(id)
    return None if number is None else sandbox_rows.company(number)


def _employer(number: int, *, is_primary: bool) -> Body:
    primary = [{"category": "HUBSPOT_DEFINED", "typeId": 1, "label": "Primary"}] if is_primary else []
    plain = {"category": "HUBSPOT_DEFINED", "typeId": 279, "label": None}
    return {"toObjectId": int(HUBSPOT_COMPANY.encode(number)), "associationTypes": [*primary, plain]}


def _page(one: Input, found: Sequence[Body]) -> Body:
    start = sandbox_query.integer(one.after or "0", "after", 10**9)
    more = start + LISTED < len(found)
    return {"from": {"id": one.id}, "to": found[start : start + LISTED]} | _onward(start + LISTED, more=more)


def _found(asked: sandbox_query.Search, rows: Iterable[Row], about: int) -> httpx.Response:
    """`about` how many there are in all, which is the total where they are not counted to the end."""
    window = sandbox_search.Window.of(asked)
    seen = list(islice(rows, window.start + window.size + 1))
    page = seen[window.start : window.start + window.size]
    more = len(seen) > window.start + window.size
    total = max(len(seen), about) if more else len(seen)
    body: Body = {"total": total, "results": [row.body(asked.properties) for row in page]}
    return reply(body | _onward(window.start + window.size, more=more))


def _owners(request: httpx.Request) -> httpx.Response:
    query = _parameters(request, {"limit", "after", "archived", "email"})
    archived = query.get("archived", "false") == "true"
    owners = [one for one in account.OWNERS if one.archived is archived]
    size = sandbox_query.integer(query.get("limit", "100"), "limit", OWNERS)
    start = sandbox_query.integer(query.get("after", "0"), "after", len(owners))
    page = [one.body for one in owners[start : start + size]]
    return reply({"results": page} | _onward(start + size, more=start + size < len(owners)))


def _onward(start: int, *, more: bool) -> Body:
    return {"paging": {"next": {"after": str(start), "link": f"?after={start}"}}} if more else {}


def _absent(message: str, context: Body) -> Body:
    return {"status": "error", "category": _NOT_FOUND, "message": message, "context": context}


def _alone(noun: str, id: str) -> Body:
    context: Body = {"fromObjectId": [id], "fromObjectType": ["contact"], "toObjectType": [noun]}
    message = f"No {noun} is associated with contact {id}."
    return _absent(message, context) | {"subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND"}


def _parameters(request: httpx.Request, known: set[str]) -> dict[str, str]:
    query = dict(request.url.params.multi_items())
    if unknown := query.keys() - known:
        raise Refusal(400, f"There was a problem with the request. Unknown parameter: {min(unknown)}")
    return query


def _unknown(_: httpx.Request) -> httpx.Response:
    raise Refusal(404, "resource not found", _NOT_FOUND)
