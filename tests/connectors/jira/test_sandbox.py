"""The imitation, asked by hand."""

from datetime import timedelta

import httpx
import pytest

from connectors.jira.sandbox import MOST, MOST_IDS, MOST_WHOLE
from connectors.jira.sandbox_access import LIMIT
from connectors.jira.sandbox_tracker import PROJECTS
from connectors.jira.sandbox_users import STAFF
from connectors.jira.service import JIRA
from connectors.seed.people import JIRA_ACCOUNT
from tests.connectors.jira.support import API, AUTHORIZATION, Body, Call, Clock, calling, messages
from tests.connectors.support import NOW, crowd

ALL = "created <= now() ORDER BY created DESC"


@pytest.fixture
def call() -> Call:
    return calling()


def pages(call: Call, jql: str, size: int) -> list[str]:
    """The keys of all pages."""
    keys: list[str] = []
    token: Body = {}
    while True:
        page = call.search(jql, maxResults=size, **token).json()
        keys += [issue["key"] for issue in page["issues"]]
        assert page["isLast"] is ("nextPageToken" not in page)
        if page["isLast"]:
            return keys
        assert len(page["issues"]) == size
        token = {"nextPageToken": page["nextPageToken"]}


@pytest.mark.parametrize(
    "jql", [ALL, "statusCategory = Done", 'text ~ "export"', f"reporter = {JIRA_ACCOUNT.encode(3)}"]
)
@pytest.mark.parametrize("size", [1, 7])
def test_pages_join_to_the_whole(call: Call, jql: str, size: int) -> None:
    whole = call.keys(jql)
    assert whole
    assert pages(call, jql, size) == whole


def test_a_page_stays_where_it_is_while_new_issues_come_in(call: Call) -> None:
    whole = call.keys(ALL)
    first = call.search(ALL, maxResults=5).json()
    fields = {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": "New"}
    assert call.post("/issue", {"fields": fields}).status_code == 201
    second = call.search(ALL, maxResults=5, nextPageToken=first["nextPageToken"]).json()
    assert [issue["key"] for issue in second["issues"]] == whole[5:10]


@pytest.mark.parametrize("token", ["", "nonsense", "MTAwMDE6MTIz"])
def test_a_token_is_good_for_its_own_query_alone(call: Call, token: str) -> None:
    other = call.search("statusCategory = Done", maxResults=1).json()["nextPageToken"]
    for foreign in (token or other, other):
        assert messages(call.search(ALL, nextPageToken=foreign)) == [
            "400",
            "The provided next page token is invalid or expired.",
        ]


def test_issues_come_newest_first_with_ids_and_keys_that_count_up(call: Call) -> None:
    issues = call.search(ALL, maxResults=1000, fields=["created", "project"]).json()["issues"]
    times = [issue["fields"]["created"] for issue in issues]
    assert times == sorted(times, reverse=True)
    ids = [int(issue["id"]) for issue in issues]
    assert ids == sorted(set(ids), reverse=True)
    for project in PROJECTS:
        numbers = [int(one["key"].partition("-")[2]) for one in issues if one["key"].startswith(f"{project.key}-")]
        assert numbers == sorted(set(numbers), reverse=True)
    assert {issue["fields"]["project"]["key"] for issue in issues} == {project.key for project in PROJECTS}


def test_the_times_asked_for_are_kept(call: Call) -> None:
    until = int((NOW - timedelta(days=100)).timestamp() * 1000)
    old, new = call.keys(f"created <= {until}"), call.keys(f"created > {until}")
    assert old
    assert new + old == call.keys(ALL)


def test_the_states_asked_for_are_kept(call: Call) -> None:
    found = call.search("statusCategory != Done", maxResults=500, fields=["status"]).json()["issues"]
    assert {issue["fields"]["status"]["statusCategory"]["key"] for issue in found} == {"new", "indeterminate"}
    done, everything = call.keys("statusCategory = Done"), call.keys(ALL)
    assert {*done, *(issue["key"] for issue in found)} == set(everything)


def test_a_text_is_found_in_the_summary_and_in_the_description(call: Call) -> None:
    issues = call.search('text ~ "release"', maxResults=50, fields=["summary", "description"]).json()["issues"]
    assert issues
    assert all("release" in str(issue["fields"]).lower() for issue in issues)
    assert any("release" not in issue["fields"]["summary"].lower() for issue in issues)


def test_strangers_are_refused_by_name(call: Call) -> None:
    known = JIRA_ACCOUNT.encode(1)
    refusal = messages(call.search(f'reporter in ("nobody", {known}, "5b10ac8dffffffffffffffff") AND project = NOPE'))
    assert refusal[0] == "400"
    assert sorted(refusal[1:]) == sorted(
        [
            "The value '5b10ac8dffffffffffffffff' does not exist for the field 'reporter'.",
            "The value 'nobody' does not exist for the field 'reporter'.",
            "The value 'NOPE' does not exist for the field 'project'.",
        ]
    )


def test_who_has_reported_nothing_is_no_stranger(call: Call) -> None:
    assert call.keys(f"reporter = {STAFF[0].account_id}") == []


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ([], None),
        (["id"], None),
        (["summary", "nonsense"], {"summary"}),
        (["summary,status"], {"summary", "status"}),
        (["*navigable", "-description", "-labels"], "less"),
    ],
)
def test_only_the_fields_asked_for_are_told(call: Call, fields: list[str], names: object) -> None:
    (issue,) = call.search(ALL, maxResults=1, fields=fields).json()["issues"]
    if names == "less":
        assert {"summary", "assignee", "created"} <= issue["fields"].keys()
        assert not {"description", "labels"} & issue["fields"].keys()
    else:
        assert issue.get("fields", {}).keys() == (names or set())
    assert issue["self"] == f"{API}/issue/{issue['id']}"


