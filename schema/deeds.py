"""The one place that runs a write to a service: once for each key, with an honest word where its fate is unknown."""

import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from typing import Any, Generic, ParamSpec, Protocol, TypeVar, cast

import msgspec
import strawberry
from graphql import GraphQLError

from connectors.domain.activity import News
from connectors.domain.deeds import Deed, Entry, State, Verdict
from connectors.domain.errors import Conflict, ConnectorError, NotFound, Refused, Rejected
from connectors.domain.service import Service
from connectors.transport.fate import Fate, followed
from schema.context import Info
from schema.errors import extensions
from schema.refusals import UserError

log = logging.getLogger(__name__)


class _Answer(Protocol):
    id: strawberry.ID


class _Payload(Protocol):
    errors: list[UserError]


N = TypeVar("N", bound=_Answer)
T = TypeVar("T", bound=_Payload)
P = ParamSpec("P")

LONGEST_KEY = 255
_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,64}")  # a key that every service takes as it is


class FateUnknownError(GraphQLError):
    """It was sent, and nobody knows what became of it."""

    def __init__(self, service: Service, code: str, message: str) -> None:
        super().__init__(message, extensions={"code": code, "service": service.name, "outcome": "UNKNOWN"})


class UnderWayError(GraphQLError):
    """Somebody is at it, or died at it less than a minute ago."""

    def __init__(self, service: Service) -> None:
        text = "this is being done already: ask again with the same idempotencyKey in a minute"
        super().__init__(text, extensions={"code": "CONFLICT", "service": service.name, "outcome": "PENDING"})


class DoneBeforeError(GraphQLError):
    """It was done the first time, and what came of it cannot be shown now."""

    def __init__(self, service: Service, cause: Exception) -> None:
        text = f"this was done in {service.name} before, and cannot be shown now: {cause}"
        super().__init__(text, extensions={"service": service.name, **extensions(cause), "outcome": "DONE"})


def _id(made: _Answer) -> str:
    return made.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish(Generic[N]):
    """Something to be done in `service`.

    `target` is what it is done to, for the audit; `input` is what the key stands for, as JSON can hold it; `key` is the
    caller's. `act` does it, with a key of 64 characters of [A-Za-z0-9_-] at most; `kept` is what is remembered of the
    first answer, by which `again` reads it once more. `blame` is the path of a refused input.
    """

    service: Service
    target: str
    input: object
    key: str | None
    act: Callable[[str], Awaitable[N]]
    again: Callable[[str], Awaitable[N | None]]
    blame: list[str]
    kept: Callable[[N], str] = _id
    # What of it is told to those who follow somebody; it goes by the key that is given.
    happened: Callable[[N, str], Awaitable[News | None]] | None = None


async def carried_out(info: Info, wish: Wish[N]) -> N | UserError:
    """What came of it, now or the first time; a UserError where the service refuses the input.

    Raises ConnectorError where nothing was done, Conflict where the key stands for something else, and errors with an
    `outcome`: FateUnknownError, UnderWayError, DoneBeforeError.
    """
    key = vendor_key(info, wish.input, wish.key)
    deed = _deed(info, wish, key)
    begun = await info.context.sources.deeds.begin(deed)
    match begun.verdict:
        case Verdict.BEGUN | Verdict.RESUMED:
            with followed(resumed=begun.verdict is Verdict.RESUMED) as fate:
                return await _act(info, wish, deed, key, fate)
        case Verdict.DONE if begun.answer is not None:
            return await _first_answer(wish, begun.answer)
        case Verdict.OTHER_INPUT:
            raise Conflict("this idempotencyKey was given with another input before: take a new one")
        case Verdict.IN_FLIGHT:
            raise UnderWayError(wish.service)
    name = wish.service.name
    text = f"{name} was asked for this before, and whether it was done is unknown: look there before you try anew"
    raise FateUnknownError(wish.service, "CONFLICT", text)


def vendor_key(info: Info, input: object, key: str | None) -> str:
    """The caller's own, as far as services take it; else one of the request, the field's path and the input.

    Two requests with equal input are two wishes. Raises Refused.
    """
    if key is None:
        return _digest([info.context.request_id, info.path.as_list(), info.field_name, input])
    if not 1 <= len(key) <= LONGEST_KEY:
        raise Refused("idempotencyKey", f"idempotencyKey has 1 to {LONGEST_KEY} characters")
    return key if _PLAIN.fullmatch(key) else _digest([key])


