"""Reading variables: what counts as given, where it comes from, and what fits."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.environment import Setting, matching, number, read, web_address, whole_number

pytestmark = pytest.mark.usefixtures("bare")
FILE = Path(".env")
PORT = Setting(name="A_PORT", about="", looks_like="", fits=whole_number(1, 9))
NAME = Setting(name="A_NAME", about="", looks_like="", fits=matching("[a-z]+"))


def test_the_environment_goes_before_the_file() -> None:
    FILE.write_text("A_PORT=1\nA_NAME=file\n")
    os.environ["A_PORT"] = "2"
    assert read([PORT, NAME], FILE).values == {"A_PORT": "2", "A_NAME": "file"}


def test_an_empty_value_counts_as_none_and_lets_the_file_speak() -> None:
    FILE.write_text("A_NAME=file\n")
    os.environ.update(A_PORT="", A_NAME="")
    assert read([PORT, NAME], FILE).values == {"A_NAME": "file"}


def test_blanks_around_a_value_are_not_part_of_it() -> None:
    os.environ["A_NAME"] = "  abc\n"
    assert read([NAME], FILE).values == {"A_NAME": "abc"}


def test_names_are_compared_with_case() -> None:
    os.environ |= {"a_name": "abc"}
    assert read([NAME], FILE).values == {}


def test_a_misfit_keeps_nothing_else_from_being_read() -> None:
    FILE.write_text("A_PORT=77\n")
    os.environ["A_NAME"] = "abc"
    found = read([PORT, NAME], FILE)
    assert found.values == {"A_NAME": "abc"}
    assert found.misfits == {"A_PORT"}
    assert found.others == frozenset()


def test_what_else_the_file_holds_is_named_and_not_read() -> None:
    FILE.write_text("SOMEBODY_ELSES=1\nA_NAME=abc\n")
    found = read([NAME], FILE)
    assert found.values == {"A_NAME": "abc"}
    assert found.others == {"SOMEBODY_ELSES"}


def test_without_a_file_the_environment_is_all_there_is() -> None:
    assert read([PORT, NAME], Path("nowhere.env")).values == {}


def test_a_file_in_another_encoding_is_an_error_and_not_a_guess() -> None:
    FILE.write_bytes(b"A_NAME=\xff\xfe\n")
    with pytest.raises(UnicodeDecodeError):
        read([NAME], FILE)


@pytest.mark.parametrize("text", ["1", "2.5", "120", "1e1"])
def test_a_number_within_bounds_fits(text: str) -> None:
    assert number(1, 120)(text)


@pytest.mark.parametrize("text", ["0.99", "120.1", "nan", "inf", "-inf", "ten", ""])
def test_a_number_out_of_bounds_or_none_does_not(text: str) -> None:
    assert not number(1, 120)(text)


@pytest.mark.parametrize("text", ["0", "10", "-1", "1.0", "1e0", "+1", "٣", "", "x"])
def test_a_whole_number_is_decimal_digits_within_bounds(text: str) -> None:
    assert not whole_number(1, 9)(text)


def test_a_pattern_is_matched_against_the_whole_value() -> None:
    assert matching("[a-z]+")("abc")
    assert not matching("[a-z]+")("abc1")
    assert not matching("[a-z]+")("abc\n")


@pytest.mark.parametrize("text", ["http://127.0.0.1:8001/stripe", "https://api.example.com", "https://[::1]:8/v2/"])
def test_a_web_address_is_scheme_host_port_and_path(text: str) -> None:
    assert web_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "api.example.com",
        "ftp://example.com",
        "http://",
        "http://:80",
        "http://host:port",
        "http://host:99999",
        "http://host:0",
        "http://user:password@host",
        "http://host/?query",
        "http://host/#fragment",
        "http://ho st/",
        "http://[::1",
    ],
)
def test_anything_else_is_no_web_address(text: str) -> None:
    assert not web_address(text)


@given(st.text())
def test_no_text_breaks_a_check(text: str) -> None:
    for fits in (number(0, 1), whole_number(0, 1), matching("x"), web_address):
        assert isinstance(bool(fits(text)), bool)
