"""`/graphql` over any schema: https://graphql.github.io/graphql-over-http/draft/."""

import asyncio
from collections.abc import Callable
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response as Page
from starlette.types import Receive, Scope, Send

from gateway.execution.encoding import refused
from gateway.execution.operation import Answer, Engine, Prepared, UnfitError
from gateway.http import body, csrf, events, fields, parts, plans, requests, responses
from gateway.http.documents import AsSent, Documents
from gateway.http.fields import Fields
from gateway.http.media_types import EVENTS, JSON, Accepted, Format, Stream, negotiated, not_acceptable
from gateway.http.plans import Planner
from gateway.http.refusal import Refused, bad_request
from gateway.http.requests import Parameters
from gateway.http.responses import Response

BATCH: Final = 10  # operations, where batches are taken at all
_READS: Final = frozenset({"GET", "HEAD"})
_OK: Final = 200
_LOGGED: Final = 100  # characters of a name
_UNASKED: Final = Accepted(JSON)  # until it is known what the client takes


class GraphQLEndpoint:
    """An ASGI application for HTTP. Plain ASGI, since a request costs a few microseconds here."""

    def __init__(
        self,
        engine: Engine,
        make_context: Callable[[float | None], object],
        *,
        documents: Documents | None = None,
        batch: int = 0,
        page: Callable[[Headers], Page | None] | None = None,
        planner: Planner | None = None,
    ) -> None:
        """`make_context` is called once an operation, with the seconds that the caller allows, where they say.

        `documents`: which texts are executed, all by default. `batch`: how many operations one request may hold as a
        JSON array, none by default. `page` answers a browser that navigates here, and returns None for anybody else.
        `planner` is for those who ask for plans (gateway.http.plans); without it nobody is told of one.
        """
        self._engine = engine
        self._make_context = make_context
        self._documents = documents or AsSent()
        self._batch = batch
        self._page = page
        self._planner = planner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request. Raises ClientDisconnect where the caller goes before the body is complete."""
        if self._page and scope["method"] in _READS and (page := self._page(Headers(scope=scope))):
            await page(scope, receive, send)
            return
        accepted = _UNASKED
        try:
            given = fields.read(scope)
            accepted = negotiated(given.get(b"accept"))
            asked = await _asked(scope, given, receive)
            if isinstance(asked, Parameters) and (accepted.parts or accepted.one):
                await self._deliver(asked, scope, given, accepted, send)
                return
            if accepted.media is None:
                raise not_acceptable()
            answered = self._answered if isinstance(asked, Parameters) else self._batched
            response = await answered(asked, scope, given, accepted.media)  # type: ignore[arg-type]  # each is given its own
        except Refused as refusal:
            response = _refused(refusal, accepted)
        await _send(response, send)

    async def _batched(self, asked: list[Parameters], scope: Scope, given: Fields, media: bytes) -> Response:
        """Side by side, answered in their order; one that is refused does not keep the others from being executed."""
        if not self._batch:
            raise bad_request("Batches are not taken here: send one operation a request.")
        if not 1 <= len(asked) <= self._batch:
            raise bad_request(f"A batch holds 1 to {self._batch} operations, and this one {len(asked)}.")
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(self._one_of_many(parameters, scope, given, media)) for parameters in asked]
        return responses.batched([task.result() for task in running], media)

    async def _one_of_many(self, asked: Parameters, scope: Scope, given: Fields, media: bytes) -> Response:
        try:
            return await self._answered(asked, scope, given, media)
        except Refused as refusal:
            return responses.refused(refusal, media)

    async def _answered(self, asked: Parameters, scope: Scope, given: Fields, media: bytes) -> Response:
        try:
            text = self._documents.text(asked)
            prepared = self._prepared(text if isinstance(text, str) else await text, asked, scope)
        except UnfitError as error:
            return responses.unfit(error.errors, media)
        context = self._make_context(fields.seconds_allowed(given))
        answer = await self._engine_for(given).execute(prepared, asked.variables, context)
        return responses.answered(answer, media, prepared.kind)

    async def _deliver(self, asked: Parameters, scope: Scope, given: Fields, accepted: Accepted, send: Send) -> None:
        """For a client that takes parts: where the operation has several, and where one answer is to be the only part.

        Raises Refused, before anything is sent.
        """
        try:
            text = self._documents.text(asked)
            prepared = self._prepared(text if isinstance(text, str) else await text, asked, scope, in_events=True)
        except UnfitError as error:
            await _send(_in_one(Answer(refused(error.errors), executed=False), accepted, "query"), send)
            return
        context, engine = self._make_context(fields.seconds_allowed(given)), self._engine_for(given)
        if prepared.kind == "subscription":
            events.mark_endless(scope)
            await self._subscribe(prepared, asked, context, accepted, send)
            return
        if accepted.parts is None or not prepared.incremental:
            answer = await engine.execute(prepared, asked.variables, context)
            await _send(_in_one(answer, accepted, prepared.kind), send)
            return
        async with engine.deliver(prepared, asked.variables, context) as delivered:
            if isinstance(delivered, Answer):
                await _send(_in_one(delivered, accepted, prepared.kind), send)
            else:
                await parts.deliver(accepted.parts, delivered, send)

    def _engine_for(self, given: Fields) -> Engine:
        return self._engine if self._planner is None else plans.planning(self._engine, self._planner, given)

    async def _subscribe(
        self, prepared: Prepared, asked: Parameters, context: object, accepted: Accepted, send: Send
    ) -> None:
        if EVENTS not in {stream.media for stream in (accepted.one, accepted.parts) if stream}:
            raise _over_socket()
        async with self._engine.subscribe(prepared, asked.variables, context) as delivered:
            if isinstance(delivered, Answer):
                await _send(parts.whole(Stream(Format.WHOLE, EVENTS), delivered.body), send)
            else:
                await events.deliver(delivered, send)

    def _prepared(self, text: str, asked: Parameters, scope: Scope, *, in_events: bool = False) -> Prepared:
        prepared = self._engine.prepare(text, asked.operation_name)
        kind = prepared.kind
        _note(scope, kind, prepared.name)
        if kind != "query":
            _check_kind(prepared, scope["method"], in_events=in_events)
        return prepared


async def _asked(scope: Scope, given: Fields, receive: Receive) -> Parameters | list[Parameters]:
    csrf.check(given)
    method = scope["method"]
    if method == "POST":
        return requests.posted(await body.read(given, receive))
    if method in _READS:
        return requests.got(scope["query_string"])
    raise _not_allowed("Send operations by POST, and queries by GET if you like.", b"GET, HEAD, POST")


def _in_one(answer: Answer, accepted: Accepted, kind: str) -> Response:
    if accepted.one:
        return parts.whole(accepted.one, answer.body)
    return responses.answered(answer, accepted.media or JSON, kind)


def _refused(refusal: Refused, accepted: Accepted) -> Response:
    """In JSON, whatever is accepted, where the status tells of it too."""
    response = responses.refused(refusal, accepted.media or JSON)
    return parts.whole(accepted.one, response.body) if accepted.one and response.status == _OK else response


async def _send(response: Response, send: Send) -> None:
    await send({"type": "http.response.start", "status": response.status, "headers": response.headers})
    await send({"type": "http.response.body", "body": response.body})


def _check_kind(prepared: Prepared, method: str, *, in_events: bool) -> None:
    """A browser's `EventSource` sends a GET, and changes nothing by a subscription."""
    if prepared.kind == "subscription" and in_events and method != "HEAD":
        return
    if method != "POST":
        raise _not_allowed(f"A {prepared.kind} cannot be sent by {method}.", b"POST")
    if prepared.kind == "subscription":
        raise _over_socket()


def _over_socket() -> Refused:
    return bad_request("A subscription is served over WebSocket, or to a client that accepts text/event-stream.")


def _not_allowed(message: str, methods: bytes) -> Refused:
    return Refused(405, "METHOD_NOT_ALLOWED", message, headers=((b"allow", methods),))


def _note(scope: Scope, kind: str, name: str | None) -> None:
    """For the request's event in the log: `query Payments`, and all of a batch between commas."""
    said = f"{kind} {name[:_LOGGED]}" if name else kind
    state = scope.setdefault("state", {})
    before = state.get("operation")
    state["operation"] = f"{before}, {said}" if before else said
