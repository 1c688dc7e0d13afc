"""The body of a request, within its limit."""

from typing import Final

from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

from gateway.http.fields import Fields
from gateway.http.media_types import is_json, is_upload
from gateway.http.refusal import Refused

LIMIT: Final = 1_000_000  # bytes
_DIGITS: Final = 15  # of a length that is worth reading
_HANG_UP: Final = ((b"connection", b"close"),)  # what the client goes on to send is not read


async def read(fields: Fields, receive: Receive) -> bytes:
    """Raises Refused for what is no JSON (415) or too large (413), as soon as that is known, and ClientDisconnect."""
    _check(fields)
    message = await receive()
    body = _part(message)
    if not message.get("more_body"):
        return body
    parts, size = [body], len(body)
    while message.get("more_body"):
        message = await receive()
        parts.append(_part(message))
        size += len(parts[-1])
        if size > LIMIT:
            raise _too_large()
    return b"".join(parts)


def _check(fields: Fields) -> None:
    content_type = fields.get(b"content-type")
    if not is_json(content_type):
        files = "Files cannot be uploaded here. " if is_upload(content_type) else ""
        raise _unsupported(f"{files}The body has to be JSON in UTF-8: send Content-Type: application/json.")
    coding = fields.get(b"content-encoding")
    if coding and coding.lower() != b"identity":
        raise _unsupported("The body has to be sent as it is, without a content coding.")
    length = fields.get(b"content-length", b"")
    if length.isdigit() and (len(length) > _DIGITS or int(length) > LIMIT):
        raise _too_large()


def _part(message: Message) -> bytes:
    if message["type"] != "http.request":
        raise ClientDisconnect
    part: bytes = message.get("body", b"")
    if len(part) > LIMIT:
        raise _too_large()
    return part


def _too_large() -> Refused:
    return Refused(413, "CONTENT_TOO_LARGE", f"The body is larger than {LIMIT:,} bytes.", headers=_HANG_UP)


def _unsupported(message: str) -> Refused:
    """With what RFC 9110, section 15.5.16 has a server say: uploads (multipart/form-data) are among the refused."""
    headers = ((b"accept-post", b"application/json"), (b"accept-encoding", b"identity"))
    return Refused(415, "UNSUPPORTED_MEDIA_TYPE", message, headers=headers)
