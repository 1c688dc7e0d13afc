"""Batches of incidents, over every on-call service."""

from collections.abc import Sequence

from connectors.domain.errors import ConnectorError
from connectors.domain.incidents import Incident, IncidentsAsked
from connectors.sources import Sources
from schema.loaders.merging import At, Found, at, merged


async def incidents(sources: Sources, asked: Sequence[IncidentsAsked]) -> list[Found[Incident] | ConnectorError]:
    """Newest first."""
    return await merged(sources.incidents, asked, lambda source, keys: source.incidents(keys))


async def incident_by_id(sources: Sources, keys: Sequence[At[str]]) -> list[Incident | ConnectorError | None]:
    """None where there is no such incident."""
    return await at(sources.incidents, keys, lambda source, ids: source.incidents_by_id(ids))
