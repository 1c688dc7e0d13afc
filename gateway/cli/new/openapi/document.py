"""A document: its operations, what they answer, and what its references lead to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from gateway.cli.failure import Failure

METHODS = ("get", "post", "put", "patch", "delete")
Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """`id` is the document's `operationId`, or method and path where it has none."""

    id: str
    method: str
    path: str
    body: Schema

    @property
    def route(self) -> str:
        """As in `GET /v1/charges`."""
        return f"{self.method.upper()} {self.path}"


class Document:
    """What a file holds, and how it is read. Every method raises Failure where the document does not fit."""

    def __init__(self, content: Schema) -> None:
        self._content = content
        version = content.get("openapi")
        if not (isinstance(version, str) and version.startswith("3.") and isinstance(content.get("paths"), dict)):
            raise Failure("The file is no OpenAPI 3 document", 'it begins with "openapi": "3.…" and has "paths"')

    @classmethod
    def read(cls, file: Path) -> "Document":
        """From a file in JSON."""
        try:
            content = msgspec.json.decode(file.read_bytes(), type=dict[str, Any])
        except OSError as error:
            raise Failure(f"{file} cannot be read: {error.strerror}") from None
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise Failure(f"{file} is no JSON object", "a document in YAML has to be converted first") from None
        return cls(content)

    @property
    def title(self) -> str:
        """What it is called, on one line of ASCII."""
        title = str(self._content.get("info", {}).get("title", "The document"))
        return " ".join(title.encode("ascii", "ignore").decode().replace('"', "").replace("\\", "").split())[:60]

    def operations(self) -> Iterator[Operation]:
        """Those that answer JSON, in the order of the document."""
        for path, item in self._content["paths"].items():
            for method in METHODS:
                body = item.get(method) if isinstance(item, dict) else None
                if isinstance(body, dict) and self._media(body) is not None:
                    yield Operation(body.get("operationId") or f"{method.upper()} {path}", method, path, body)

    def chosen(self, ids: Sequence[str]) -> list[Operation]:
        """By id, or by method and path, each once."""
        known: dict[str, Operation] = {}
        for one in self.operations():
            known.setdefault(one.id, one)
            known.setdefault(one.route, one)
        for id in ids:
            if id not in known:
                near = get_close_matches(id, known, n=3)
                hint = f"did you mean {' or '.join(near)}?" if near else "without --operation all of them are listed"
                raise Failure(f"The document has no operation {id} that answers JSON", hint)
        return list({known[id].id: known[id] for id in ids}.values())

    def schema(self, operation: Operation) -> Schema:
        """Of what it answers with success."""
        media = self._media(operation.body) or {}
        found: Schema = media.get("schema") or {}
        return found

    def examples(self, operation: Operation) -> list[Any]:
        """The answers that the document shows."""
        media = self._media(operation.body) or {}
        several = [self.resolve(each)[1] for each in media.get("examples", {}).values()]
        found = [each["value"] for each in several if "value" in each]
        if "example" in media:
            found.insert(0, media["example"])
        schema = self.resolve(self.schema(operation))[1]
        return found or ([schema["example"]] if "example" in schema else [])

    def resolve(self, schema: Any) -> tuple[str, Schema]:  # noqa: ANN401 - whatever the document has in this place
        """What references lead to, and the name of the last one; an empty name where it is none."""
        name, seen = "", set[str]()
        while isinstance(schema, dict) and isinstance(ref := schema.get("$ref"), str):
            if ref in seen:
                raise Failure(f"The document goes round in a circle at {ref}")
            seen.add(ref)
            name, schema = ref, self._at(ref)
        return name, schema if isinstance(schema, dict) else {}

    def _at(self, ref: str) -> Any:  # noqa: ANN401 - likewise
        """https://www.rfc-editor.org/rfc/rfc6901."""
        found: Any = self._content
        if not ref.startswith("#/"):
            raise Failure(f"The document refers to another one, which is not read: {ref:.100}")
        for step in ref[2:].split("/"):
            key = step.replace("~1", "/").replace("~0", "~")
            found = found.get(key) if isinstance(found, dict) else None
        if found is None:
            raise Failure(f"The document refers to what is not there: {ref:.100}")
        return found

    def _media(self, body: Schema) -> Schema | None:
        """The JSON of the first answer with success."""
        responses: Schema = body.get("responses", {})
        for status in sorted(responses, key=str):
            if str(status).startswith("2"):
                content = self.resolve(responses[status])[1].get("content", {})
                found = next((content[one] for one in content if one.partition(";")[0].endswith("json")), None)
                if isinstance(found, dict) and "schema" in found:
                    return found
        return None
