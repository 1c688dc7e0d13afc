"""What people ask for: in their own language, with nothing left to fill in."""

from random import Random

import pytest

from connectors.seed.places import COUNTRIES
from connectors.zendesk.sandbox_texts import Plea, plea
from tests.connectors.support import crowd

PEOPLE = crowd(400)
KINDS = {"problem", "incident", "question", "task", None}
FIRST_OF = {
    code: next(one for one in map(PEOPLE.__getitem__, range(400)) if one.country.code == code)
    for code in (country.code for country in COUNTRIES)
}


def pleas(code: str) -> set[Plea]:
    return {plea(FIRST_OF[code], Random(n)) for n in range(60)}  # noqa: S311 - made-up words


@pytest.mark.parametrize("code", sorted(FIRST_OF))
def test_everybody_asks_for_several_things_without_a_gap(code: str) -> None:
    said = pleas(code)
    assert len(said) > 3
    for one in said:
        assert not set("{}") & set(one.subject + one.text)
        assert one.subject.strip()
        assert one.text.strip()
        assert one.kind in KINDS


@pytest.mark.parametrize(
    ("code", "word"),
    [("DE", "Rechnung"), ("FR", "Facture"), ("JP", "請求書"), ("BR", "Nota"), ("PL", "fakturze"), ("SE", "Faktura")],
)
def test_each_asks_in_the_language_of_their_country(code: str, word: str) -> None:
    assert any(word in one.subject for one in pleas(code))


def test_switzerland_asks_in_more_than_one() -> None:
    subjects = " ".join(one.subject for one in pleas("CH"))
    assert "Rechnung" in subjects
    assert "Facture" in subjects


def test_companies_and_cities_are_the_requesters_own() -> None:
    person = FIRST_OF["DE"]
    said = " ".join(one.text for one in pleas("DE"))
    assert person.company in said
    assert person.city.name in said


def test_the_same_chance_falls_the_same_way() -> None:
    person = FIRST_OF["MX"]
    assert plea(person, Random(5)) == plea(person, Random(5))  # noqa: S311 - likewise
