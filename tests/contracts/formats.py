"""The formats that are checked; one that is not named here is an annotation (JSON Schema 2020-12 validation, 7)."""

import re
from datetime import datetime
from urllib.parse import urlsplit

from jsonschema import FormatChecker

CHECKER = FormatChecker(formats=("date", "email", "ipv4", "ipv6", "regex", "uuid"))
DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE)
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(%[0-9A-Fa-f]{2}|[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-])*")


@CHECKER.checks("date-time", raises=ValueError)
def is_date_time(value: object) -> bool:
    """RFC 3339, section 5.6."""
    if not isinstance(value, str):
        return True
    if not DATE_TIME.fullmatch(value):
        return False
    datetime.fromisoformat(value.upper())
    return True


@CHECKER.checks("uri", raises=ValueError)
def is_uri(value: object) -> bool:
    """RFC 3986: a scheme, and only characters that a URI may have."""
    if not isinstance(value, str):
        return True
    return bool(URI.fullmatch(value)) and bool(urlsplit(value).scheme)


@CHECKER.checks("int32")
def is_int32(value: object) -> bool:
    """OpenAPI 3.0.3, data types."""
    return not isinstance(value, int) or -(2**31) <= value < 2**31


@CHECKER.checks("int64")
def is_int64(value: object) -> bool:
    """OpenAPI 3.0.3, data types."""
    return not isinstance(value, int) or -(2**63) <= value < 2**63
