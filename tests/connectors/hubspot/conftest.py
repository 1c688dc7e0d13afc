import pytest

from connectors.hubspot.client import HubSpot
from tests.connectors.hubspot.support import Clock, imitation, over
from tests.connectors.support import Recorder


@pytest.fixture
def wire() -> Recorder:
    return imitation()


@pytest.fixture
def hubspot(wire: Recorder) -> HubSpot:
    return over(wire)


@pytest.fixture
def clock() -> Clock:
    return Clock()
