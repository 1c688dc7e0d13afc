"""Which strings have a format."""

import pytest

from tests.contracts.formats import CHECKER


@pytest.mark.parametrize(
    ("form", "value"),
    [
        ("date-time", "2026-11-22T17:54:00Z"),
        ("date-time", "2026-11-22t17:54:00.123456+01:00"),
        ("date", "2026-11-22"),
        ("uri", "https://example.com/a?b=%20#c"),
        ("uri", "at://did:plc:abc/app.bsky.feed.post/1"),
        ("email", "ada@example.com"),
        ("uuid", "0192f3c0-0000-7000-8000-000000000000"),
        ("int32", 2**31 - 1),
        ("int64", -(2**63)),
        ("date-time", 5),
        ("unheard-of", "anything"),
    ],
)
def test_what_has_the_format_passes_and_so_does_another_type(form: str, value: object) -> None:
    assert CHECKER.conforms(value, form)


@pytest.mark.parametrize(
    ("form", "value"),
    [
        ("date-time", "2026-11-22"),
        ("date-time", "2026-11-22T17:54:00"),
        ("date-time", "2026-11-22T17:54:00.000+0000"),
        ("date-time", "2026-02-30T00:00:00Z"),
        ("date", "2026-11-31"),
        ("uri", "/relative"),
        ("uri", "https://example.com/a b"),
        ("email", "ada"),
        ("uuid", "0192f3c0"),
        ("int32", 2**31),
        ("int64", 2**63),
    ],
)
def test_what_has_not_the_format_fails(form: str, value: object) -> None:
    assert not CHECKER.conforms(value, form)
