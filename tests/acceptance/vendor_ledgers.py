"""What the services themselves have on their books, read from them directly and not through the gateway."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import aiohttp

from connectors.domain.service import Service
from connectors.registry import VENDORS
from tests.acceptance.processes import CREDENTIALS, Imitations

_HEADERS = {vendor.service: dict(vendor.headers(CREDENTIALS)) for vendor in VENDORS}
Query = Mapping[str, str] | None
_ISO = "%Y-%m-%dT%H:%M:%SZ"


class Act(NamedTuple):
    """Something that was done: the id of what came of it, and for a refund how much it gave back."""

    id: str
    amount: Decimal = Decimal()


class Ledgers:
    """Everything that was done since this was made."""

    def __init__(self, http: aiohttp.ClientSession, imitations: Imitations) -> None:
        self._http = http
        self._imitations = imitations
        self._begun = datetime.now(UTC) - timedelta(seconds=2)

    async def stripe_refunds(self, charges: Sequence[str]) -> list[Act]:
        """Those of charges of which nothing was given back before, as one sum each."""
        bodies = [await self._get(Service.STRIPE, f"/v1/charges/{charge}") for charge in charges]
        return [Act(one["id"], Decimal(one["amount_refunded"]) / 100) for one in bodies if one["amount_refunded"]]

    async def paypal_refunds(self) -> list[Act]:
        """Each by the id of the payment that it belongs to."""
        form = {"grant_type": "client_credentials"}
        asked = await self._send(Service.PAYPAL, "POST", "/v1/oauth2/token", data=form)
        query = {
            "start_date": self._begun.strftime(_ISO),
            "end_date": (datetime.now(UTC) + timedelta(minutes=1)).strftime(_ISO),
            "transaction_type": "T1107",
            "page_size": "500",
        }
        token = {"Authorization": f"Bearer {asked['access_token']}"}
        answer = await self._get(Service.PAYPAL, "/v1/reporting/transactions", query, token)
        assert answer["total_pages"] <= 1
        lines = [line["transaction_info"] for line in answer.get("transaction_details", ())]
        return [Act(one["paypal_reference_id"], -Decimal(one["transaction_amount"]["value"])) for one in lines]

    async def zendesk_tickets(self) -> list[tuple[str, Act]]:
        """Subject and ticket."""
        found: list[tuple[str, Act]] = []
        query = {"query": f"type:ticket created>={self._begun.strftime(_ISO)}", "per_page": "100", "page": "1"}
        while True:
            answer = await self._get(Service.ZENDESK, "/api/v2/search.json", query)
            found += [(one["subject"], Act(str(one["id"]))) for one in answer["results"]]
            if not answer["next_page"]:
                return found
            query["page"] = str(int(query["page"]) + 1)

    async def intercom_conversations(self) -> list[tuple[str, Act]]:
        """First word and conversation."""
        bodies = self._conversations()
        return [(re.findall(r"[\w-]+", one["source"]["body"])[1], Act(one["id"])) async for one in bodies]

    async def _conversations(self) -> AsyncIterator[dict[str, Any]]:
        since = {"field": "created_at", "operator": ">", "value": int(self._begun.timestamp())}
        page: dict[str, Any] = {"per_page": 150}
        while page:
            asked = {"query": since, "pagination": page}
            answer = await self._send(Service.INTERCOM, "POST", "/conversations/search", json=asked)
            for one in answer["conversations"]:
                yield one
            page = answer["pages"].get("next")

    async def _get(self, service: Service, path: str, query: Query = None, headers: Query = None) -> Any:  # noqa: ANN401 - JSON
        return await self._send(service, "GET", path, params=query, headers=headers)

    async def _send(self, service: Service, method: str, path: str, headers: Query = None, **content: Any) -> Any:  # noqa: ANN401 - JSON
        url, own = f"{self._imitations.at(service)}{path}", {**_HEADERS[service], **(headers or {})}
        async with self._http.request(method, url, headers=own, **content) as response:
            response.raise_for_status()
            return await response.json()
