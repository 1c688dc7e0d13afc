from dataclasses import replace

import pytest

from connectors.domain.search import Match
from schema.loaders.ranking import Fit, fit
from tests.schema.fake_crm import deal
from tests.schema.finders import contact, titled_issue, titled_ticket
from tests.schema.nouns import customer, payment, post, repository


@pytest.mark.parametrize(
    ("text", "subject", "expected"),
    [
        ("csv export", "The CSV export is slow", Fit.PHRASE),
        ("csv export", "CSV-Export bricht ab", Fit.PHRASE),
        ("größe", "Grosse Sorgen um die Größe", Fit.PHRASE),
        ("umlaute", "UMLAÜTE", Fit.PHRASE),
        ("文字化け", "CSVが文字化けする", Fit.PHRASE),
        ("export csv", "The CSV export is slow", Fit.ALL),
        ("exp csv", "The CSV export is slow", Fit.ALL),
        ("csv import", "The CSV export is slow", Fit.SOME),
        ("xport", "The CSV export is slow", Fit.PHRASE),
        ("slow xport", "The CSV export is slow", Fit.SOME),
        ("invoice", "The CSV export is slow", Fit.NONE),
        ("???", "The CSV export is slow", Fit.NONE),
        ("???", "", Fit.NONE),
    ],
)
def test_the_whole_text_in_a_title_fits_better_than_its_words(text: str, subject: str, expected: Fit) -> None:
    assert fit(text, titled_ticket("1", subject)) is expected


@pytest.mark.parametrize(
    ("text", "match", "expected"),
    [
        ("ada", customer("Ada"), Fit.PHRASE),
        ("ada@example.com", customer("Ada"), Fit.ALL),
        ("seats", replace(payment("1"), description="Extra seats"), Fit.PHRASE),
        ("seats", payment("1"), Fit.NONE),
        ("deal 1", deal("1"), Fit.PHRASE),
        ("ada engine", repository("1"), Fit.PHRASE),
        ("engine", repository("1"), Fit.PHRASE),
        ("calculator", replace(repository("1"), description="A calculator"), Fit.ALL),
        ("bug", titled_issue("1", "It crashes"), Fit.ALL),
        ("said 1", post("1"), Fit.PHRASE),
        ("ada", post("1"), Fit.ALL),
        ("555", contact("1", phone="+1 555 0100"), Fit.ALL),
        ("ada", contact("1"), Fit.NONE),
        ("ada byron", replace(contact("1"), name="Ada Byron"), Fit.PHRASE),
        ("ada@example.com", replace(contact("1"), name="A. Byron", email="ada@example.com"), Fit.ALL),
    ],
)
def test_every_kind_is_compared_by_what_people_see_of_it(text: str, match: Match, expected: Fit) -> None:
    assert fit(text, match) is expected


def test_a_better_fit_sorts_first() -> None:
    assert Fit.PHRASE < Fit.ALL < Fit.SOME < Fit.NONE
