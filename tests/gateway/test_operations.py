from pathlib import Path

import pytest

from gateway import operations
from gateway.execution.limits import Limits
from gateway.http.apq import AutomaticDocuments
from gateway.http.trusted import TrustedDocuments
from gateway.operations import Operations


def read(**values: str) -> tuple[Operations, list[str]]:
    mistakes: list[str] = []
    return operations.read({f"TRIBUTARY_{name}": value for name, value in values.items()}, mistakes), mistakes


def test_by_default_any_single_operation_is_taken_within_the_usual_limits() -> None:
    taken, mistakes = read()
    assert (taken.limits, taken.trusted, taken.batch, mistakes) == (Limits(), None, 0, [])
    assert isinstance(taken.documents(), AutomaticDocuments)


def test_some_limits_are_changed_and_the_others_stay() -> None:
    taken, mistakes = read(LIMITS=" depth = 12, cost=10000 ,")
    assert (taken.limits, mistakes) == (Limits(depth=12, cost=10_000), [])


def test_every_mistake_in_the_limits_is_told() -> None:
    _, mistakes = read(LIMITS="depht=12,cost=lots,calls=0,tokens")
    assert [mistake.split(":")[0] for mistake in mistakes] == [
        "TRIBUTARY_LIMITS names depht, which is no limit",
        *["TRIBUTARY_LIMITS"] * 3,
    ]


def test_trusted_documents_come_from_a_folder(tmp_path: Path) -> None:
    (tmp_path / "greet.graphql").write_text("{ greet }\n")
    taken, mistakes = read(TRUSTED_DOCUMENTS=str(tmp_path))
    assert mistakes == []
    assert isinstance(taken.documents(), TrustedDocuments)
    assert len(taken.documents()) == 1  # type: ignore[arg-type]  # it is one of those that can be counted


@pytest.mark.parametrize("text", [None, "{ greet"])
def test_documents_that_cannot_be_used_are_mistakes_of_the_setting(tmp_path: Path, text: str | None) -> None:
    if text:
        (tmp_path / "greet.graphql").write_text(text)
    taken, mistakes = read(TRUSTED_DOCUMENTS=str(tmp_path))
    assert taken.trusted is None
    assert len(mistakes) == 1
    assert mistakes[0].startswith("TRIBUTARY_TRUSTED_DOCUMENTS: ")


def test_trusted_documents_may_be_published_in_the_store() -> None:
    taken, mistakes = read(TRUSTED_DOCUMENTS="mongodb:operations")
    assert (taken.collection, taken.trusted, mistakes) == ("operations", None, [])


@pytest.mark.parametrize("name", ["", "customers", "system.users", "a b", "x" * 101])
def test_a_collection_of_operations_is_one_of_its_own(name: str) -> None:
    taken, mistakes = read(TRUSTED_DOCUMENTS=f"mongodb:{name}")
    assert taken.collection is None
    assert len(mistakes) == 1
    assert mistakes[0].startswith("TRIBUTARY_TRUSTED_DOCUMENTS: ")


def test_a_batch_has_as_many_operations_as_it_is_allowed() -> None:
    assert read(BATCH="7")[0].batch == 7
    assert operations.BATCH.fits("100")
    assert not operations.BATCH.fits("101")


def test_pages_of_other_origins_may_be_named() -> None:
    taken, _ = read(ORIGINS=" https://app.acme.example , http://localhost:3000,")
    assert taken.origins == ("https://app.acme.example", "http://localhost:3000")


@pytest.mark.parametrize("text", ["app.acme.example", "https://app.acme.example/path", "https://a.example, *", "null"])
def test_what_is_no_origin_is_not_taken_for_one(text: str) -> None:
    assert not operations.ORIGINS.fits(text)
