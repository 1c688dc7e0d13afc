"""The imitation by itself: pages, reads, contacts, what is begun, and who may call."""

import httpx
import pytest

from connectors.intercom.sandbox import imitate
from connectors.intercom.sandbox_access import LIMIT, WINDOW
from connectors.intercom.sandbox_people import ADMINS
from connectors.seed import timeline as timeline_module
from connectors.seed.people import MOST, STRIPE_CUSTOMER, People
from connectors.seed.timeline import Event
from tests.connectors.intercom.support import BASE, HEADERS, PEOPLE, Call, Clock, Json, calling, contact, where
from tests.connectors.support import NOW, crowd

EVERYBODY = where("created_at", ">", 0)


@pytest.fixture
def call() -> Call:
    return calling()


def errors(body: Json) -> list[str]:
    assert body["type"] == "error.list"
    return [error["code"] for error in body["errors"]]


@pytest.mark.parametrize("size", [5, 31, 150])
@pytest.mark.parametrize("whose", [(), (where("contact_ids", "IN", [contact(1), contact(2)]),)])
def test_pages_join_to_the_whole_newest_first(call: Call, size: int, whose: tuple[Json, ...]) -> None:
    filters = whose or (EVERYBODY,)
    found = call.pages(size, *filters)
    assert found
    assert found == call.pages(149, *filters)
    places = [(one["created_at"], int(one["id"])) for one in found]
    assert places == sorted(set(places), reverse=True)


def test_pages_are_counted(call: Call) -> None:
    first = call.search(EVERYBODY, per_page=100)
    assert (first["type"], first["pages"]["page"], first["pages"]["per_page"]) == ("conversation.list", 1, 100)
    assert first["total_count"] == len(call.pages(150, EVERYBODY))
    assert first["pages"]["total_pages"] == -(-first["total_count"] // 100)
    second = call.search(EVERYBODY, per_page=100, starting_after=first["pages"]["next"]["starting_after"])
    assert second["pages"]["page"] == 2


def test_a_page_has_twenty_by_default(call: Call) -> None:
    assert len(call.search(EVERYBODY)["conversations"]) == 20


def test_the_lists_of_all_contacts_make_up_the_list(call: Call) -> None:
    theirs = [
        one["id"]
        for number in range(PEOPLE.count)
        for one in call.pages(150, where("contact_ids", "=", contact(number)))
    ]
    assert sorted(theirs) == sorted(one["id"] for one in call.pages(150, EVERYBODY))


def test_what_is_listed_is_found_by_id_with_its_parts(call: Call) -> None:
    for one in call.pages(150, EVERYBODY)[:30]:
        whole = call.get(f"/conversations/{one['id']}")
        parts = whole.pop("conversation_parts")
        assert whole == one
        assert parts["total_count"] == len(parts["conversation_parts"]) == (1 if one["admin_assignee_id"] else 0)


def test_teammates_are_those_who_are_assigned(call: Call) -> None:
    named = {int(admin["id"]) for admin in call.get("/admins")["admins"]}
    assigned = {one["admin_assignee_id"] for one in call.pages(150, EVERYBODY)}
    assert named == {admin.id for admin in ADMINS}
    assert assigned - {None} == named


@pytest.mark.parametrize("id", ["1", "0", "nope", "9" * 30, "215470000099999"])
def test_a_conversation_that_is_not_there_is_not_found(call: Call, id: str) -> None:
    assert errors(call.get(f"/conversations/{id}", 404)) == ["not_found"]


@pytest.mark.parametrize("path", ["/nowhere", "/conversations", "/"])
def test_a_path_that_is_not_there_is_not_found(call: Call, path: str) -> None:
    assert errors(call.get(path, 404)) == ["not_found"]


def test_what_is_begun_is_there_afterwards_wherever_one_looks(call: Call) -> None:
    before = call.search(EVERYBODY)["total_count"]
    message = call.post("/conversations", {"from": {"type": "user", "id": contact(4)}, "body": "Hi <all>\n\nBye\nnow"})
    assert (message["type"], message["message_type"]) == ("user_message", "inapp")
    id = message["conversation_id"]
    whole = call.get(f"/conversations/{id}")
    assert whole["source"]["body"] == message["body"] == "<p>Hi &lt;all&gt;</p>\n<p>Bye<br>now</p>"
    assert (whole["state"], whole["open"], whole["read"], whole["admin_assignee_id"]) == ("open", True, False, None)
    for filters in (
        [EVERYBODY],
        [where("contact_ids", "IN", [contact(4)])],
        [where("id", "=", id)],
        [where("source.body", "~", "BYE")],
    ):
        assert call.search(*filters)["conversations"][0]["id"] == id
    assert call.search(EVERYBODY)["total_count"] == before + 1


def test_what_is_begun_later_stands_above_and_is_dated_by_the_clock() -> None:
    clock = Clock()
    call = calling(clock=clock)
    ids = []
    for _ in range(3):
        clock.now += 10
        body = call.post("/conversations", {"from": {"type": "contact", "id": contact(4)}, "body": "Hi"})
        assert body["created_at"] == int(clock.now)
        ids.append(body["conversation_id"])
    assert [one["id"] for one in call.search(EVERYBODY, per_page=3)["conversations"]] == ids[::-1]
    edge = int(clock.now) - 10
    assert [one["id"] for one in call.pages(2, where("created_at", ">", edge))] == ids[:0:-1]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"from": {"type": "user", "id": "nobody"}, "body": "Hi"}, 404, "not_found"),
        ({"from": {"type": "admin", "id": "1"}, "body": "Hi"}, 400, "parameter_invalid"),
        ({"from": {"type": "user", "id": "1"}, "body": "  "}, 400, "parameter_invalid"),
        ({"body": "Hi"}, 400, "parameter_invalid"),
        ([], 400, "parameter_invalid"),
    ],
)
def test_a_conversation_that_breaks_a_rule_is_refused(call: Call, body: object, status: int, code: str) -> None:
    before = call.search(EVERYBODY)["total_count"]
    assert errors(call.post("/conversations", body, status)) == [code]
    assert call.search(EVERYBODY)["total_count"] == before


