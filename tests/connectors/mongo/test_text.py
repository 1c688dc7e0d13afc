import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.mongo.text import LONGEST, caseless, plain, words


@settings(deadline=None)  # a busy machine is no failure
@given(st.text())
def test_caseless_is_blind_to_case_and_settles_at_once(text: str) -> None:
    assert caseless(caseless(text)) == caseless(text)
    assert caseless(text.casefold()) == caseless(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Émile", "émile"), ("e\u0301", "\u00c9"), ("straße", "STRASSE"), ("ΣΑΣ", "σας"), ("İ", "i\u0307")],
)
def test_texts_that_differ_in_case_alone_are_caselessly_equal(one: str, other: str) -> None:
    assert caseless(one) == caseless(other)


def test_an_accent_makes_a_difference_unless_the_text_is_plain() -> None:
    assert caseless("René") != caseless("Rene")
    assert plain("René") == plain("RENE") == "rene"


def test_plain_order_is_the_order_a_reader_expects() -> None:
    names = ["zoe", "Émile", "adam", "Emma", "Ägir", "Bo"]
    assert sorted(names, key=plain) == ["adam", "Ägir", "Bo", "Émile", "Emma", "zoe"]


def test_words_are_runs_of_letters_and_digits_once_each() -> None:
    texts = ["Anna-Lena O'Neil", "anna_lena@example.com", "№ 5 Straße", "日本"]
    assert words(texts) == ["5", "anna", "com", "example", "lena", "neil", "no", "o", "strasse", "日本"]


def test_a_word_is_cut_where_nobody_would_type_on() -> None:
    assert words(["x" * 1000]) == ["x" * LONGEST]


@settings(deadline=None)  # a busy machine is no failure
@given(st.text())
def test_words_never_hold_what_means_something_in_a_pattern(text: str) -> None:
    assert all(word.isalnum() or not set(word) & set(r"\.^$*+?{}[]|()/") for word in words([text]))
