import pytest
from graphql import parse

from connectors.github import selections
from connectors.github.query import Selection, alias, query

USER = Selection("Users", "user(login: $login) { ...U }", (("login", "String!"),), "fragment U on User { login }")
PAGED = Selection(
    "Paged",
    "node(id: $id) { id list(first: $first, after: $after) }",
    (("id", "ID!"), ("first", "Int!"), ("after", "String")),
    "",
)
EVERY_SELECTION = [one for one in vars(selections).values() if isinstance(one, Selection)]


def test_each_key_has_an_alias_and_variables_of_its_own() -> None:
    made = query(USER, [{"login": "ada"}, {"login": "grace"}])
    assert made.query == (
        "query Users($login_0: String!, $login_1: String!) {\n"
        "  k0: user(login: $login_0) { ...U }\n"
        "  k1: user(login: $login_1) { ...U }\n"
        "  rateLimit { limit cost remaining resetAt }\n"
        "}\n"
        "fragment U on User { login }"
    )
    assert made.variables == {"login_0": "ada", "login_1": "grace"}
    assert [alias(0), alias(1)] == ["k0", "k1"]


@pytest.mark.parametrize("hostile", ['"}) { viewer { email } } #', "$login_1", "ada\n}", "{", "\\"])
def test_what_a_caller_gave_never_enters_the_text(hostile: str) -> None:
    made = query(USER, [{"login": hostile}])
    assert made.query == query(USER, [{"login": "ada"}]).query
    assert made.variables == {"login_0": hostile}


def test_a_value_of_none_leaves_its_argument_out() -> None:
    made = query(PAGED, [{"id": "a", "first": 3, "after": None}, {"id": "b", "first": 0, "after": ""}])
    assert made.variables == {"id_0": "a", "first_0": 3, "id_1": "b", "first_1": 0, "after_1": ""}
    assert "$after_0: String" in made.query


def test_the_text_depends_on_the_number_of_keys_alone() -> None:
    three = [query(USER, [{"login": str(each)} for each in range(start, start + 3)]) for start in (0, 50)]
    assert three[0].query is three[1].query
    assert three[0].query != query(USER, [{"login": "ada"}]).query


def test_a_selection_without_variables_declares_none() -> None:
    assert query(selections.PING, [{}]).query.startswith("query Ping {\n  k0: rateLimit { remaining }\n  rateLimit")


def test_one_variable_that_begins_like_another_stays_itself() -> None:
    both = Selection("Both", "f(id: $id, ids: $ids)", (("id", "ID!"), ("ids", "[ID!]!")), "")
    assert "f(id: $id_0, ids: $ids_0)" in query(both, [{"id": "1", "ids": ["2"]}]).query


@pytest.mark.parametrize("selection", EVERY_SELECTION, ids=lambda one: one.name)
@pytest.mark.parametrize("count", [1, 100])
def test_every_query_that_is_sent_can_be_parsed_and_asks_for_the_rate_limit(selection: Selection, count: int) -> None:
    made = query(selection, [{}] * count)
    assert parse(made.query).definitions
    assert "rateLimit { limit cost remaining resetAt }" in made.query


def test_operations_have_names_of_their_own() -> None:
    assert len({one.name for one in EVERY_SELECTION}) == len(EVERY_SELECTION) == 12