def audited(resolver: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """A mutation of our own records that is written down: who, when, what, and what came of it."""

    @wraps(resolver)
    async def written_down(*args: P.args, **kwargs: P.kwargs) -> T:
        info = cast("Info", kwargs["info"])  # Strawberry hands arguments over by name
        with followed() as fate:
            try:
                payload = await resolver(*args, **kwargs)
            except Exception as error:
                unknown = isinstance(error, ConnectorError) and fate.unknown_after(error)
                await _write_down(info, _target(kwargs), State.UNKNOWN if unknown else State.FAILED)
                if not unknown:
                    raise
                text = f"{error}; whether it was done is unknown: look at the customer before you try anew"
                raise FateUnknownError(Service.STORE, "UPSTREAM_TIMEOUT", text) from error
        await _write_down(info, _target(kwargs), State.REFUSED if payload.errors else State.DONE)
        return payload

    return written_down


async def refused(info: Info, service: Service) -> None:
    """Writes down that an input was refused before the service was asked."""
    await _write_down(info, None, State.REFUSED, service)


def _deed(info: Info, wish: Wish[N], key: str) -> Deed:
    context = info.context
    return Deed(
        key=_digest([info.field_name, key]),
        fingerprint=_digest([wish.service, context.principal.id, wish.input]),
        kind=info.field_name,
        service=wish.service,
        target=wish.target,
        who=context.principal.id,
        request=context.request_id,
    )


async def _act(info: Info, wish: Wish[N], deed: Deed, key: str, fate: Fate) -> N | UserError:
    try:
        made = await wish.act(key)
    except ConnectorError as error:
        return await _failed(info, wish, deed, error, fate)
    except BaseException:  # a bug of ours, or nobody waits any more
        await _finish(info, deed, State.UNKNOWN)
        raise
    finally:
        info.context.loaders.clear()  # what is read next must show the change
    await _finish(info, deed, State.DONE, wish.kept(made))
    await _tell(info, wish, deed, made)
    return made


async def _tell(info: Info, wish: Wish[N], deed: Deed, made: N) -> None:
    """What has been done is done, whoever can be told of it."""
    try:
        news = await wish.happened(made, deed.key) if wish.happened else None
        if news:
            await info.context.sources.activity.publish(news)
    except ConnectorError:
        log.exception("%s of request %s could not be told to those who follow it", deed.kind, deed.request)


async def _failed(info: Info, wish: Wish[N], deed: Deed, error: ConnectorError, fate: Fate) -> UserError:
    if fate.unknown_after(error):
        await _finish(info, deed, State.UNKNOWN)
        text = f"{error}; whether it was done is unknown: ask again with the same idempotencyKey, or look there"
        raise FateUnknownError(wish.service, "UPSTREAM_TIMEOUT", text) from error
    refusal = isinstance(error, Rejected)
    await _finish(info, deed, State.REFUSED if refusal else State.FAILED)
    if not refusal:
        raise error
    return UserError(path=wish.blame, message=str(error))


async def _first_answer(wish: Wish[N], kept: str) -> N:
    try:
        found = await wish.again(kept)
    except ConnectorError as error:
        raise DoneBeforeError(wish.service, error) from error
    if found is None:
        raise DoneBeforeError(wish.service, NotFound("it is no longer there"))
    return found


async def _finish(info: Info, deed: Deed, state: State, answer: str | None = None) -> None:
    """A store that fails now must not hide what has been done: the deed stays pending, which is soon unknown."""
    try:
        await info.context.sources.deeds.finish(deed, state, answer)
    except ConnectorError:
        log.exception("%s of request %s ended as %s, which could not be kept", deed.kind, deed.request, state)


async def _write_down(info: Info, target: str | None, result: State, service: Service = Service.STORE) -> None:
    context = info.context
    line = Entry(
        kind=info.field_name,
        target=target,
        who=context.principal.id,
        request=context.request_id,
        result=result,
        service=service,
    )
    try:
        await context.sources.deeds.audit(line)
    except ConnectorError:
        log.exception("%s of request %s ended as %s, which could not be written down", line.kind, line.request, result)


def _target(arguments: dict[str, Any]) -> str | None:
    """Which customer a mutation is about, by the id that it was given."""
    given = arguments.get("id") or arguments.get("customer_id") or getattr(arguments.get("input"), "id", None)
    return str(given)[:200] if given else None


def _digest(parts: list[object]) -> str:
    return sha256(msgspec.json.encode(parts)).hexdigest()
