"""New issues of the imitation, asked for by hand."""

from typing import Any

import pytest

from tests.connectors.jira.support import Body, Call, Clock, calling, messages
from tests.connectors.support import NOW

DOCUMENT = {
    "type": "doc",
    "version": 1,
    "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Long"}]}],
}
FIELDS: Body = {"project": {"key": "PAY"}, "issuetype": {"name": "Story"}, "summary": "Short"}


@pytest.fixture
def call() -> Call:
    return calling()


def made(call: Call, **fields: object) -> Any:  # noqa: ANN401 - JSON enters here
    response = call.post("/issue", {"fields": FIELDS | fields})
    assert response.status_code == 201, response.text
    return response.json()


def test_a_new_issue_is_answered_with_its_names(call: Call) -> None:
    answer = made(call)
    assert answer.keys() == {"id", "key", "self"}
    assert answer["key"].startswith("PAY-")
    assert answer["self"].endswith(answer["id"])
    assert made(call)["key"] != answer["key"]


def test_a_new_issue_is_the_callers_and_of_now() -> None:
    clock = Clock()
    clock.now += 90.5
    call = calling(clock=clock)
    answer = made(call, description=DOCUMENT, labels=["a"])
    body = {"issueIdsOrKeys": [answer["key"]], "fields": ["*all"]}
    fields = call.post("/issue/bulkfetch", body).json()["issues"][0]["fields"]
    assert fields["created"] == fields["updated"] == f"{NOW:%Y-%m-%dT}12:01:30.500+0000"
    assert fields["reporter"] == fields["creator"]
    assert fields["reporter"]["displayName"] == "Robin"
    assert (fields["description"], fields["labels"], fields["assignee"]) == (DOCUMENT, ["a"], None)
    assert fields["status"]["name"] == "To Do"


def test_a_new_issue_is_found_by_its_words_and_its_creator(call: Call) -> None:
    answer = made(call, summary="Größe XXL", description=DOCUMENT)
    for jql in (
        'text ~ "größe long"',
        "creator = currentUser() AND created >= -1d",
        "project = PAY AND creator = currentUser()",
    ):
        assert call.keys(jql) == [answer["key"]]
    assert call.keys("project = OPS AND creator = currentUser()") == []


def test_properties_are_kept_and_told_to_who_asks_for_them(call: Call) -> None:
    body = {"fields": FIELDS, "properties": [{"key": "a.b", "value": {"c": [1]}}]}
    call.post("/issue", body)
    (issue,) = call.search("creator = currentUser()", properties=["a.b", "other"]).json()["issues"]
    assert issue["properties"] == {"a.b": {"c": [1]}}
    (bare,) = call.search("creator = currentUser()").json()["issues"]
    assert "properties" not in bare


def test_more_properties_than_five_are_refused(call: Call) -> None:
    assert call.search("creator = currentUser()", properties=list("abcdef")).status_code == 400


def test_a_project_may_be_named_by_its_id(call: Call) -> None:
    assert made(call, project={"id": "10001"})["key"].startswith("WEB-")


@pytest.mark.parametrize(
    ("fields", "refusals"),
    [
        ({"project": None}, ["project: Specify a valid project ID or key"]),
        ({"project": {"key": "pay"}}, ["project: Specify a valid project ID or key"]),
        ({"issuetype": {"name": "Wish"}}, ["issuetype: Specify a valid issue type"]),
        ({"issuetype": None}, ["issuetype: Specify a valid issue type"]),
        ({"summary": "  "}, ["summary: You must specify a summary of the issue."]),
        ({"summary": "a\nb"}, ["summary: The summary is invalid because it contains newline characters."]),
        ({"summary": "x" * 256}, ["summary: Summary can't exceed 255 characters."]),
        ({"labels": ["ok", "not ok"]}, ["labels: The label 'not ok' contains spaces which is invalid."]),
        (
            {"description": "plain"},
            ["description: Operation value must be an Atlassian Document (see the Atlassian Document Format)"],
        ),
        (
            {"summary": None, "project": {}},
            ["project: Specify a valid project ID or key", "summary: You must specify a summary of the issue."],
        ),
    ],
)
def test_every_field_that_is_wrong_is_named(call: Call, fields: Body, refusals: list[str]) -> None:
    response = call.post("/issue", {"fields": FIELDS | fields})
    assert messages(response) == ["400", *refusals]
    assert call.keys("creator = currentUser()") == []


@pytest.mark.parametrize(
    "document",
    [
        {"type": "doc", "version": 2, "content": []},
        {"type": "doc", "version": 1},
        {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [{"type": "text", "text": ""}]}]},
    ],
)
def test_a_document_that_is_not_well_formed_is_refused(call: Call, document: object) -> None:
    assert call.post("/issue", {"fields": FIELDS | {"description": document}}).status_code == 400


@pytest.mark.parametrize("body", [{}, {"fields": {"colour": "red"}}, {"fields": [], "x": 1}, [1]])
def test_a_body_that_does_not_fit_is_refused(call: Call, body: object) -> None:
    assert messages(call.post("/issue", body))[0] == "400"


def test_two_imitations_share_nothing() -> None:
    made(calling())
    assert calling().keys("creator = currentUser()") == []
