import json
import os
from pathlib import Path

import pytest

from gateway.http.manifest import DocumentsError, read

OPERATIONS = [
    {"id": "1a", "name": "A", "type": "query", "body": "query A { a }"},
    {"id": "1b", "name": "B", "type": "mutation", "body": "mutation B { b }"},
]
APOLLO: dict[str, object] = {
    "format": "apollo-persisted-query-manifest",
    "version": 1,
    "operations": OPERATIONS,
}
RELAY = {"2a": "query A { a }", "2b": "mutation B { b }", "format": "query F { format }"}


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    return tmp_path / "manifest.json"


def test_a_folder_holds_a_document_a_file_with_its_path_for_an_id(tmp_path: Path) -> None:
    (tmp_path / "customers").mkdir()
    (tmp_path / "customers" / "list.graphql").write_text("query Zo_ { a }")
    (tmp_path / "all.graphql").write_text('query A { a(name: "Zoë") }\n', "utf-8")
    (tmp_path / "README.md").write_text("not a document")
    assert read(tmp_path) == {"customers/list": "query Zo_ { a }", "all": 'query A { a(name: "Zoë") }\n'}


def test_a_manifest_of_apollos_is_read(manifest: Path) -> None:
    manifest.write_text(json.dumps(APOLLO))
    assert read(manifest) == {"1a": "query A { a }", "1b": "mutation B { b }"}


def test_a_manifest_of_relays_is_read(manifest: Path) -> None:
    manifest.write_text(json.dumps({id: RELAY[id] for id in ("2a", "2b")}))
    assert read(manifest) == {"2a": "query A { a }", "2b": "mutation B { b }"}


def test_everything_wrong_in_a_folder_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.graphql").write_text("{ a ")
    (tmp_path / "b.graphql").write_bytes(b"\xff")
    (tmp_path / "c.graphql").write_text("fragment C on Query { c }")
    (tmp_path / "d.graphql").write_text("{ d }")
    (tmp_path / "e.graphql").symlink_to(tmp_path / "nowhere")
    (tmp_path / "f.graphql").write_text("")
    with pytest.raises(DocumentsError) as failed:
        read(tmp_path)
    assert [problem.replace(f"{tmp_path}{os.sep}", "") for problem in failed.value.problems] == [
        "a.graphql: Syntax Error: Expected Name, found <EOF>.",
        "b.graphql: it is not UTF-8",
        "c.graphql: it holds no operation",
        "e.graphql: No such file or directory",
        "f.graphql: Syntax Error: Unexpected <EOF>.",
    ]
    assert str(failed.value).splitlines() == list(failed.value.problems)


def test_everything_wrong_in_a_manifest_is_told_at_once(manifest: Path) -> None:
    entries = [*OPERATIONS, {"id": "1a", "body": "{ other }"}, {"id": "1c", "body": "{"}]
    manifest.write_text(json.dumps(APOLLO | {"operations": entries}))
    with pytest.raises(DocumentsError) as failed:
        read(manifest)
    assert failed.value.problems == (
        f"{manifest}: 1a: the id stands for another document as well",
        f"{manifest}: 1c: Syntax Error: Expected Name, found <EOF>.",
    )


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        "[" * 100_000,
        {"a": 5},
        APOLLO | {"version": 2},
        APOLLO | {"format": "another"},
        APOLLO | {"operations": [{"id": "a"}]},
        {"operations": {}, "version": 2},
    ],
)
def test_a_file_that_is_no_manifest_is_named(manifest: Path, content: str | dict[str, object]) -> None:
    manifest.write_text(content if isinstance(content, str) else json.dumps(content))
    with pytest.raises(DocumentsError, match="neither Apollo's manifest nor Relay's") as failed:
        read(manifest)
    assert len(failed.value.problems) == 1


@pytest.mark.parametrize("content", [{}, APOLLO | {"operations": []}])
def test_a_manifest_without_documents_is_a_mistake(manifest: Path, content: dict[str, object]) -> None:
    manifest.write_text(json.dumps(content))
    with pytest.raises(DocumentsError, match="there is no document in it"):
        read(manifest)


def test_a_file_that_is_not_there_is_named(manifest: Path) -> None:
    with pytest.raises(DocumentsError, match=r"manifest\.json: No such file or directory"):
        read(manifest)
