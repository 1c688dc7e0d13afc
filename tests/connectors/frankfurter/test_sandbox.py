from datetime import date, timedelta
from itertools import pairwise

import httpx
import pytest

from connectors.frankfurter import sandbox_rates
from connectors.frankfurter.sandbox import imitate
from connectors.frankfurter.sandbox_rates import CURRENCIES, days, last_published, published, rate
from connectors.seed.people import People
from connectors.seed.places import COUNTRIES
from tests.connectors.frankfurter.support import FRIDAY, SUNDAY
from tests.connectors.support import NOW, crowd

HANDLE = imitate(crowd())


def get(path: str, tag: str = "", /, **query: str) -> httpx.Response:
    headers = {"If-None-Match": tag} if tag else None
    return HANDLE(httpx.Request("GET", f"https://api.frankfurter.dev/v2{path}", params=query, headers=headers))


def rows(**query: str) -> list[tuple[str, str, str, float]]:
    response = get("/rates", **query)
    assert response.status_code == 200, response.text
    return [(row["date"], row["base"], row["quote"], row["rate"]) for row in response.json()]


def test_without_a_question_it_tells_every_currency_in_euros_of_the_latest_day_by_code() -> None:
    told = rows()
    assert {(day, base) for day, base, _, _ in told} == {("2026-10-30", "EUR")}
    assert [quote for _, _, quote, _ in told] == sorted(CURRENCIES)
    assert len(told) > 35
    assert ("2026-10-30", "EUR", "EUR", 1.0) in told


def test_the_currencies_of_all_the_people_are_published() -> None:
    assert {country.currency for country in COUNTRIES} <= set(CURRENCIES)


def test_quotes_are_filtered_in_any_case_and_told_once() -> None:
    assert [row[1:3] for row in rows(base="usd", quotes="jpy,EUR,JPY")] == [("USD", "EUR"), ("USD", "JPY")]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("2026-10-30", "2026-10-30"),
        ("2026-10-31", "2026-10-30"),
        ("2026-11-01", "2026-10-30"),
        ("2025-12-25", "2025-12-24"),
        ("2025-01-01", "2024-12-31"),
        ("1999-01-04", "1999-01-04"),
        ("2026-11-10", "2026-10-30"),
    ],
)
def test_a_day_without_rates_has_the_last_ones_before_it(asked: str, told: str) -> None:
    assert {row[0] for row in rows(date=asked, quotes="USD")} == {told}


@pytest.mark.parametrize("day", ["1901-01-01", "1999-01-03", "2026-11-14", "9999-12-31", "0001-01-01"])
def test_before_the_records_and_long_after_the_last_ones_there_is_nothing(day: str) -> None:
    assert rows(date=day, quotes="USD") == []


def test_a_range_has_every_working_day_by_day_and_code() -> None:
    told = rows(**{"from": "2026-10-19", "to": "2026-10-30", "quotes": "USD,GBP"})
    assert len(told) == 20
    assert [row[:3] for row in told] == sorted(row[:3] for row in told)


def test_a_range_that_opens_on_a_weekend_is_told_from_the_friday_before() -> None:
    opened = rows(**{"from": "2026-10-24", "to": "2026-10-26", "quotes": "USD"})
    assert [row[0] for row in opened] == ["2026-10-23", "2026-10-26"]


def test_a_range_ends_today_and_may_be_empty() -> None:
    assert rows(**{"from": "2026-10-29", "quotes": "USD"})[-1][0] == "2026-10-30"
    assert rows(**{"from": "2026-10-30", "to": "2026-10-29", "quotes": "USD"}) == []


def test_a_figure_is_the_same_however_it_is_asked() -> None:
    [single] = rows(date="2026-10-28", quotes="USD")
    assert single in rows(**{"from": "2026-10-26", "quotes": "GBP,USD"})
    assert get("/rate/eur/usd", date="2026-10-28").json()["rate"] == single[3]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"quotes": "USD,QQQ,XX"}, "invalid currency: QQQ,XX"),
        ({"base": "QQQ"}, "invalid currency: QQQ"),
        ({"quotes": ""}, "invalid currency: "),
        ({"date": "yesterday"}, "invalid date"),
        ({"from": "2026-13-01"}, "invalid date"),
        ({"date": "2026-10-30", "from": "2026-10-01"}, "conflicting params"),
        ({"symbols": "USD"}, "unknown parameter: symbols"),
    ],
)
def test_a_question_that_it_does_not_understand_is_refused(query: dict[str, str], message: str) -> None:
    response = get("/rates", **query)
    assert response.status_code == 422
    assert response.json() == {"status": 422, "message": message}