def test_by_default_there_are_fifty_without_fields(call: Call) -> None:
    issues = call.search(ALL).json()["issues"]
    assert len(issues) == 50
    assert not any("fields" in issue for issue in issues)


@pytest.mark.parametrize(
    ("fields", "most"), [(["id"], MOST_IDS), (["summary", "status"], MOST), (["*all"], MOST_WHOLE)]
)
def test_a_page_holds_the_fewer_issues_the_more_is_told_of_each(fields: list[str], most: int) -> None:
    many = calling(crowd(2000))
    assert len(many.search(ALL, maxResults=9999, fields=fields).json()["issues"]) == most


@pytest.mark.parametrize(
    "body",
    [{"jql": ALL, "startAt": 0}, {"jql": ALL, "maxResults": "5"}, {"jql": ALL, "maxResults": 0}, {"jql": 1}, [], "x"],
)
def test_a_search_that_does_not_fit_is_refused(call: Call, body: object) -> None:
    assert messages(call.post("/search/jql", body))[:2] == [
        "400",
        "Invalid request payload. Refer to the REST API documentation and try again.",
    ]


def test_many_issues_are_read_by_id_and_by_key_in_the_order_of_ids(call: Call) -> None:
    one, two, three = call.search(ALL, maxResults=3).json()["issues"]
    asked = [one["id"], two["key"].lower(), "OPS-99999", three["key"], three["id"], "0", "x", "-", "NOPE-1", ""]
    answer = call.post("/issue/bulkfetch", {"issueIdsOrKeys": asked, "fields": ["summary"]}).json()
    assert [issue["key"] for issue in answer["issues"]] == [three["key"], two["key"], one["key"]]
    assert answer["issueErrors"] == []
    assert answer["issues"][0]["fields"].keys() == {"summary"}


@pytest.mark.parametrize("count", [0, 101])
def test_a_bulk_read_has_a_hundred_issues_at_most(call: Call, count: int) -> None:
    refusal = call.post("/issue/bulkfetch", {"issueIdsOrKeys": ["10001"] * count})
    assert messages(refusal) == ["400", "The number of issues must be between 1 and 100."]


@pytest.mark.parametrize(
    "authorization",
    [None, "Bearer x", "Basic", "Basic !", "Basic Og==", "Basic cm9iaW46eA==", "Basic cm9iaW5AeC55Og=="],
)
def test_without_an_account_and_its_token_nothing_is_told(authorization: str | None) -> None:
    call = Call(calling().handle, authorization)
    assert messages(call.search(ALL)) == ["401", "Client must be authenticated to access this resource."]


def test_whoever_calls_is_told_who_they_are(call: Call) -> None:
    me = call.send(httpx.Request("GET", f"{API}/myself")).json()
    assert (me["displayName"], me["emailAddress"]) == ("Robin", "robin@imitation.example")
    assert me["accountId"] == call.send(httpx.Request("GET", f"{API}/myself")).json()["accountId"]


def test_somebody_who_works_there_is_known_by_their_name() -> None:
    header = JIRA.headers({"JIRA_EMAIL": STAFF[1].email, "JIRA_API_TOKEN": "t" * 24})["Authorization"]
    me = Call(calling().handle, header).send(httpx.Request("GET", f"{API}/myself")).json()
    assert (me["displayName"], me["accountId"]) == (STAFF[1].name, STAFF[1].account_id)


def test_calls_are_counted_by_the_second() -> None:
    clock = Clock()
    call = calling(clock=clock)
    remaining = [call.search(ALL).headers["x-ratelimit-remaining"] for _ in range(LIMIT)]
    assert remaining == [str(left) for left in reversed(range(LIMIT))]
    late = call.search(ALL)
    assert (late.status_code, late.headers["retry-after"]) == (429, "1")
    assert late.headers["x-ratelimit-reset"] == f"{NOW + timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"
    clock.now += 1
    assert call.search(ALL).status_code == 200


@pytest.mark.parametrize(("method", "path"), [("GET", "/search/jql"), ("POST", "/search"), ("GET", "/nonsense")])
def test_what_is_not_there_is_not_found(call: Call, method: str, path: str) -> None:
    assert call.send(httpx.Request(method, API + path)).status_code == 404


def test_every_answer_says_that_it_is_not_to_be_kept(call: Call) -> None:
    answers = [call.search(ALL), call.search(""), Call(call.handle, None).search(ALL)]
    assert {answer.headers["cache-control"] for answer in answers} == {"no-cache, no-store, no-transform"}
    assert AUTHORIZATION not in str(answers[0].headers)
