"""Documents from files: a folder of them, or a manifest of Apollo's or Relay's.

Apollo: https://www.apollographql.com/docs/kotlin/advanced/persisted-queries, `persistedQueryManifest`
Relay: https://relay.dev/docs/guides/persisted-queries/#local-persisted-queries
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Literal

import msgspec
from graphql import GraphQLError, OperationDefinitionNode, parse

SUFFIX: Final = ".graphql"


class DocumentsError(Exception):
    """All that is wrong with the documents, one sentence each in `problems`."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class _Entry(msgspec.Struct):
    id: str
    body: str


class _Apollo(msgspec.Struct):
    format: Literal["apollo-persisted-query-manifest"]
    version: Literal[1]
    operations: list[_Entry]


Found = tuple[str, str, str]
"""Where a document was found, in words; its id; its text."""


def read(path: Path) -> dict[str, str]:
    """Texts by id: in a folder, a file's path below it without the suffix. Raises DocumentsError, with all at once."""
    problems: list[str] = []
    documents: dict[str, str] = {}
    for where, id, text in _found(path, problems):
        if documents.setdefault(id, text) != text:
            problems.append(f"{where}: the id stands for another document as well")
        elif fault := _fault(text):
            problems.append(f"{where}: {fault}")
    if not documents and not problems:
        problems.append(f"{path}: there is no document in it")
    if problems:
        raise DocumentsError(problems)
    return documents


def _found(path: Path, problems: list[str]) -> Iterator[Found]:
    if path.is_dir():
        for file in sorted(path.rglob(f"*{SUFFIX}")):
            text = _text(file, problems)
            if text is not None:
                yield str(file), file.relative_to(path).with_suffix("").as_posix(), text
    elif (text := _text(path, problems)) is not None:
        yield from _listed(path, text, problems)


def _text(file: Path, problems: list[str]) -> str | None:
    try:
        return file.read_text("utf-8")
    except OSError as error:
        problems.append(f"{file}: {error.strerror}")
    except UnicodeDecodeError:
        problems.append(f"{file}: it is not UTF-8")
    return None


def _listed(file: Path, text: str, problems: list[str]) -> Iterator[Found]:
    try:
        entries = _entries(text)
    except (msgspec.DecodeError, RecursionError) as error:
        problems.append(f"{file}: it is neither Apollo's manifest nor Relay's: {error}")
        return
    for entry in entries:
        yield f"{file}: {entry.id}", entry.id, entry.body


def _entries(text: str) -> list[_Entry]:
    """Apollo's has a member `operations`; in Relay's every member is an id and its text."""
    members = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    if "operations" in members:
        return msgspec.json.decode(text, type=_Apollo).operations
    return [_Entry(id, msgspec.json.decode(body, type=str)) for id, body in members.items()]


def _fault(text: str) -> str | None:
    """Why it could never be executed, whatever the schema."""
    try:
        definitions = parse(text, no_location=True).definitions
    except GraphQLError as error:
        return error.message
    if not any(isinstance(definition, OperationDefinitionNode) for definition in definitions):
        return "it holds no operation"
    return None
