"""The faults of imitations that are served, shown and changed while they run."""

import httpx
import msgspec

from connectors.faults.faults import Faults
from connectors.faults.text import FaultsError
from connectors.sandbox import reply

PATH = "/faults"
_METHODS = "GET, HEAD, PUT, DELETE"


def control(faults: Faults, method: str, body: bytes) -> httpx.Response:
    """GET shows them by service, PUT replaces all of them, DELETE clears them; each answers with those that apply then.

    PUT takes the text of `TRIBUTARY_FAULTS`, or JSON as GET shows it. A mistake is 400 and changes nothing.
    """
    if method not in _METHODS.split(", "):
        return reply({"mistakes": [f"{method} is not understood here: {_METHODS}"]}, 405, {"Allow": _METHODS})
    try:
        if method == "PUT":
            faults.set(_given(body))
        elif method == "DELETE":
            faults.clear()
    except FaultsError as wrong:
        return reply({"mistakes": wrong.mistakes}, 400)
    return reply(faults.by_service())


def _given(body: bytes) -> str | dict[str, str]:
    try:
        if body.lstrip().startswith(b"{"):
            return msgspec.json.decode(body, type=dict[str, str])
        return body.decode()
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise FaultsError(['expected stripe:latency=2s;… or {"stripe": "latency=2s", …}']) from None
