from dataclasses import replace

import pytest

from connectors.domain.errors import NotConfigured, TimedOut, Unavailable
from connectors.domain.payments import Payment, PaymentStatus
from connectors.domain.rates import RateAsked
from connectors.domain.service import Service
from tests.schema.fakes import Book, Rates, Shop
from tests.schema.harness import Answer, hub, run
from tests.schema.nouns import ago, customer, money, payment

S = PaymentStatus
ADA = Book([customer("Ada")])
RATES = {"EUR USD": "1.25", "GBP USD": "1.3001", "USD JPY": "150.5", "EUR JPY": "188.125", "USD KWD": "0.30755"}
LIFETIME = """query($into: Currency!) { customers { edges { node {
  lifetimeValue(currency: $into) { amount currency }
} } } }"""
BALANCE = """query($into: Currency!, $on: Date) { balance {
  amount currency in(currency: $into, on: $on) { amount currency }
} }"""


async def converted(amount: str, into: str, rates: Rates | None = None, on: str | None = None) -> Answer:
    """An amount ("12.50 USD") of a balance in another currency."""
    shop = Shop(funds=[money(*amount.split())])
    return await run(hub(shop, rates or Rates(table=RATES)), BALANCE, into=into, on=on)


async def lifetime(*charges: Payment, into: str = "USD", rates: Rates | None = None) -> Answer:
    return await run(hub(Shop(charges=charges), rates or Rates(table=RATES), customers=ADA), LIFETIME, into=into)


def worth(answer: Answer) -> dict[str, str]:
    found: dict[str, str] = answer.whole["customers"]["edges"][0]["node"]["lifetimeValue"]
    return found


@pytest.mark.parametrize(
    ("amount", "into", "expected"),
    [
        ("12.50 EUR", "USD", "15.62"),  # 15.625, half to even
        ("0.50 EUR", "USD", "0.62"),  # 0.625
        ("1.50 EUR", "USD", "1.88"),  # 1.875
        ("-12.50 EUR", "USD", "-15.62"),
        ("0 EUR", "USD", "0.00"),
        ("10.01 USD", "JPY", "1507"),  # 1506.505
        ("1 USD", "JPY", "150"),  # 150.5
        ("10.00 USD", "KWD", "3.076"),  # 3.0755
        ("99999999999999.99 EUR", "USD", "124999999999999.99"),
    ],
)
async def test_an_amount_is_converted_and_rounded_to_the_minor_unit(amount: str, into: str, expected: str) -> None:
    answer = await converted(amount, into)
    assert answer.whole["balance"][0]["in"] == {"amount": expected, "currency": into}


async def test_an_amount_in_its_own_currency_needs_no_publisher() -> None:
    down = Rates(failure=Unavailable(Service.FRANKFURTER, "FRANKFURTER dropped the call"))
    answer = await converted("12.50 EUR", "EUR", down)
    assert answer.whole["balance"][0]["in"] == {"amount": "12.50", "currency": "EUR"}
    assert down.batches == []


async def test_an_amount_in_a_currency_that_nobody_prices_is_null() -> None:
    answer = await converted("12.50 EUR", "XAF")
    assert answer.whole["balance"][0] == {"amount": "12.50", "currency": "EUR", "in": None}


async def test_a_day_is_handed_to_the_publisher() -> None:
    rates = Rates(table=RATES)
    await converted("12.50 EUR", "USD", rates, on="2026-01-02")
    assert rates.asked("rates") == [(RateAsked("EUR", "USD", rates.day.replace(month=1, day=2)),)]


async def test_many_amounts_cost_one_batch_of_different_pairs() -> None:
    rates = Rates(table=RATES)
    shop = Shop(funds=[money("1", "EUR"), money("2", "GBP")])
    query = '{ balance { a: in(currency: "USD") { amount } b: in(currency: "USD") { amount } } }'
    assert (await run(hub(shop, rates), query)).errors == []
    assert rates.asked("rates") == [(RateAsked("EUR", "USD"), RateAsked("GBP", "USD"))]


async def test_a_publisher_that_is_down_empties_the_conversion_alone() -> None:
    answer = await converted("1 EUR", "USD", Rates(failure=TimedOut(Service.FRANKFURTER, "too late")))
    assert answer.data["balance"] == [{"amount": "1", "currency": "EUR", "in": None}]
    assert answer.only_error["path"] == ["balance", 0, "in"]
    assert answer.only_error["extensions"] == {"code": "UPSTREAM_TIMEOUT", "service": "FRANKFURTER"}


