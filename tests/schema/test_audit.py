"""What the audit says of the mutations of our own records; `test_deeds` has those that write to services."""

from connectors.mongo.store import Store
from tests.schema.fake_deeds import Deeds
from tests.schema.harness import REQUEST, hub, run
from tests.schema.test_mutations import ADA, CREATE, DELETE, LINK, NOTE, UNLINK, UPDATE, created


async def test_every_mutation_is_written_down_with_what_came_of_it(store: Store) -> None:
    deeds = Deeds()
    sources = hub(customers=store.customers, deeds=deeds)
    ada = await created(sources)
    await run(sources, CREATE, input=ADA)
    await run(sources, UPDATE, input={"id": ada["id"], "version": 7, "name": "hunter2"})
    await run(sources, NOTE, id=ada["id"], text="hunter2")
    await run(sources, LINK, id=ada["id"], service="STRIPE", externalId="cus_1")
    await run(sources, UNLINK, id=ada["id"], service="STRIPE")
    await run(sources, DELETE, id=ada["id"])
    assert [(line.kind, line.result) for line in deeds.lines] == [
        ("createCustomer", "done"),
        ("createCustomer", "refused"),
        ("updateCustomer", "failed"),
        ("addNote", "done"),
        ("linkService", "done"),
        ("unlinkService", "done"),
        ("deleteCustomer", "done"),
    ]
    assert {line.target for line in deeds.lines} == {None, ada["id"]}
    assert {(line.who, line.request) for line in deeds.lines} == {("anonymous", REQUEST)}
    assert "hunter2" not in repr(deeds.lines)
    assert "example.com" not in repr(deeds.lines)
