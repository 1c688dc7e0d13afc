"""A page or an API answer, as the client prefers (RFC 9110, section 12.5.1).

https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
"""

import re
from collections.abc import Iterable, Iterator

from starlette.datastructures import Headers

HTML = ("text", "html")
JSON = (("application", "json"), ("application", "graphql-response+json"))

_RANGE = re.compile(r"([\w!#$%&'*+.^`|~-]+)/([\w!#$%&'*+.^`|~-]+)")
_QVALUE = re.compile(r"0(\.\d{0,3})?|1(\.0{0,3})?")

MediaType = tuple[str, str]


def wants_html(headers: Headers) -> bool:
    """Whether `Accept` prefers text/html to JSON, as a browser's does when it navigates.

    False at a tie, and so for `*/*` and for a request without `Accept`: the endpoint is an API first. A media range
    that is not well formed is passed over, as if it had not been sent.
    """
    ranges = dict(_media_ranges(headers.getlist("accept")))
    return _quality(ranges, HTML) > max(_quality(ranges, json) for json in JSON)


def _quality(ranges: dict[MediaType, float], wanted: MediaType) -> float:
    """The quality of the most specific range that matches, 0 where none does."""
    for media_range in (wanted, (wanted[0], "*"), ("*", "*")):
        if media_range in ranges:
            return ranges[media_range]
    return 0.0


def _media_ranges(values: Iterable[str]) -> Iterator[tuple[MediaType, float]]:
    for item in ",".join(values).lower().split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        matched = _RANGE.fullmatch(name)
        quality = _weight(parameters)
        if matched and quality is not None:
            yield (matched[1], matched[2]), quality


def _weight(parameters: list[str]) -> float | None:
    """The `q` of a range, 1 by default; None for a bad `q`, or a parameter that neither HTML nor JSON of ours has."""
    weight = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name == "q" and _QVALUE.fullmatch(value):
            weight = float(value)
        elif parameter not in {"", "charset=utf-8"}:
            return None
    return weight
