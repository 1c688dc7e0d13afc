import pytest

from connectors.jira.client import Jira
from tests.connectors.jira.support import imitation, over
from tests.connectors.support import Recorder


@pytest.fixture
def wire() -> Recorder:
    return imitation()


@pytest.fixture
def jira(wire: Recorder) -> Jira:
    return over(wire)
