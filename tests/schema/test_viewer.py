"""Who is calling."""

from dataclasses import replace

from connectors.domain.customers import CustomersAsked
from connectors.mongo.store import Store
from schema.build import new_context
from schema.hooks import GraphHooks
from schema.principal import ANONYMOUS, Principal
from tests.schema.fake_deeds import Deeds
from tests.schema.harness import REQUEST, engine, hub, run, run_in
from tests.schema.test_mutations import NOTE, created

ADA = Principal(id="developer:ada", name="ada", roles=("developer",), scopes=("read",))
VIEWER = "{ viewer { id name roles scopes } }"


async def test_somebody_of_whom_nothing_is_known_is_null() -> None:
    assert (await run(hub(), VIEWER)).whole == {"viewer": None}


async def test_somebody_who_is_known_is_shown() -> None:
    answer = await run_in(engine(), new_context(hub(), REQUEST, principal=ADA), VIEWER)
    assert answer.whole["viewer"] == {"id": "developer:ada", "name": "ada", "roles": ["developer"], "scopes": ["read"]}


async def test_the_audit_has_their_id_and_a_note_their_name(store: Store) -> None:
    deeds = Deeds()
    sources = hub(customers=store.customers, deeds=deeds)
    id = (await created(sources))["id"]
    answer = await run_in(engine(), new_context(sources, REQUEST, principal=ADA), NOTE, {"id": id, "text": "hello"})
    assert answer.errors == []
    assert deeds.lines[-1].who == "developer:ada"
    (kept,) = (await store.customers.page(CustomersAsked())).items
    assert [note.author for note in kept.notes] == ["ada"]


def test_an_answer_is_shared_among_those_alone_who_are_the_same_caller() -> None:
    hooks, context = GraphHooks(), new_context(hub(), REQUEST, principal=ADA)
    same = new_context(hub(), "another request", principal=replace(ADA))
    other = new_context(hub(), REQUEST, principal=replace(ADA, scopes=()))
    assert hooks.scope(context) == hooks.scope(same)
    assert len({hooks.scope(one) for one in (context, other, new_context(hub(), REQUEST))}) == 3
    assert new_context(hub()).principal is ANONYMOUS
