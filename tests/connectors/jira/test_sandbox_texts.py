from random import Random

from connectors.jira.sandbox_bodies import KINDS
from connectors.jira.sandbox_texts import report
from tests.connectors.support import crowd

PEOPLE = crowd(300)


def chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - made-up issues, not secrets


def test_what_is_reported_has_a_type_a_summary_and_no_gaps() -> None:
    for number in range(300):
        told = report(PEOPLE[number], chance(number))
        assert told.kind in KINDS
        assert told.summary
        assert told.text
        assert not {"{", "}"} & set(told.summary + told.text)
        assert all(" " not in label for label in told.labels)


def test_people_write_in_the_language_of_their_country() -> None:
    told = {PEOPLE[number].country.code: report(PEOPLE[number], chance(number)).summary for number in range(300)}
    assert any("ア" <= letter <= "ン" or "一" <= letter <= "龯" for letter in told["JP"])
    assert told["GB"].isascii()
    assert len(set(told.values())) > 5


def test_chance_that_falls_the_same_way_reports_the_same() -> None:
    assert report(PEOPLE[5], chance(9)) == report(PEOPLE[5], chance(9))
