"""The imitated account, asked by hand."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import httpx

from connectors.seed.people import STRIPE_CUSTOMER, People
from connectors.stripe.sandbox import imitate

Json: TypeAlias = Any  # what Stripe would answer

KEY = {"Authorization": "Bearer sk_test_imitation"}
BASE = "https://api.stripe.com"


class Account:
    """Every method answers the decoded body, having checked the status."""

    def __init__(self, people: People) -> None:
        self.handle = imitate(people)

    def get(self, path: str, status: int = 200, /, **query: str | int) -> Json:
        """GET; `created_gte` is sent as `created[gte]`."""
        sent = {name.replace("created_", "created[") + "]" * ("created_" in name): query[name] for name in query}
        return self.send(httpx.Request("GET", BASE + path, params=sent, headers=KEY), status)

    def refund(self, status: int = 200, /, *, key: str | None = None, **form: str | int) -> Json:
        """POST /v1/refunds, with an idempotency key where one is given."""
        return self.send(refund_request(key, form), status)

    def send(self, request: httpx.Request, status: int) -> Json:
        response = self.handle(request)
        assert response.status_code == status, response.text
        return response.json()

    def pages(self, path: str, limit: int, /, **query: str | int) -> list[Json]:
        """All of a list, walked down page by page."""
        joined: list[Json] = []
        cursor: dict[str, str] = {}
        while True:
            page = self.get(path, 200, limit=limit, **query, **cursor)
            joined += page["data"]
            if not page["has_more"]:
                return joined
            assert len(page["data"]) == limit
            cursor = {"starting_after": page["data"][-1]["id"]}


def refund_request(key: str | None, form: Mapping[str, str | int]) -> httpx.Request:
    """A refund as Stripe takes it: a form."""
    headers = KEY | ({"Idempotency-Key": key} if key else {})
    return httpx.Request("POST", f"{BASE}/v1/refunds", data=dict(form), headers=headers)


def customer(number: int) -> str:
    """Stripe's id of the person in this place."""
    return STRIPE_CUSTOMER.encode(number)