@pytest.mark.parametrize("path", ["/conversations", "/contacts", "/conversations/search", "/contacts/search"])
@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"null"])
def test_a_body_that_is_no_json_object_is_refused(path: str, content: bytes) -> None:
    request = httpx.Request("POST", BASE + path, content=content, headers=HEADERS)
    assert imitate(PEOPLE)(request).status_code == 400


def by_email(call: Call, email: str) -> list[Json]:
    found = call.post("/contacts/search", {"query": where("email", "=", email)})
    assert found["total_count"] == len(found["data"])
    return list(found["data"])


def test_people_are_contacts_by_their_address(call: Call) -> None:
    [found] = by_email(call, PEOPLE[7].email.upper())
    assert (found["id"], found["name"], found["email"]) == (contact(7), PEOPLE[7].name, PEOPLE[7].email)
    assert by_email(call, "nobody@new.example") == []
    assert by_email(call, PEOPLE[7].email.replace(".7@", ".8@")) == []


def test_a_contact_that_is_entered_is_found_and_can_write(call: Call) -> None:
    made = call.post("/contacts", {"role": "lead", "email": "noor@new.example", "name": "Noor"})
    assert by_email(call, "Noor@New.example") == [made]
    call.post("/conversations", {"from": {"type": "lead", "id": made["id"]}, "body": "Hi"})
    assert len(call.pages(5, where("contact_ids", "=", made["id"]))) == 1


@pytest.mark.parametrize("email", [PEOPLE[3].email, PEOPLE[3].email.upper()])
def test_an_address_is_entered_once(call: Call, email: str) -> None:
    refused = call.post("/contacts", {"role": "user", "email": email}, 409)
    assert errors(refused) == ["conflict"]
    assert refused["errors"][0]["message"].endswith(f"already exists with id={contact(3)}")


@pytest.mark.parametrize(
    "body", [{"role": "admin", "email": "a@b.example"}, {"role": "user"}, {"email": "a b@c.example"}, {"email": "a@b"}]
)
def test_a_contact_that_breaks_a_rule_is_refused(call: Call, body: Json) -> None:
    assert errors(call.post("/contacts", body, 400)) == ["parameter_invalid"]


