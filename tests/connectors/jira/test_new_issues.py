"""Issues that are opened, and found again when the answer was lost."""

import json

import httpx
import pytest

from connectors.connection import Access, Mode, connect, imitated
from connectors.domain.code import Issue, IssueState
from connectors.domain.errors import Malformed, Rejected, Unavailable
from connectors.domain.new_issues import IssueDesk, NewIssue
from connectors.jira.client import Jira
from connectors.jira.sandbox import imitate
from connectors.jira.service import JIRA
from connectors.transport.cache_store import MemoryStore
from tests.connectors.jira.support import HOST, PEOPLE, Clock, everybodys, imitation, over, sent
from tests.connectors.support import Recorder

NEW = NewIssue("OPS", "Größe fehlt", "Erste Zeile\nzweite\n\nUnd „mehr“.", ("size", "über-groß"), "Bug")


async def test_a_tracker_is_an_issue_desk(jira: Jira) -> None:
    desk: IssueDesk = jira
    assert (await desk.create_issue(NEW, "key-1")).title == NEW.title


async def test_a_new_issue_is_there_afterwards(jira: Jira) -> None:
    before = await everybodys(jira)
    made = await jira.create_issue(NEW, "key-1")
    assert (made.title, made.state, made.labels) == ("Größe fehlt", IssueState.OPEN, ("size", "über-groß"))
    assert (made.author, made.assignee) == ("Robin", None)
    assert made.key.startswith("OPS-")
    assert made.key not in {issue.key for issue in before}
    assert await everybodys(jira) == [made, *before]
    assert await jira.issues_by_id([made.external_id]) == {made.external_id: made}


async def test_it_costs_a_look_a_write_and_a_read(jira: Jira, wire: Recorder) -> None:
    await jira.create_issue(NEW, "key-1")
    assert [one.url.path.removeprefix("/rest/api/3/") for one in wire.requests] == [
        "search/jql",
        "issue",
        "issue/bulkfetch",
    ]


async def test_what_is_sent_is_a_document_with_our_mark(jira: Jira, wire: Recorder) -> None:
    await jira.create_issue(NEW, "key-1")
    body = sent(wire.requests[1])
    assert body["fields"]["project"] == {"key": "OPS"}
    assert body["fields"]["issuetype"] == {"name": "Bug"}
    assert [one["type"] for one in body["fields"]["description"]["content"]] == ["paragraph", "paragraph"]
    assert body["properties"] == [{"key": "tributary.created", "value": {"key": "key-1"}}]


@pytest.mark.parametrize("text", [None, "", " \n "])
async def test_without_a_text_there_is_no_description(jira: Jira, wire: Recorder, text: str | None) -> None:
    await jira.create_issue(NewIssue("OPS", "Bare", text, ()), "key-1")
    assert "description" not in sent(wire.requests[1])["fields"]


async def test_the_same_key_opens_one_issue(jira: Jira, wire: Recorder) -> None:
    made = await jira.create_issue(NEW, "key-1")
    wire.requests.clear()
    assert await jira.create_issue(NEW, "key-1") == made
    assert len(wire.requests) == 1
    other = await jira.create_issue(NEW, "key-2")
    assert other.external_id != made.external_id
    assert await jira.find_created("OPS", "key-2") == other
    assert await jira.find_created("WEB", "key-2") is None


async def test_a_key_is_forgotten_after_a_day() -> None:
    clock = Clock()
    jira = over(httpx.MockTransport(imitate(PEOPLE, clock)))
    made = await jira.create_issue(NEW, "key-1")
    clock.now += 24 * 3600
    assert await jira.find_created("OPS", "key-1") == made
    clock.now += 1
    assert await jira.find_created("OPS", "key-1") is None


async def test_an_issue_whose_answer_was_lost_is_found_again() -> None:
    handle = imitate(PEOPLE, Clock())
    lost: list[str] = []

    def losing(request: httpx.Request) -> httpx.Response:
        response = handle(request)
        if request.url.path.endswith("/issue") and not lost:
            lost.append(json.loads(response.content)["id"])
            raise httpx.ReadError("gone")
        return response

    jira = over(httpx.MockTransport(losing))
    with pytest.raises(Unavailable):
        await jira.create_issue(NEW, "key-1")
    assert [(await jira.create_issue(NEW, "key-1")).external_id] == lost


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (NewIssue("OPS", "", None, ()), "summary: You must specify a summary of the issue."),
        (
            NewIssue("OPS", "two\nlines", None, ()),
            "summary: The summary is invalid because it contains newline characters.",
        ),
        (NewIssue("OPS", "x" * 256, None, ()), "summary: Summary can't exceed 255 characters."),
        (NewIssue("OPS", "x", None, ("a b",)), "labels: The label 'a b' contains spaces which is invalid."),
        (NewIssue("OPS", "x", None, (), "Saga"), "issuetype: Specify a valid issue type"),
        (NewIssue("NOPE", "x", None, ()), "The value 'NOPE' does not exist for the field 'project'."),
        (NewIssue('O" OR project = "OPS', "x", None, ()), "does not exist for the field 'project'."),
    ],
)
async def test_a_refused_input_keeps_jiras_words_and_opens_nothing(jira: Jira, new: NewIssue, words: str) -> None:
    before = await everybodys(jira)
    with pytest.raises(Rejected) as raised:
        await jira.create_issue(new, "key-1")
    assert raised.value.status == 400
    assert words in str(raised.value)
    assert await everybodys(jira) == before


def answered(created: httpx.Response, read: httpx.Response) -> Jira:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/bulkfetch"):
            return read
        return created if request.url.path.endswith("/issue") else httpx.Response(200, json={"issues": []})

    return over(httpx.MockTransport(answer))


MADE = httpx.Response(201, json={"id": "7", "key": "OPS-7", "self": "https://x"})


@pytest.mark.parametrize(
    ("created", "read", "error"),
    [
        (MADE, {"issues": [], "issueErrors": []}, Unavailable),
        (MADE, {"issues": [], "issueErrors": [{"id": "7", "errorMessage": "Later."}]}, Unavailable),
        (httpx.Response(201, json={"key": "OPS-7"}), {"issues": []}, Malformed),
    ],
)
async def test_an_issue_that_cannot_be_read_back_is_an_error(
    created: httpx.Response, read: object, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await answered(created, httpx.Response(200, json=read)).create_issue(NEW, "key-1")


async def test_what_was_kept_neither_hides_a_new_issue_nor_the_key_of_one() -> None:
    """Through the layers that keep answers."""
    recorder = imitation()
    access = Access(mode=Mode.IMITATED, base_url=HOST, credentials=imitated(JIRA))
    connection = connect(JIRA, access, PEOPLE, recorder, store=MemoryStore())
    jira = connection.connector
    assert isinstance(jira, Jira)
    before = await everybodys(jira)
    assert await everybodys(jira) == before
    assert len(recorder.requests) == 1
    assert await jira.find_created("OPS", "key-1") is None
    made = await jira.create_issue(NEW, "key-1")
    assert await everybodys(jira) == [made, *before]
    assert await jira.create_issue(NEW, "key-1") == made
    await connection.client.aclose()


async def test_new_issues_of_several_projects_have_keys_of_their_own(jira: Jira) -> None:
    made: list[Issue] = []
    for number, project in enumerate(["OPS", "WEB", "OPS", "DATA"]):
        made.append(await jira.create_issue(NewIssue(project, "x", None, ()), f"key-{number}"))
    assert len({issue.key for issue in made}) == 4
    assert [issue.key.partition("-")[0] for issue in made] == ["OPS", "WEB", "OPS", "DATA"]
