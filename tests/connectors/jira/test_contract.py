"""Every request of the connector and every answer of the imitation, held to what Jira publishes."""

from collections.abc import AsyncIterator

import httpx
import pytest

from connectors.domain.code import Issue, IssuesAsked, IssueState
from connectors.domain.errors import Rejected
from connectors.domain.new_issues import NewIssue
from connectors.domain.page import Page, Position, Slice
from connectors.domain.references import CustomerRef
from connectors.domain.search import Stretch, TextAsked
from connectors.jira.client import Jira
from connectors.jira.sandbox import imitate
from connectors.jira.wire import FIELDS
from tests.connectors.jira.support import API, AUTHORIZATION, PEOPLE, Clock, everybodys, over, ref
from tests.connectors.support import NOW
from tests.contracts.checked import Checked, contract
from tests.contracts.violation import ContractViolation

EXTRA = {"GET /rest/api/3/myself": "User", "POST /rest/api/3/issue": "IssueBean"}
PAGES = [Page(), Page(0), Page(1), Page(150), Page(None), Page(5, Position(NOW, "jira:zzz"))]


@pytest.fixture
def wire() -> Checked:
    return Checked(httpx.MockTransport(imitate(PEOPLE, Clock())), contract("jira", extra=EXTRA, faults=[429]))


@pytest.fixture
async def jira(wire: Checked) -> AsyncIterator[Jira]:
    """The connector; whatever it was asked to do must have been checked."""
    yield over(wire)
    assert wire.seen


async def test_ping(jira: Jira) -> None:
    await jira.ping()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("state", [None, *IssueState])
@pytest.mark.parametrize("search", [None, "export", 'x" OR "y'])
async def test_issues(jira: Jira, page: Page, state: IssueState | None, search: str | None) -> None:
    people = [None, CustomerRef("9"), *map(ref, range(12))]
    asked = [IssuesAsked(one, page, state, search) for one in people]
    assert all(isinstance(answer, Slice) for answer in (await jira.issues(asked)).values())


async def test_all_pages_of_a_list(jira: Jira, wire: Checked) -> None:
    page: Page | None = Page(30)
    read = 0
    while page:
        asked = IssuesAsked(None, page)
        found = (await jira.issues([asked]))[asked]
        assert isinstance(found, Slice)
        read += len(found.items)
        page = Page(30, found.horizon) if found.horizon else None
    assert wire.seen == {"POST /rest/api/3/search/jql": -(-read // 30)}


async def test_issues_by_id(jira: Jira) -> None:
    known = [issue.external_id for issue in await everybodys(jira)]
    answers = await jira.issues_by_id([*known, "10000", "999999", "nonsense"])
    assert sum(isinstance(answer, Issue) for answer in answers.values()) == len(known) > 100


@pytest.mark.parametrize("first", [1, 5, 5000])
async def test_a_search(jira: Jira, first: int) -> None:
    answers = await jira.search_issues(
        [TextAsked(text, first) for text in ("export", "日本語", "CSV export", "a AND b")]
    )
    assert all(isinstance(answer, Stretch) for answer in answers.values())


@pytest.mark.parametrize("text", [None, "One\ntwo\n\nThree"])
async def test_a_new_issue(jira: Jira, wire: Checked, text: str | None) -> None:
    new = NewIssue("OPS", "Title", text, ("label",))
    assert await jira.create_issue(new, "key-1") == await jira.create_issue(new, "key-1")
    assert wire.seen["POST /rest/api/3/issue"] == 1


async def test_refusals(jira: Jira) -> None:
    asked = IssuesAsked(ref("nobody"), Page())
    assert isinstance((await jira.issues([asked]))[asked], Rejected)
    with pytest.raises(Rejected):
        await jira.create_issue(NewIssue("OPS", "", None, ()), "key-1")


async def told(wire: Checked, path: str, body: object, **headers: str) -> httpx.Response:
    sent = {"Authorization": AUTHORIZATION} | headers
    async with httpx.AsyncClient(transport=wire) as client:
        return await client.post(API + path, json=body, headers=sent)


@pytest.mark.parametrize("fields", [["*all"], ["*navigable", "-comment"], ["id"], list(FIELDS), []])
async def test_whatever_fields_the_imitation_tells(wire: Checked, fields: list[str]) -> None:
    search = {"jql": "created <= now()", "fields": fields, "maxResults": 7, "properties": ["a"]}
    page = (await told(wire, "/search/jql", search)).json()
    assert len(page["issues"]) == 7
    again = {"issueIdsOrKeys": [issue["key"] for issue in page["issues"]], "fields": fields}
    assert len((await told(wire, "/issue/bulkfetch", again)).json()["issues"]) == 7


async def test_what_the_imitation_refuses(wire: Checked) -> None:
    assert (await told(wire, "/search/jql", {"jql": ""})).status_code == 400
    assert (await told(wire, "/issue/bulkfetch", {"issueIdsOrKeys": []})).status_code == 400
    assert (await told(wire, "/search/jql", {"jql": "x = y"}, Authorization="Basic eA==")).status_code == 401


async def test_a_request_beyond_the_contract_would_be_noticed(wire: Checked) -> None:
    with pytest.raises(ContractViolation):
        await told(wire, "/search/jql", {"jql": "created <= now()", "startAt": 5})
    with pytest.raises(ContractViolation):
        await told(wire, "/issue/bulkfetch", {"fields": ["summary"]})
