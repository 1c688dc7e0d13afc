import pytest

from connectors.github.client import GitHub
from tests.connectors.github.support import over, recorder
from tests.connectors.support import Recorder


@pytest.fixture
def wire() -> Recorder:
    return recorder()


@pytest.fixture
def github(wire: Recorder) -> GitHub:
    return over(wire)
