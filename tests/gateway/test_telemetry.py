"""Events as lines: pretty or JSON, with the request's id, and never with a secret."""

import json
import logging
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from gateway.telemetry import HIDDEN, Redaction, configure

pytestmark = pytest.mark.usefixtures("logging_restored")
SECRET = "sk_live_hunter2"


def logged(*, pretty: bool = False, level: str = "info", secrets: tuple[str, ...] = (SECRET,)) -> StringIO:
    stream = StringIO()
    configure(pretty=pretty, level=level, secrets=secrets, stream=stream)
    return stream


def one(stream: StringIO) -> dict[str, Any]:
    (line,) = stream.getvalue().splitlines()
    event: dict[str, Any] = json.loads(line)
    return event


@dataclass
class Holder:
    key: str


def test_an_event_is_one_line_of_json() -> None:
    stream = logged()
    structlog.get_logger().info("started", services=["stripe"], text="two\nlines")
    event = one(stream)
    assert event.pop("timestamp").endswith("Z")
    assert event == {"event": "started", "level": "info", "services": ["stripe"], "text": "two\nlines"}


def test_for_people_an_event_begins_with_the_time_of_day_and_what_happened() -> None:
    stream = logged(pretty=True)
    structlog.get_logger().info("request", method="POST", path="/graphql", status=200, ms=4.5)
    line = stream.getvalue()
    assert line[2] == line[5] == ":"
    assert "POST /graphql 200" in line
    assert "ms=4.5" in line
    assert "\x1b" not in line, "colours are for terminals"


def test_what_a_library_logs_looks_the_same() -> None:
    stream = logged()
    logging.getLogger("some.library").warning("lost %s with %s", "a leg", SECRET)
    event = one(stream)
    assert event["event"] == f"lost a leg with {HIDDEN}"
    assert event["level"] == "warning"


@pytest.mark.parametrize("name", ["httpx", "httpcore", "pymongo", "uvicorn.error"])
def test_a_talkative_library_is_heard_in_trouble_only(name: str) -> None:
    stream = logged(level="debug")
    logging.getLogger(name).info("GET https://api.example/?key=1")
    logging.getLogger(name).debug("headers")
    assert stream.getvalue() == ""
    logging.getLogger(name).warning("trouble")
    assert one(stream)["event"] == "trouble"


def test_a_level_keeps_less_severe_events_out() -> None:
    stream = logged(level="WARNING")
    structlog.get_logger().info("small talk")
    logging.getLogger("some.library").info("small talk")
    assert stream.getvalue() == ""


@pytest.mark.parametrize("pretty", [True, False])
def test_a_secret_shows_nowhere_in_an_event(*, pretty: bool) -> None:
    stream = logged(pretty=pretty)
    log = structlog.get_logger()
    log.info(
        SECRET, plain=f"with {SECRET}", deep={"list": [(SECRET, {SECRET: 1})]}, held=Holder(SECRET), raw=SECRET.encode()
    )
    try:
        dict[str, str]()[SECRET]
    except KeyError:
        log.exception("failed")
        logging.getLogger("some.library").exception("failed")
    assert SECRET not in stream.getvalue()
    assert stream.getvalue().count(HIDDEN) >= 8
    assert "KeyError" in stream.getvalue()


def test_the_longest_secret_goes_first() -> None:
    hide = Redaction(["hunter2", "mongodb://robin:hunter2@host"])
    assert hide(None, "info", {"uri": "mongodb://robin:hunter2@host"}) == {"uri": HIDDEN}


def test_an_empty_secret_hides_nothing() -> None:
    assert Redaction([""])(None, "info", {"event": "abc"}) == {"event": "abc"}


@given(
    st.recursive(
        st.one_of(
            st.text(), st.integers(), st.booleans(), st.none(), st.just(SECRET), st.text().map(lambda t: t + SECRET)
        ),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner),
    )
)
def test_whatever_an_event_holds_no_secret_is_left_in_it(value: object) -> None:
    assert SECRET not in repr(Redaction([SECRET])(None, "info", {"event": value}))


@given(st.dictionaries(st.text(min_size=1), st.integers() | st.booleans() | st.none() | st.floats(allow_nan=False)))
def test_figures_stay_what_they_are(event: dict[str, Any]) -> None:
    assert Redaction([SECRET])(None, "info", dict(event)) == event
