import pytest

from connectors.zendesk.client import Zendesk
from tests.connectors.support import Recorder
from tests.connectors.zendesk.support import imitation, over


@pytest.fixture
def wire() -> Recorder:
    return imitation()


@pytest.fixture
def zendesk(wire: Recorder) -> Zendesk:
    return over(wire)
