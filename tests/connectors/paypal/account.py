"""The imitated account, asked by hand."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import httpx

from connectors.paypal.sandbox import imitate
from connectors.paypal.windows import Window, history
from connectors.seed.people import People
from tests.connectors.paypal.support import BASE, TOKEN, TRANSACTIONS, Json, unix_now
from tests.connectors.support import NOW

BASIC = {"Authorization": "Basic " + b64encode(b"id:secret").decode()}
MONTH = Window(NOW - timedelta(days=30), NOW)


class Account:
    """Every method answers the decoded body, having checked the status."""

    def __init__(self, people: People, clock: Callable[[], float] = unix_now) -> None:
        self.handle = imitate(people, clock)
        self.token = self.issue()["access_token"]

    def issue(self, status: int = 200, headers: Mapping[str, str] = BASIC, **form: str) -> Json:
        """A token."""
        form = form or {"grant_type": "client_credentials"}
        return self.send(httpx.Request("POST", BASE + TOKEN, data=form, headers=headers), status)

    def get(self, path: str, status: int = 200, /, **query: str | int) -> Json:
        """GET, with the token."""
        return self.send(self.signed("GET", path, params=query), status)

    def search(self, window: Window = MONTH, status: int = 200, /, **query: str | int) -> Json:
        """A page of the history."""
        return self.get(TRANSACTIONS, status, start_date=stamp(window.start), end_date=stamp(window.end), **query)

    def pages(self, window: Window = MONTH, size: int = 500, /, **query: str | int) -> list[Json]:
        """All of a window, page by page."""
        joined: list[Json] = []
        for page in range(1, 1000):
            body = self.search(window, 200, page=page, page_size=size, **query)
            joined += body.get("transaction_details", [])
            if page >= body["total_pages"]:
                return joined
        raise AssertionError(window)

    def everything(self, **query: str | int) -> list[Json]:
        """All of three years, each transaction once."""
        found = [one for window in history(NOW) for one in self.pages(window, 500, **query)]
        return list({one["transaction_info"]["transaction_id"]: one for one in found}.values())

    def refund(self, id: str, status: int = 201, /, *, key: str | None = None, body: object = None) -> Json:
        """A refund of a capture, answered in full."""
        return self.send(self.refund_request(id, key, body), status)

    def refund_request(self, id: str, key: str | None, body: object) -> httpx.Request:
        """A refund as PayPal takes it."""
        headers = {"Prefer": "return=representation"} | ({"PayPal-Request-Id": key} if key else {})
        return self.signed("POST", f"/v2/payments/captures/{id}/refund", headers=headers, json=body or {})

    def signed(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **content: Json
    ) -> httpx.Request:
        """A request with the token."""
        signed = {"Authorization": f"Bearer {self.token}"} | dict(headers or {})
        return httpx.Request(method, BASE + path, headers=signed, **content)

    def send(self, request: httpx.Request, status: int) -> Json:
        response = self.handle(request)
        assert response.status_code == status, response.text
        return response.json()


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def info(line: Json) -> Json:
    """The part of a transaction that is always there."""
    return line["transaction_info"]


def issue(body: Json) -> str:
    """What an error is about."""
    text: str = body["details"][0]["issue"]
    return text