async def test_a_lifetime_is_what_was_paid_less_what_was_given_back_in_one_currency() -> None:
    answer = await lifetime(
        payment("1", "100.00 USD"),
        payment("2", "80.10 EUR", at=ago(1)),
        payment("3", "20.00 EUR", at=ago(2), status=S.PARTIALLY_REFUNDED, refunded="5.05"),
        payment("4", "33.33 GBP", at=ago(3)),
        payment("5", "70.00 GBP", at=ago(4), status=S.REFUNDED, refunded="70.00"),
        payment("6", "1000.00 USD", at=ago(5), status=S.FAILED),
        payment("7", "1000.00 USD", at=ago(6), status=S.PENDING),
    )
    # 100.00 + (80.10 + 20.00 - 5.05) * 1.25 + 33.33 * 1.3001 = 100.00 + 118.8125 + 43.332333 = 262.144833
    assert worth(answer) == {"amount": "262.14", "currency": "USD"}


async def test_a_lifetime_is_rounded_once_and_not_once_a_payment() -> None:
    charges = [payment(str(number), "0.50 EUR", at=ago(number)) for number in range(4)]
    assert worth(await lifetime(*charges)) == {"amount": "2.50", "currency": "USD"}  # 4 x 0.625, not 4 x 0.62


async def test_a_lifetime_in_yen_has_no_decimals() -> None:
    answer = await lifetime(payment("1", "1.00 USD"), payment("2", "1.00 EUR"), payment("3", "7 JPY"), into="JPY")
    assert worth(answer) == {"amount": "346", "currency": "JPY"}  # 150.5 + 188.125 + 7 = 345.625


async def test_a_lifetime_without_payments_is_nothing_in_the_currency_asked() -> None:
    rates = Rates(table=RATES)
    assert worth(await lifetime(into="JPY", rates=rates)) == {"amount": "0", "currency": "JPY"}
    assert rates.batches == []


async def test_a_lifetime_covers_more_payments_than_a_page_shows() -> None:
    charges = [payment(f"{number:03d}", "1.00 USD", at=ago(number)) for number in range(250)]
    assert worth(await lifetime(*charges)) == {"amount": "250.00", "currency": "USD"}


async def test_lifetimes_of_many_customers_read_each_rate_once() -> None:
    names = ["Ada", "Bob", "Eve"]
    shop = Shop(charges=[payment(name, "1.00 EUR", by=name) for name in names])
    rates = Rates(table=RATES)
    book = Book([customer(name, number=number) for number, name in enumerate(names, 1)])
    assert (await run(hub(shop, rates, customers=book), LIFETIME, into="USD")).errors == []
    assert shop.batches == [("payments", shop.asked("payments")[0])]
    assert rates.asked("rates") == [(RateAsked("EUR", "USD"),)]


async def test_a_failed_payment_service_makes_a_lifetime_an_error_though_another_answered() -> None:
    failure = TimedOut(Service.PAYPAL, "PAYPAL did not answer in time")
    shops = [Shop(charges=[payment("1")]), Shop(Service.PAYPAL, failure)]
    answer = await run(hub(*shops, Rates(table=RATES), customers=ADA), LIFETIME, into="USD")
    assert answer.data["customers"]["edges"][0]["node"]["lifetimeValue"] is None
    assert answer.only_error["extensions"] == {"code": "UPSTREAM_TIMEOUT", "service": "PAYPAL"}


async def test_a_payment_service_that_is_off_does_not_spoil_a_lifetime() -> None:
    shops = [Shop(charges=[payment("1")]), Shop(Service.PAYPAL, NotConfigured(Service.PAYPAL))]
    answer = await run(hub(*shops, Rates(table=RATES), customers=ADA), LIFETIME, into="USD")
    assert worth(answer) == {"amount": "10.00", "currency": "USD"}


async def test_a_currency_that_nobody_prices_makes_a_lifetime_an_error() -> None:
    answer = await lifetime(payment("1", "1.00 USD"), payment("2", "500 XAF"))
    assert answer.data["customers"]["edges"][0]["node"]["lifetimeValue"] is None
    assert answer.only_error["extensions"] == {"code": "UPSTREAM_REJECTED", "service": "FRANKFURTER"}
    assert answer.only_error["message"] == "FRANKFURTER publishes no rate of XAF in USD"


async def test_a_currency_of_which_nothing_is_left_needs_no_rate() -> None:
    given_back = payment("1", "500 XAF", status=S.REFUNDED, refunded="500")
    answer = await lifetime(given_back, replace(payment("2", "1.00 USD"), refunded=money("0.25")))
    assert worth(answer) == {"amount": "0.75", "currency": "USD"}


async def test_a_publisher_that_is_off_makes_a_lifetime_an_error() -> None:
    off = Rates(failure=NotConfigured(Service.FRANKFURTER))
    answer = await lifetime(payment("1", "1.00 EUR"), rates=off)
    assert answer.codes == ["SERVICE_NOT_CONFIGURED"]
    assert worth(await lifetime(payment("1", "1.00 USD"), rates=off)) == {"amount": "1.00", "currency": "USD"}


async def test_the_usual_currency_of_a_lifetime_is_the_dollar() -> None:
    query = "{ customers { edges { node { lifetimeValue { currency } } } } }"
    answer = await run(hub(Shop(), customers=ADA), query)
    assert worth(answer) == {"currency": "USD"}
