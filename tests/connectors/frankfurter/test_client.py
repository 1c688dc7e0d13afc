from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import httpx
import pytest

from connectors.domain.errors import Malformed, RateLimited, Unavailable
from connectors.domain.rates import ExchangeRate, RateAsked, SeriesAsked
from connectors.frankfurter.client import Frankfurter, today
from connectors.frankfurter.service import FRANKFURTER
from connectors.seed.places import COUNTRIES
from tests.connectors.frankfurter.support import FRIDAY, SUNDAY, Publisher, found, over, pairs, recorder, sent
from tests.connectors.support import Recorder, answering

EURO_USD = RateAsked("EUR", "USD")


@pytest.fixture
def wire() -> Recorder:
    return recorder()


@pytest.fixture
def frankfurter(wire: Recorder) -> Frankfurter:
    return over(wire)


def publishing(**per_euro: str) -> tuple[Frankfurter, Recorder]:
    wire = Recorder(httpx.MockTransport(Publisher(per_euro)))
    return over(wire), wire


async def series(frankfurter: Frankfurter, asked: SeriesAsked) -> tuple[ExchangeRate, ...]:
    answer = (await frankfurter.series([asked]))[asked]
    assert isinstance(answer, tuple)
    return answer


async def test_the_amounts_of_every_country_become_euros_in_one_call(frankfurter: Frankfurter, wire: Recorder) -> None:
    asked = pairs(sorted({country.currency for country in COUNTRIES}), "EUR")
    answers = await frankfurter.rates(asked)
    assert len(wire.requests) == 1
    assert {found(answers, one).quote for one in asked} == {"EUR"}
    assert all(found(answers, one).rate > 0 for one in asked)


async def test_a_day_is_named_and_the_latest_is_not(frankfurter: Frankfurter, wire: Recorder) -> None:
    await frankfurter.rates([EURO_USD, RateAsked("EUR", "USD", FRIDAY)])
    assert sent(wire) == [
        {"base": "EUR", "quotes": "USD"},
        {"base": "EUR", "date": "2026-10-30", "quotes": "USD"},
    ]
    assert {request.url.path for request in wire.requests} == {"/v2/rates"}


async def test_a_weekend_has_the_rates_of_the_friday(frankfurter: Frankfurter) -> None:
    asked = [RateAsked("EUR", "USD", on) for on in (None, SUNDAY, FRIDAY)]
    answers = await frankfurter.rates(asked)
    assert {found(answers, one) for one in asked} == {found(answers, asked[0])}
    assert found(answers, asked[0]).on == FRIDAY


async def test_a_currency_in_itself_is_one_and_costs_no_call(frankfurter: Frankfurter, wire: Recorder) -> None:
    clocked = Frankfurter(frankfurter._api, lambda: date(2026, 3, 4))  # noqa: SLF001 - another clock on the same wire
    asked = [RateAsked("CHF", "CHF"), RateAsked("CHF", "CHF", FRIDAY)]
    answers = await clocked.rates(asked)
    assert [found(answers, one).on for one in asked] == [date(2026, 3, 4), FRIDAY]
    assert {found(answers, one).rate for one in asked} == {Decimal(1)}
    assert wire.requests == []


def test_today_is_told_in_utc() -> None:
    assert datetime.now(UTC).date() - today() <= timedelta(days=1)


async def test_digits_come_through_as_they_were_sent() -> None:
    body = b'[{"date":"2026-10-30","base":"EUR","quote":"USD","rate":1.10000000000000000001}]'
    rate = found(await over(answering(body=body)).rates([EURO_USD]), EURO_USD).rate
    assert str(rate) == "1.10000000000"  # twelve digits of it, and no float in between
    tiny = b'[{"date":"2026-10-30","base":"USD","quote":"KWD","rate":5.3e-05}]'
    asked = RateAsked("USD", "KWD")
    assert found(await over(answering(body=tiny)).rates([asked]), asked).rate == Decimal("0.000053")


