from hashlib import sha256
from pathlib import Path

import pytest

from gateway.http.manifest import DocumentsError
from gateway.http.refusal import Refused
from gateway.http.requests import Parameters
from gateway.http.trusted import TrustedDocuments, load

TEXT = "query Greet { greeting }\n"
OTHER = "{ echo(a: 1) }"
DIGEST = sha256(TEXT.encode()).hexdigest()
TRUSTED = TrustedDocuments({"greet": TEXT, "other": OTHER})


def hashed(sha: str) -> dict[str, object]:
    return {"persistedQuery": {"version": 1, "sha256Hash": sha}}


@pytest.mark.parametrize(
    "asked",
    [
        Parameters(id="greet"),
        Parameters(document_id="greet"),
        Parameters(document_id=DIGEST),
        Parameters(document_id=f"sha256:{DIGEST}"),
        Parameters(extensions=hashed(DIGEST)),
        Parameters(extensions=hashed(sha256(TEXT.strip().encode()).hexdigest())),
        Parameters(query=TEXT),
        Parameters(query=TEXT.strip()),
        Parameters(query=f"\n  {TEXT}"),
        Parameters(query=TEXT, id="greet", document_id=DIGEST, extensions=hashed(DIGEST)),
    ],
)
def test_a_trusted_document_is_found_by_its_id_its_hash_and_its_text(asked: Parameters) -> None:
    assert TRUSTED.text(asked) is TEXT


@pytest.mark.parametrize(
    "asked",
    [
        Parameters(query="{ greeting }"),
        Parameters(query=""),
        Parameters(query=TEXT.replace(" ", "  ")),
        Parameters(query=TEXT + OTHER),
        Parameters(id="another"),
        Parameters(id=""),
        Parameters(document_id=DIGEST.upper()),
        Parameters(extensions=hashed("0" * 64)),
        Parameters(query=OTHER, extensions=hashed(DIGEST)),
        Parameters(query="{ greeting }", id="greet"),
        Parameters(query=TEXT, id="other"),
        Parameters(id="greet", document_id="other"),
    ],
)
def test_anything_else_is_forbidden(asked: Parameters) -> None:
    with pytest.raises(Refused, match="Only trusted documents") as refused:
        TRUSTED.text(asked)
    assert (refused.value.status, refused.value.code) == (403, "FORBIDDEN")


def test_a_request_for_nothing_is_a_bad_one() -> None:
    with pytest.raises(Refused) as refused:
        TRUSTED.text(Parameters(variables={}))
    assert refused.value.code == "BAD_REQUEST"


def test_they_are_counted_once_each() -> None:
    assert len(TrustedDocuments({"a": "{ a }", "b": "{ a }\n", "c": "{ c }"})) == 2


def test_they_are_loaded_from_files(tmp_path: Path) -> None:
    (tmp_path / "greet.graphql").write_text(TEXT)
    loaded = load(tmp_path)
    assert len(loaded) == 1
    assert loaded.text(Parameters(id="greet")) == TEXT


def test_a_process_whose_documents_cannot_be_loaded_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(DocumentsError, match="there is no document in it"):
        load(tmp_path)