def test_a_known_currency_that_nobody_publishes_is_left_out() -> None:
    assert [row[2] for row in rows(quotes="BTN,USD")] == ["USD"]
    assert rows(base="BTN") == []
    assert get("/rate/EUR/BTN").status_code == 404
    assert get("/rate/EUR/QQQ").status_code == 422


def test_a_pair_is_one_object_and_of_itself_one() -> None:
    assert get("/rate/CHF/CHF").json() == {"date": "2026-10-30", "base": "CHF", "quote": "CHF", "rate": 1.0}


def test_currencies_are_told_with_the_days_that_they_are_known_for() -> None:
    by_code = {one["iso_code"]: one for one in get("/currencies").json()}
    assert by_code["JPY"]["iso_numeric"] == "392"
    assert by_code["PLN"] == {
        "iso_code": "PLN",
        "iso_numeric": "985",
        "name": "Polish Złoty",
        "symbol": "zł",
        "start_date": "1999-01-04",
        "end_date": "2026-10-30",
    }
    assert get("/currencies", scope="all").json() == list(by_code.values())
    assert get("/currencies", scope="none").status_code == 422
    assert get("/currency/sek").json()["name"] == "Swedish Krona"
    assert get("/currency/QQQ").status_code == 404


def test_who_has_the_answer_already_is_told_so_without_a_body() -> None:
    first = get("/rates", quotes="USD")
    again = get("/rates", first.headers["etag"], quotes="USD")
    other = get("/rates", first.headers["etag"], quotes="GBP")
    assert (again.status_code, again.content, other.status_code) == (304, b"", 200)
    assert again.headers["cache-control"] == first.headers["cache-control"]


def test_the_past_may_be_kept_for_a_day_and_the_present_for_a_quarter_of_an_hour() -> None:
    assert "max-age=900" in get("/rates").headers["cache-control"]
    assert "max-age=900" in get("/rates", **{"from": "2026-10-01"}).headers["cache-control"]
    for past in ({"date": "2026-10-30"}, {"from": "2026-10-01", "to": "2026-10-30"}):
        kept = get("/rates", **past).headers["cache-control"]
        assert "public, max-age=86400" in kept
        assert "stale-if-error" in kept


def test_an_address_that_it_does_not_have_is_not_found() -> None:
    assert get("/latest").status_code == 404
    assert HANDLE(httpx.Request("POST", "https://api.frankfurter.dev/v2/rates")).status_code == 404


def test_two_publishers_tell_the_same_and_a_day_earlier_the_latest_is_older() -> None:
    request = httpx.Request("GET", "https://api.frankfurter.dev/v2/rates?quotes=USD")
    assert imitate(People(7, NOW))(request).content == HANDLE(request).content
    assert imitate(People(7, NOW - timedelta(days=3)))(request).json()[0]["date"] == "2026-10-29"


@pytest.mark.parametrize("code", sorted(CURRENCIES))
def test_a_currency_moves_a_little_every_day_and_never_far(code: str) -> None:
    told = [rate("EUR", code, day) for day in days(date(2016, 1, 1), SUNDAY, SUNDAY)]
    assert all(abs(after / before - 1) < 0.02 for before, after in pairwise(told))
    assert max(told) / min(told) < 1.6
    moving = CURRENCIES[code].swing > 0.01
    assert (len(set(told)) > 500) is moving


def test_pairs_of_other_currencies_agree_with_their_euro_rates() -> None:
    crossed = rate("EUR", "USD", FRIDAY) * rate("USD", "JPY", FRIDAY)
    assert crossed == pytest.approx(rate("EUR", "JPY", FRIDAY), rel=1e-3)


def test_rates_are_rounded_in_bands_as_the_publisher_does() -> None:
    assert rate("EUR", "VND", FRIDAY).is_integer()
    for base, quote, decimals in (("EUR", "JPY", 2), ("EUR", "CZK", 3), ("EUR", "PLN", 4), ("JPY", "EUR", 5)):
        told = rate(base, quote, FRIDAY)
        assert told == round(told, decimals)


def test_weekdays_are_published_and_weekends_are_not() -> None:
    week = [FRIDAY - timedelta(days=back) for back in range(7)]
    assert [day.weekday() for day in week if not published(day)] == [6, 5]
    assert last_published(SUNDAY, FRIDAY - timedelta(days=1)) == FRIDAY - timedelta(days=1)


def test_a_rate_of_any_day_costs_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[float] = []

    def counted(angle: float) -> float:
        made.append(angle)
        return 0.0

    monkeypatch.setattr(sandbox_rates, "sin", counted)
    costs = []
    for day in (date(1999, 1, 4), date(2012, 6, 1), FRIDAY):
        made.clear()
        rate("USD", "JPY", day)
        costs.append(len(made))
    assert costs == [8, 8, 8]  # four waves for each of the two
