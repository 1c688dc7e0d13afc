"""Stripe and PayPal with payments that are made while somebody reads: what is not there yet is in no list."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx

from connectors.connection import imitated
from connectors.paypal.service import PAYPAL
from connectors.sandbox import reply
from connectors.seed.people import People
from connectors.stripe.service import STRIPE
from connectors.vendor import Handler, Vendor

_MONTH = timedelta(days=30)


class Growing:
    """Both accounts; `hidden` are the ids of payments that nobody has made yet."""

    def __init__(self, people: People) -> None:
        self.hidden: set[str] = set()
        self._people = people
        self._handlers = {vendor: vendor.imitate(people) for vendor in (STRIPE, PAYPAL)}

    @property
    def vendors(self) -> list[Vendor]:
        """To be served."""
        return [replace(vendor, imitate=self._imitating(handle)) for vendor, handle in self._handlers.items()]

    def payments(self) -> list[str]:
        """The ids of all there will ever be, the newest first."""
        dated = [*self._charges(), *self._transactions()]
        return [id for _, id in sorted(dated, reverse=True)]

    def _imitating(self, handle: Handler) -> Callable[[People], Handler]:
        treat = {"/v1/charges": self._listed, "/v1/reporting/transactions": self._searched}

        def answer(request: httpx.Request) -> httpx.Response:
            change = treat.get(request.url.path)
            return change(request, handle) if change else handle(request)

        return lambda _: answer

    def _searched(self, request: httpx.Request, handle: Handler) -> httpx.Response:
        response = handle(request)
        body = response.json()
        lines = body.get("transaction_details", ())
        shown = [line for line in lines if line["transaction_info"]["transaction_id"] not in self.hidden]
        return _like(response, body | {"transaction_details": shown})

    def _listed(self, request: httpx.Request, handle: Handler) -> httpx.Response:
        """As many as were asked for, from as many pages as that takes."""
        most, shown = int(request.url.params["limit"]), []
        while True:
            response = handle(request)
            if response.is_error:
                return response
            body = response.json()
            shown += [charge for charge in body["data"] if charge["id"] not in self.hidden]
            if len(shown) > most or not body["has_more"]:
                return _like(response, body | {"data": shown[:most], "has_more": len(shown) > most})
            url = request.url.copy_merge_params({"starting_after": body["data"][-1]["id"]})
            request = httpx.Request("GET", url, headers=request.headers)

    def _charges(self) -> Iterator[tuple[int, str]]:
        query: dict[str, str] = {"limit": "100"}
        while True:
            body = self._asked(STRIPE, "/v1/charges", query, "Bearer " + imitated(STRIPE)["STRIPE_API_KEY"])
            yield from ((one["created"], one["id"]) for one in body["data"])
            if not body["has_more"]:
                return
            query["starting_after"] = body["data"][-1]["id"]

    def _transactions(self) -> Iterator[tuple[int, str]]:
        token = PAYPAL.headers(imitated(PAYPAL))
        form = {"grant_type": "client_credentials"}
        request = httpx.Request("POST", "https://paypal.example/v1/oauth2/token", data=form, headers=token)
        bearer = "Bearer " + self._handlers[PAYPAL](request).json()["access_token"]
        for month in range(36):
            end = self._people.now - month * _MONTH
            query = {"start_date": _written(end - _MONTH), "end_date": _written(end), "page_size": "500"}
            body = self._asked(PAYPAL, "/v1/reporting/transactions", query, bearer)
            assert body["total_pages"] <= 1
            for line in body.get("transaction_details", ()):
                info = line["transaction_info"]
                if info["transaction_event_code"].startswith("T00"):
                    at = datetime.fromisoformat(info["transaction_initiation_date"])
                    yield int(at.timestamp()), info["transaction_id"]

    def _asked(self, vendor: Vendor, path: str, query: dict[str, str], authorization: str) -> Any:  # noqa: ANN401 - JSON
        headers = {"Authorization": authorization}
        request = httpx.Request("GET", f"https://vendor.example{path}", params=query, headers=headers)
        return self._handlers[vendor](request).json()


def _like(response: httpx.Response, body: dict[str, Any]) -> httpx.Response:
    return reply(body, headers={"Cache-Control": response.headers["Cache-Control"]})


def _written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
