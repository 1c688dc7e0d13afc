"""What an account says of itself: its currency, its pipelines, its owners. All of it changes seldom.

Nothing is remembered here: the answers are kept where all answers are (`keeps` in service.py), for an hour.
"""

from collections.abc import Iterable

from connectors.api import Api
from connectors.fan_out import side_by_side
from connectors.hubspot import wire
from connectors.hubspot.nouns import needs_account

PAGE = 500  # https://developers.hubspot.com/docs/api/crm/owners


class Portal:
    """HubSpot's word for an account."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def warm(self) -> None:
        """All of it but those who left: what records are completed with."""
        await side_by_side(self.account(), self.pipelines(), self._owners(archived="false"))

    async def account(self) -> wire.Account:
        """https://developers.hubspot.com/docs/api/settings/account-information-api."""
        return await self._api.get("/account-info/v3/details", into=wire.Account)

    async def account_for(self, records: Iterable[wire.Record[wire.P]]) -> wire.Account | None:
        """The account, where a record needs it to be completed."""
        return await self.account() if any(map(needs_account, records)) else None

    async def pipelines(self) -> wire.Pipelines:
        """https://developers.hubspot.com/docs/api/crm/pipelines: those of deals."""
        return await self._api.get("/crm/v3/pipelines/deals", into=wire.Pipelines)

    async def owners(self, ids: Iterable[str]) -> dict[str, str | None]:
        """Names by id; somebody who left keeps what they owned, and is in a list of their own."""
        wanted = set(ids)
        names = await self._owners(archived="false")
        if wanted - names.keys():
            names |= await self._owners(archived="true")
        return {id: names.get(id) for id in wanted}

    async def _owners(self, archived: str) -> dict[str, str | None]:
        """https://developers.hubspot.com/docs/api/crm/owners: walked to the end, for it cannot be asked about ids."""
        query: dict[str, str | int] = {"limit": PAGE, "archived": archived}
        names: dict[str, str | None] = {}
        while True:
            page = await self._api.get("/crm/v3/owners", query, into=wire.Owners)
            names |= {owner.id: owner.name for owner in page.results}
            if page.paging is None or page.paging.next is None or not page.results:
                return names
            query = query | {"after": page.paging.next.after}
