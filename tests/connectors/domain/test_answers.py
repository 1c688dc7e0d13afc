from connectors.domain.answers import failed
from connectors.domain.errors import ConnectorError, TimedOut
from connectors.domain.service import Service


def test_one_error_answers_every_key_in_order() -> None:
    error = TimedOut(Service.GITHUB, "slow")
    answers: dict[str, int | ConnectorError] = failed(["b", "a", "b"], error)
    assert list(answers.items()) == [("b", error), ("a", error)]
    assert failed([], error) == {}
