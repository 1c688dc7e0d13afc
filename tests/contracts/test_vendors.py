"""The vendors' own documents: every schema compiles, and the checks bite on bodies in their shape."""

import json
from collections.abc import Iterator

import httpx
import pytest
from jsonschema import Draft202012Validator

from tests.contracts import document
from tests.contracts.checked import contract, require_contracts
from tests.contracts.document import Json
from tests.contracts.operations import PLACEHOLDER, resolved
from tests.contracts.schemas import Schemas
from tests.contracts.swagger import upgraded
from tests.contracts.violation import ContractViolation

NAMES = document.names()
MISFITS = {  # examples that their own document does not allow: a field too many, one too few, a relative URI …
    "github": {"/repos/{owner}/{repo} 200", "/repos/{owner}/{repo}/pulls 200"},
    "intercom": {"/contacts/{contact_id} 200", "/conversations/{conversation_id} 200"},
    "jira": {"/rest/api/3/issue/bulkfetch 200", "/rest/api/3/project/search 200"},
    "mastodon": {
        "/api/v1/accounts 200",
        "/api/v1/accounts/lookup 200",
        "/api/v1/accounts/{id} 200",
        "/api/v1/accounts/{id}/statuses 200",
        "/api/v1/statuses 200",
    },
    "slack": {
        "/chat.postMessage 200",
        "/conversations.history 200",
        "/users.info 200",
        "/users.list 200",
        "/users.lookupByEmail 200",
    },
}


def published(name: str) -> Json:
    require_contracts()
    content = json.loads(document.text(f"{name}.json"))
    return upgraded(content) if "swagger" in content else content


def examples(name: str) -> Iterator[tuple[str, httpx.Request, httpx.Response]]:
    """The answers that a document shows, with a request for each."""
    content = json.loads(document.text(f"{name}.json"))
    for operation in contract(name):
        spec = content["paths"][operation.path][operation.method.lower()]
        for status, response in spec["responses"].items():
            request = httpx.Request(operation.method, "https://vendor.example" + PLACEHOLDER.sub("1", operation.path))
            for body in shown(content, resolved(content, response)):
                code = 400 if status == "default" else int(status)
                yield f"{operation.path} {status}", request, httpx.Response(code, json=body)


def shown(content: Json, response: Json) -> Iterator[Json]:
    if "application/json" in response.get("examples", {}):  # as Swagger has it
        yield response["examples"]["application/json"]
    spec = response.get("content", {}).get("application/json", {})
    yield from (resolved(content, each)["value"] for each in spec.get("examples", {}).values())
    if "example" in spec:
        yield spec["example"]


def test_there_are_documents_for_most_vendors() -> None:
    require_contracts()
    assert len(NAMES) >= 10
    assert set(NAMES) >= MISFITS.keys()


@pytest.mark.parametrize("name", NAMES)
def test_every_operation_compiles(name: str) -> None:
    assert contract(name).compile() == len(list(contract(name)))


@pytest.mark.parametrize("name", NAMES)
def test_every_component_is_a_json_schema(name: str) -> None:
    content = published(name)
    components = content.get("components", {}).get("schemas", {})
    schemas = Schemas(name, content["openapi"], components)
    for component in components:
        Draft202012Validator.check_schema(schemas.resolve(schemas.component(component).schema))


@pytest.mark.parametrize("name", NAMES)
def test_the_answers_that_a_document_shows_fit_it_but_for_the_known(name: str) -> None:
    checker = contract(name, prefix="")
    misfits = set()
    for where, request, response in examples(name):
        try:
            checker.check_response(request, response)
        except ContractViolation:
            misfits.add(where)
    assert misfits == MISFITS.get(name, set())
