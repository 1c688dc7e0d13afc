"""What is written of faults, read; and what is said of every mistake."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.domain.service import Service
from connectors.faults.fault import Fault, Kind
from connectors.faults.text import FaultsError, parse

SERVICES = (Service.STRIPE, Service.ZENDESK, Service.OPEN_METEO)


def fault(text: str) -> Fault:
    return parse(f"stripe:{text}", SERVICES)[Service.STRIPE]


def outcome(text: str) -> dict[Service, Fault] | tuple[str, ...]:
    try:
        return parse(text, SERVICES)
    except FaultsError as refused:
        return refused.mistakes or ("",)


def mistakes(text: str) -> tuple[str, ...]:
    with pytest.raises(FaultsError) as refused:
        parse(text, SERVICES)
    return refused.value.mistakes


def test_nothing_written_is_no_fault() -> None:
    assert parse("", SERVICES) == parse(" ; ", SERVICES) == parse({}, SERVICES) == {}


def test_services_are_separated_by_semicolons_and_their_faults_by_commas() -> None:
    assert parse(" stripe : latency=2s ; Zendesk:status=503, rate=0.3;open-meteo:RESET; ", SERVICES) == {
        Service.STRIPE: Fault(latency=2.0),
        Service.ZENDESK: Fault(kind=Kind.STATUS, status=503, rate=0.3),
        Service.OPEN_METEO: Fault(kind=Kind.RESET),
    }


def test_a_mapping_means_the_same_as_a_text() -> None:
    told = parse({"stripe": "latency=2s", "zendesk": "hang,rate=.5"}, SERVICES)
    assert told == parse("stripe:latency=2s;zendesk:hang,rate=.5", SERVICES)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.STATUS])
def test_every_kind_is_spelled_as_its_value(kind: Kind) -> None:
    assert fault(kind.value) == fault(kind.value.replace("-", "_")) == Fault(kind=kind)


def test_a_latency_is_milliseconds_or_seconds_and_goes_with_another_fault() -> None:
    assert fault("latency=80ms").latency == pytest.approx(0.08)
    assert fault("latency=1.5s").latency == 1.5
    assert fault("latency=600s,html") == Fault(kind=Kind.HTML, latency=600)


def test_a_status_may_say_how_long_to_wait() -> None:
    assert fault("status=429,retry-after=7") == Fault(kind=Kind.STATUS, status=429, retry_after=7)
    assert fault("retry-after=0,status=503").retry_after == 0


@pytest.mark.parametrize("text", ["rate=0,reset", "rate=0.0,reset"])
def test_a_rate_of_zero_is_no_rate_of_one(text: str) -> None:
    assert fault(text).rate == 0


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("strip:reset", "strip is no service: did you mean stripe?"),
        ("github:reset", "github is no service: expected some of stripe, zendesk, open_meteo"),
        ("reset", "reset is no service: expected some of stripe, zendesk, open_meteo"),
        ("stripe:reste", "stripe: reste is no fault: did you mean reset?"),
        ("stripe:latencey=2s", "stripe: latencey is no fault: did you mean latency?"),
        ("stripe:reset=2", "stripe: reset takes no value"),
        ("stripe:reset=", "stripe: reset takes no value"),
        ("stripe", "stripe: no fault is named, as in status=503"),
        ("stripe:rate=0.5", "stripe: no fault is named, as in status=503"),
        ("stripe:reset,hang", "stripe: reset and hang exclude each other"),
        ("stripe:status=500,drip", "stripe: status and drip exclude each other"),
        ("stripe:rate=0.5,rate=0.6,reset", "stripe: rate stands there twice"),
        ("stripe:reset,retry-after=7", "stripe: retry-after belongs to a status, as in status=429,retry-after=7"),
        ("stripe:reset;stripe:hang", "stripe stands there twice"),
    ],
)
def test_a_mistake_is_told_with_what_was_meant(text: str, mistake: str) -> None:
    assert mistakes(text) == (mistake,)


@pytest.mark.parametrize("text", ["2", "s", "0s", "0ms", "601s", "-1s", "2m", "nans", "1e9s", "", "٢s", "2 s"])
def test_a_latency_is_a_time_within_bounds(text: str) -> None:
    assert mistakes(f"stripe:latency={text}") == ("stripe: latency should look like 80ms or 2s, up to 600s",)


@pytest.mark.parametrize("text", ["", "200", "399", "600", "50", "five", "503.0", "-503", "9" * 5000])
def test_a_status_is_an_error(text: str) -> None:
    assert mistakes(f"stripe:status={text}") == ("stripe: status should look like a whole number from 400 to 599",)


@pytest.mark.parametrize("text", ["", "-1", "1.5", "86401", "soon"])
def test_a_wait_is_whole_seconds(text: str) -> None:
    told = mistakes(f"stripe:status=429,retry-after={text}")
    assert told == ("stripe: retry-after should look like a whole number of seconds up to 86400",)


@pytest.mark.parametrize("text", ["", "1.1", "-0.1", "nan", "30%"])
def test_a_rate_is_a_share(text: str) -> None:
    assert "stripe: rate should look like a number from 0 to 1" in mistakes(f"stripe:reset,rate={text}")


def test_every_mistake_is_told_at_once() -> None:
    told = mistakes("strip:reste,rate=2;zendesk:status=1;open_meteo:drip")
    assert told == (
        "strip is no service: did you mean stripe?",
        "strip: reste is no fault: did you mean reset?",
        "strip: rate should look like a number from 0 to 1",
        "zendesk: status should look like a whole number from 400 to 599",
    )


@given(st.text(alphabet="stripe:=,;.0159-hangm ", max_size=60))
def test_any_text_is_read_or_refused_with_a_reason(text: str) -> None:
    told = outcome(text)
    assert all(told) if isinstance(told, tuple) else set(told) <= set(SERVICES)


@given(
    st.builds(
        Fault,
        kind=st.sampled_from(Kind),
        latency=st.sampled_from([0.0, 0.08, 1.5, 600.0]),
        status=st.just(503),
        rate=st.sampled_from([0.0, 0.25, 0.123456789, 1.0]),
    )
)
def test_what_is_printed_is_read_as_the_same(fault: Fault) -> None:
    assert parse({"zendesk": str(fault)}, SERVICES) == {Service.ZENDESK: fault}
