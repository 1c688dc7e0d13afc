"""The third-party services there are, and how all of them are opened and closed.

Which there are is said in one place, by a line of `Service`: docs/adr/0013-one-line-for-a-vendor.md.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from importlib import import_module

from connectors.connection import Access, Connection, connect
from connectors.domain.service import Service
from connectors.seed.people import People
from connectors.transport.cache_store import MemoryStore
from connectors.vendor import Vendor


def vendor_of(service: Service) -> Vendor:
    """What a vendor says of itself, found by its name: `OPEN_METEO` of `connectors/open_meteo/service.py`.

    Raises ImportError where the folder does not hold what its line in `Service` promises.
    """
    module = f"connectors.{service.value}.service"
    promise = f"Service.{service.name} = {service.value!r} stands for the Vendor {service.name} of {module}"
    try:
        found: object = getattr(import_module(module), service.name, None)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise  # the vendor's own trouble
        raise ImportError(f"{promise}, and there is no such module") from error
    if not isinstance(found, Vendor):
        raise ImportError(f"{promise}, and there is none")  # noqa: TRY004 - of the import, as Python has it
    if found.service is not service:
        raise ImportError(f"{promise}, which says of itself that it is Service.{found.service.name}")
    return found


VENDORS: tuple[Vendor, ...] = tuple(vendor_of(service) for service in Service if service is not Service.STORE)


@asynccontextmanager
async def open_connections(
    access: Mapping[Service, Access], people: People, vendors: Sequence[Vendor] = VENDORS
) -> AsyncIterator[Sequence[Connection]]:
    """A connection for every vendor, in their order; `access` says how each is reached. Nothing is sent yet.

    `people` are whom the imitations know. At the end every pool is closed, whatever happens to the others.
    """
    store = MemoryStore()
    async with AsyncExitStack() as pools:
        connections = [connect(vendor, access[vendor.service], people, store=store) for vendor in vendors]
        for connection in connections:
            pools.push_async_callback(connection.client.aclose)
        yield connections