async def test_yen_into_euros_keep_the_digits_that_the_publisher_would_round_off() -> None:
    frankfurter, wire = publishing(JPY="178.43")
    asked = RateAsked("JPY", "EUR")
    assert found(await frankfurter.rates([asked]), asked).rate == Decimal("0.00560443871546")
    assert sent(wire) == [{"base": "EUR", "quotes": "JPY"}]


async def test_what_nobody_publishes_is_none_for_that_pair_only(frankfurter: Frankfurter, wire: Recorder) -> None:
    asked = [RateAsked("EUR", quote) for quote in ("USD", "BTN", "PLN")]
    answers = await frankfurter.rates(asked)
    assert [answers[one] is None for one in asked] == [False, True, False]
    assert len(wire.requests) == 1


async def test_an_unknown_code_is_none_and_leaves_its_neighbours_their_rates() -> None:
    frankfurter, wire = publishing(USD="1.16", GBP="0.87")
    asked = [RateAsked("EUR", quote) for quote in ("USD", "QQQ", "GBP")]
    answers = await frankfurter.rates(asked)
    assert [found(answers, asked[0]).rate, answers[asked[1]], found(answers, asked[2]).rate] == [
        Decimal("1.16"),
        None,
        Decimal("0.87"),
    ]
    assert [query["quotes"] for query in sent(wire)] == ["USD,QQQ,GBP", "USD", "QQQ", "GBP"]


async def test_a_single_unknown_code_is_one_call() -> None:
    frankfurter, wire = publishing()
    asked = RateAsked("QQQ", "EUR")
    assert await frankfurter.rates([asked]) == {asked: None}
    assert len(wire.requests) == 1


async def test_before_the_records_begin_there_is_none(frankfurter: Frankfurter) -> None:
    asked = RateAsked("EUR", "USD", date(1998, 12, 31))
    assert await frankfurter.rates([asked]) == {asked: None}


async def test_a_rate_that_rounding_left_nothing_of_is_none_not_an_infinity() -> None:
    body = b'[{"date":"2026-10-30","base":"USD","quote":"IRR","rate":0.0}]'
    asked = [RateAsked("USD", "IRR"), RateAsked("IRR", "USD")]
    assert await over(answering(body=body)).rates(asked) == dict.fromkeys(asked)


async def test_one_day_that_fails_leaves_the_others() -> None:
    def wire(request: httpx.Request) -> httpx.Response:
        return httpx.Response(500) if "date" in request.url.params else Publisher({"USD": "1.16"})(request)

    asked = [EURO_USD, RateAsked("EUR", "USD", FRIDAY), RateAsked("EUR", "EUR", FRIDAY)]
    answers = await over(httpx.MockTransport(wire)).rates(asked)
    assert found(answers, asked[0]).rate == Decimal("1.16")
    assert isinstance(answers[asked[1]], Unavailable)
    assert found(answers, asked[2]).rate == 1


async def test_a_failure_while_codes_are_asked_one_by_one_is_the_failure_of_them_all() -> None:
    def wire(request: httpx.Request) -> httpx.Response:
        return httpx.Response(503 if request.url.params["quotes"] == "GBP" else 422)

    asked = [RateAsked("EUR", "GBP"), RateAsked("EUR", "QQQ")]
    answers = await over(httpx.MockTransport(wire)).rates(asked)
    assert all(isinstance(answers[one], Unavailable) for one in asked)


async def test_nothing_asked_is_nothing_called(frankfurter: Frankfurter, wire: Recorder) -> None:
    assert await frankfurter.rates([]) == {}
    assert await frankfurter.series([]) == {}
    assert wire.requests == []


