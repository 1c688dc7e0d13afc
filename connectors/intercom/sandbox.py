"""An imitation of Intercom: its search and reads of conversations, its errors and new ones, over the made-up people.

Left out: what the gateway does not call, and every order of a search but the newest first.
"""

import re
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from itertools import islice
from typing import Any, TypeVar

import httpx
import msgspec

from connectors.intercom import sandbox_bodies as bodies
from connectors.intercom.sandbox_access import Quota, authenticate
from connectors.intercom.sandbox_inbox import Clock, Inbox, Talk
from connectors.intercom.sandbox_query import Bounds, Filter, Refusal, bounds, fields, read
from connectors.sandbox import Handler, Router, reply
from connectors.seed.people import People

LARGEST = 150
DEFAULT = 20
LOOKED_THROUGH = 4000  # slots that a search goes back for one page
LONGEST_ID = 18  # digits; more would not fit 64 bits
COUNTED = 1000  # slots whose share of matches stands for all the others
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
T = TypeVar("T")


class _Pagination(msgspec.Struct):
    per_page: int = DEFAULT
    starting_after: str | None = None


class _Sort(msgspec.Struct):
    field: str = "created_at"
    order: str = "descending"


class _Search(msgspec.Struct):
    query: Any  # JSON enters here; `read` makes filters of it
    pagination: _Pagination = msgspec.field(default_factory=_Pagination)
    sort: _Sort = msgspec.field(default_factory=_Sort)


class _From(msgspec.Struct):
    id: str
    type: str


class _NewConversation(msgspec.Struct):
    sender: _From = msgspec.field(name="from")
    body: str


class _NewContact(msgspec.Struct):
    role: str | None = None
    email: str | None = None
    name: str | None = None
    external_id: str | None = None


def imitate(people: People, clock: Clock = time.time) -> Handler:
    """An Intercom workspace of its own, whose contacts are `people`; `clock` (Unix seconds) dates what is new."""
    return _Workspace(people, clock).handle