@pytest.mark.parametrize(
    "query", [where("name", "=", "x"), where("email", "~", "x"), where("email", "=", 7), "x", None]
)
def test_contacts_are_searched_for_by_address_alone(call: Call, query: object) -> None:
    assert errors(call.post("/contacts/search", {"query": query}, 400)) == ["invalid_field"]


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer "}, {"Authorization": "Basic aW1pdGF0aW9u"}, {"Authorization": "imitation"}],
)
@pytest.mark.parametrize("path", ["/admins", "/conversations/1", "/nowhere"])
def test_without_a_token_nothing_is_told(headers: dict[str, str], path: str) -> None:
    assert errors(Call(imitate(PEOPLE), headers).get(path, 401)) == ["unauthorized"]


def test_a_version_that_there_is_not_is_refused() -> None:
    call = Call(imitate(PEOPLE), HEADERS | {"Intercom-Version": "3.0"})
    assert errors(call.get("/admins", 400)) == ["intercom_version_invalid"]


def test_calls_are_counted_down_within_a_window() -> None:
    clock = Clock()
    handle = imitate(PEOPLE, clock)
    request = httpx.Request("GET", f"{BASE}/admins", headers=HEADERS)
    told = [handle(request) for _ in range(LIMIT + 1)]
    assert [one.headers["x-ratelimit-remaining"] for one in told[:2]] == [str(LIMIT - 1), str(LIMIT - 2)]
    assert [one.status_code for one in told[-2:]] == [200, 429]
    assert told[-1].headers["x-ratelimit-remaining"] == "0"
    assert int(told[0].headers["x-ratelimit-reset"]) == int(clock.now) + WINDOW
    clock.now += WINDOW
    assert handle(request).status_code == 200


def test_two_imitations_do_not_share_what_is_begun() -> None:
    one, other = calling(), calling()
    id = one.post("/conversations", {"from": {"type": "user", "id": contact(1)}, "body": "Hi"})["conversation_id"]
    assert one.get(f"/conversations/{id}")["id"] == id
    other.get(f"/conversations/{id}", 404)


def test_an_id_of_another_service_is_no_contact_here(call: Call) -> None:
    assert call.pages(5, where("contact_ids", "IN", [STRIPE_CUSTOMER.encode(1), contact(PEOPLE.count)])) == []


@pytest.mark.parametrize("cursor", ["x", "WzFd", "e30=", "W10=", "\u20ac"])
def test_a_cursor_that_is_none_is_refused(call: Call, cursor: str) -> None:
    assert errors(call.search(EVERYBODY, expect=400, starting_after=cursor)) == ["parameter_invalid"]


@pytest.mark.parametrize("size", [0, 151, -1, "many"])
def test_a_page_has_1_to_150(call: Call, size: int | str) -> None:
    assert errors(call.search(EVERYBODY, expect=400, per_page=size)) == ["parameter_invalid"]


def test_only_the_newest_are_searched_for_first(call: Call) -> None:
    body = {"query": EVERYBODY, "sort": {"field": "updated_at", "order": "descending"}}
    assert errors(call.post("/conversations/search", body, 400)) == ["parameter_invalid"]


@pytest.mark.parametrize(
    ("filters", "most"),
    [
        ([EVERYBODY], 1300),
        ([where("contact_ids", "IN", [contact(number * 7000) for number in range(14)])], 200),
        ([where("created_at", "<", int(NOW.timestamp()) - 300 * 24 * 3600)], 1300),
        ([where("id", "=", "215470000400000")], 1300),
        ([where("source.body", "~", "nowhere")], 5300),
    ],
)
def test_a_search_over_a_hundred_thousand_people_makes_up_little(
    filters: list[Json], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int | None] = []
    find = timeline_module.Timeline.find

    def counted(self: timeline_module.Timeline, number: int | None) -> Event | None:
        looked.append(number)
        return find(self, number)

    monkeypatch.setattr(timeline_module.Timeline, "find", counted)
    call = calling(People(MOST, NOW))
    call.search(*filters, per_page=150)
    assert len(looked) <= most


def test_texts_are_in_many_languages() -> None:
    bodies = " ".join(one["source"]["body"] for one in calling(crowd(200)).pages(150, EVERYBODY))
    assert all(
        word in bodies for word in ("Guten Morgen", "Bonjour", "お世話になっております", "Merhaba", "Dzień dobry")
    )
    assert "&amp;" in bodies