async def test_a_series_is_one_call_oldest_first_in_the_order_of_its_quotes(
    frankfurter: Frankfurter, wire: Recorder
) -> None:
    rates = await series(frankfurter, SeriesAsked("EUR", ("USD", "GBP", "USD"), date(2026, 10, 26), FRIDAY))
    assert [(rate.on.day, rate.quote) for rate in rates] == [
        (day, quote) for day in range(26, 31) for quote in ("USD", "GBP")
    ]
    assert sent(wire) == [{"base": "EUR", "from": "2026-10-26", "to": "2026-10-30", "quotes": "USD,GBP"}]


async def test_a_series_has_no_day_outside_what_was_asked(frankfurter: Frankfurter) -> None:
    assert await series(frankfurter, SeriesAsked("EUR", ("USD",), SUNDAY - timedelta(days=1), SUNDAY)) == ()
    rates = await series(frankfurter, SeriesAsked("EUR", ("USD",), date(2026, 10, 24), date(2026, 10, 27)))
    assert [rate.on.day for rate in rates] == [26, 27]


async def test_a_series_without_an_end_goes_on_until_today(frankfurter: Frankfurter, wire: Recorder) -> None:
    rates = await series(frankfurter, SeriesAsked("EUR", ("USD",), date(2026, 10, 26)))
    assert rates[-1].on == FRIDAY
    assert "to" not in sent(wire)[0]


async def test_series_of_one_base_and_period_share_a_call(frankfurter: Frankfurter, wire: Recorder) -> None:
    asked = [
        SeriesAsked("EUR", ("USD", "GBP"), FRIDAY),
        SeriesAsked("EUR", ("GBP", "SEK"), FRIDAY),
        SeriesAsked("USD", ("GBP",), FRIDAY),
    ]
    answers = await frankfurter.series(asked)
    assert [query["quotes"] for query in sent(wire)] == ["USD,GBP,SEK", "GBP"]
    second = answers[asked[1]]
    assert isinstance(second, tuple)
    assert [rate.quote for rate in second] == ["GBP", "SEK"]


async def test_a_period_that_ends_before_it_begins_and_no_quotes_are_empty_and_cost_no_call(
    frankfurter: Frankfurter, wire: Recorder
) -> None:
    assert await series(frankfurter, SeriesAsked("EUR", ("USD",), SUNDAY, FRIDAY)) == ()
    assert await series(frankfurter, SeriesAsked("EUR", (), FRIDAY)) == ()
    assert wire.requests == []


async def test_a_series_that_fails_leaves_the_others() -> None:
    def wire(request: httpx.Request) -> httpx.Response:
        return httpx.Response(500) if request.url.params["base"] == "USD" else Publisher({"GBP": "0.87"})(request)

    asked = [SeriesAsked(base, ("GBP",), FRIDAY) for base in ("USD", "EUR")]
    answers = await over(httpx.MockTransport(wire)).series(asked)
    assert isinstance(answers[asked[0]], Unavailable)
    assert isinstance(answers[asked[1]], tuple)


async def test_a_ping_is_one_pair_and_no_credentials_go_out(frankfurter: Frankfurter, wire: Recorder) -> None:
    await frankfurter.ping()
    assert [request.url.path for request in wire.requests] == ["/v2/rate/EUR/USD"]
    assert "authorization" not in wire.requests[0].headers
    assert FRANKFURTER.variables == ()


@pytest.mark.parametrize(
    ("wire", "error", "words"),
    [
        (answering(503, b'{"message": "deadline"}'), Unavailable, "503"),
        (answering(429, headers={"Retry-After": "3"}), RateLimited, "3 s"),
        (answering(200, b"<html>"), Malformed, "not JSON"),
        (answering(200, b'[{"date": "soon"}]'), Malformed, r"\$\[0\].date"),
    ],
)
async def test_what_goes_wrong_is_the_answer_of_its_pair(
    wire: httpx.AsyncBaseTransport, error: type[Exception], words: str
) -> None:
    answer = (await over(wire).rates([EURO_USD]))[EURO_USD]
    assert isinstance(answer, error)
    assert any(part in str(answer) for part in (words, words.replace("\\", "")))