class _Workspace:
    def __init__(self, people: People, clock: Clock) -> None:
        self._inbox = Inbox(people, clock)
        self._quota = Quota(clock)
        self._route = Router(
            {
                "GET /admins": lambda _: reply(bodies.admins()),
                "POST /conversations/search": self._search,
                "GET /conversations/{id}": self._one,
                "POST /conversations": self._begin,
                "POST /contacts/search": self._contacts,
                "POST /contacts": self._enter,
            },
            unknown=_unknown,
        )

    def handle(self, request: httpx.Request) -> httpx.Response:
        headers = self._quota.spend()
        response = self._admitted(request)
        response.headers.update(headers | {"Cache-Control": "max-age=0, private, must-revalidate"})
        return response

    def _admitted(self, request: httpx.Request) -> httpx.Response:
        try:
            self._quota.check()
            authenticate(request)
            return self._route(request)
        except Refusal as refusal:
            return refusal.reply

    def _search(self, request: httpx.Request) -> httpx.Response:
        asked = _decoded(request, _Search)
        if (asked.sort.field, asked.sort.order) != ("created_at", "descending"):
            raise Refusal(400, "parameter_invalid", "only the newest are searched for first here")
        size, query = asked.pagination.per_page, read(asked.query)
        if not 1 <= size <= LARGEST:
            raise Refusal(400, "parameter_invalid", f"per_page must be between 1 and {LARGEST}")
        number, after = _page(asked.pagination.starting_after)
        found = self._matches(query, after, size + 1)
        shown, more = found[:size], len(found) > size
        total = self._total(query)
        pages: bodies.Body = {
            "type": "pages",
            "page": number,
            "per_page": size,
            "total_pages": -(-total // size),
        }
        if more:
            pages["next"] = {"per_page": size, "starting_after": _cursor(number + 1, shown[-1])}
        talks = [bodies.conversation(talk) for talk in shown]
        return reply({"type": "conversation.list", "pages": pages, "total_count": total, "conversations": talks})

    def _matches(self, query: Filter, after: tuple[int, int] | None, most: int) -> list[Talk]:
        within = bounds(query)
        looked = self._looked(within._replace(until=min(within.until, after[0])) if after else within, LOOKED_THROUGH)
        fitting = (talk for talk in looked if talk and query.fits(fields(talk)) and (not after or _place(talk) < after))
        return list(islice(fitting, most))

    def _total(self, query: Filter) -> int:
        """How many there are: counted, or as many as among the newest where that would be everybody's."""
        within = bounds(query)
        looked = list(self._looked(within, COUNTED))
        fitting = sum(1 for talk in looked if talk and query.fits(fields(talk)))
        counted = within.contacts is not None or within.ids is not None or len(looked) < COUNTED
        return fitting if counted else fitting * self._inbox.slots // COUNTED

    def _looked(self, within: Bounds, most: int) -> Iterable[Talk | None]:
        """What may fit, newest first; of everybody's, `most` at most."""
        if within.ids is not None:
            named = (self._inbox.find(_number(id)) for id in within.ids)
            return sorted(filter(None, named), key=_place, reverse=True)
        walked = self._inbox.newest_first(within.contacts, within.until)
        return walked if within.contacts is not None else islice(walked, most)

    def _one(self, _: httpx.Request, id: str) -> httpx.Response:
        talk = self._inbox.find(_number(id))
        if talk is None:
            raise Refusal(404, "not_found", "Resource Not Found")
        return reply(bodies.whole(talk))

    def _begin(self, request: httpx.Request) -> httpx.Response:
        asked = _decoded(request, _NewConversation)
        if asked.sender.type not in ("contact", "user", "lead"):
            raise Refusal(400, "parameter_invalid", "from.type is contact, user or lead")
        if not asked.body.strip():
            raise Refusal(400, "parameter_invalid", "body must not be blank")
        contact = self._inbox.contacts.find(asked.sender.id)
        if contact is None:
            raise Refusal(404, "not_found", "User Not Found")
        return reply(bodies.message(self._inbox.begin(contact, asked.body)))

    def _contacts(self, request: httpx.Request) -> httpx.Response:
        """By address, which is all that is asked for here."""
        asked = _decoded(request, _Search)
        wanted = asked.query if isinstance(asked.query, dict) else {}
        email = wanted.get("value")
        if (wanted.get("field"), wanted.get("operator")) != ("email", "=") or not isinstance(email, str):
            raise Refusal(400, "invalid_field", "contacts are searched for by email, with = here")
        contact = self._inbox.contacts.by_email(email)
        data = [bodies.contact(contact, _api(request))] if contact else []
        size = asked.pagination.per_page
        pages = {"type": "pages", "page": 1, "per_page": size, "total_pages": len(data)}
        return reply({"type": "list", "data": data, "total_count": len(data), "pages": pages})

    def _enter(self, request: httpx.Request) -> httpx.Response:
        """https://developers.intercom.com/docs/references/rest-api/api.intercom.io/contacts/createcontact."""
        asked = _decoded(request, _NewContact)
        role, email = asked.role or "user", asked.email or ""
        if role not in ("user", "lead"):
            raise Refusal(400, "parameter_invalid", "role must be user or lead")
        if not _EMAIL.fullmatch(email):
            raise Refusal(400, "parameter_invalid", "email is invalid")
        if known := self._inbox.contacts.by_email(email):
            raise Refusal(409, "conflict", f"A contact matching those details already exists with id={known.id}")
        contact = self._inbox.contacts.enter(role, email, asked.name, asked.external_id, self._inbox.now)
        return reply(bodies.contact(contact, _api(request)))


def _decoded(request: httpx.Request, into: type[T]) -> T:
    try:
        return msgspec.json.decode(request.content, type=into)
    except msgspec.ValidationError as misfit:
        raise Refusal(400, "parameter_invalid", str(misfit)) from misfit
    except (msgspec.DecodeError, UnicodeDecodeError) as garbled:
        raise Refusal(400, "bad_request", "bad JSON in the body") from garbled


def _api(request: httpx.Request) -> str:
    return str(request.url.copy_with(raw_path=b"/")).rstrip("/")


def _number(id: str) -> int:
    """The number that an id is; 0, which is no conversation's, for anything else."""
    return int(id) if id.isascii() and id.isdecimal() and len(id) <= LONGEST_ID else 0


def _place(talk: Talk) -> tuple[int, int]:
    return talk.created_at, talk.id


def _cursor(number: int, last: Talk) -> str:
    """The number of a page and what stands before it."""
    return urlsafe_b64encode(msgspec.json.encode((number, *_place(last)))).decode()


def _page(cursor: str | None) -> tuple[int, tuple[int, int] | None]:
    if cursor is None:
        return 1, None
    try:
        number, *place = msgspec.json.decode(urlsafe_b64decode(cursor), type=tuple[int, int, int])
    except (msgspec.MsgspecError, ValueError) as unfit:
        raise Refusal(400, "parameter_invalid", "starting_after is not a cursor") from unfit
    return number, (place[0], place[1])


def _unknown(_: httpx.Request) -> httpx.Response:
    raise Refusal(404, "not_found", "The requested resource was not found")
