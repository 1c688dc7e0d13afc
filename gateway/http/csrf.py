"""Requests that another site's page could have made a browser send, with the user's cookies.

A browser asks before it sends any other: https://fetch.spec.whatwg.org/#cors-safelisted-request-header.
"""

from typing import Final

from gateway.http.fields import Fields
from gateway.http.media_types import is_upload
from gateway.http.refusal import bad_request

_SIMPLE: Final = frozenset({b"application/x-www-form-urlencoded", b"multipart/form-data", b"text/plain"})
_UNASKED: Final = (b"x-apollo-operation-name", b"apollo-require-preflight", b"graphql-require-preflight")
_ADVICE: Final = "send Content-Type: application/json, or the header GraphQL-Require-Preflight"


def check(fields: Fields) -> None:
    """Raises Refused (400) for a form's content type or text/plain, unless a header is there that no page can send."""
    if may_be_forged(fields):
        files = " Files cannot be uploaded here." if is_upload(fields.get(b"content-type")) else ""
        raise bad_request(f"This request could have been forged: {_ADVICE}.{files}")


def may_be_forged(fields: Fields) -> bool:
    """Whether a browser would have sent it without asking."""
    content_type = fields.get(b"content-type")
    if content_type is None or content_type == b"application/json":
        return False
    essence = content_type.partition(b";")[0].strip().lower()
    return essence in _SIMPLE and not any(name in fields for name in _UNASKED)
