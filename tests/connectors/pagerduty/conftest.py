import pytest

from connectors.pagerduty.client import PagerDuty
from tests.connectors.pagerduty.support import imitation, over
from tests.connectors.support import Recorder


@pytest.fixture
def wire() -> Recorder:
    return imitation()


@pytest.fixture
def pagerduty(wire: Recorder) -> PagerDuty:
    return over(wire)
