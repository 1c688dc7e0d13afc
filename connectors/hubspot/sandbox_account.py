"""What the imitated account says of itself: its details, its pipelines, its owners."""

from typing import NamedTuple

Body = dict[str, object]

PORTAL = 50_123_456
CURRENCY = "USD"
CURRENCIES = ("USD", "AUD", "BRL", "CHF", "EUR", "GBP", "INR", "JPY", "MXN", "NGN", "PLN", "SEK", "TRY")

DETAILS: Body = {
    "portalId": PORTAL,
    "accountType": "STANDARD",
    "timeZone": "Europe/Copenhagen",
    "companyCurrency": CURRENCY,
    "additionalCurrencies": list(CURRENCIES[1:]),
    "utcOffset": "+01:00",
    "utcOffsetMilliseconds": 3_600_000,
    "uiDomain": "app.hubspot.com",
    "dataHostingLocation": "na1",
}

_SINCE = "2022-11-14T09:00:00.000Z"


class Owner(NamedTuple):
    """Somebody who looks after contacts and deals; whoever left is archived."""

    id: str
    first_name: str
    last_name: str
    archived: bool = False

    @property
    def body(self) -> Body:
        """https://developers.hubspot.com/docs/api/crm/owners."""
        number = None if self.archived else int(self.id) - 30_000_000
        return {
            "id": self.id,
            "email": f"owner-{self.id}@imitation.example",
            "type": "PERSON",
            "firstName": self.first_name,
            "lastName": self.last_name,
            "userId": number,
            "userIdIncludingInactive": int(self.id) - 30_000_000,
            "createdAt": _SINCE,
            "updatedAt": _SINCE,
            "archived": self.archived,
        }


OWNERS = (
    Owner("41629779", "Ingrid", "Solberg"),
    Owner("41629780", "Kwame", "Mensah"),
    Owner("41630112", "Noémie", "Aubert"),
    Owner("41630655", "Tomasz", "Wiśniewski"),
    Owner("41631001", "Priya", "Raman"),
    Owner("41631870", "彩花", "森"),
    Owner("41632404", "Rafael", "Quintana"),
    Owner("39980017", "Delphine", "Okoye", archived=True),
    Owner("39980544", "Callum", "Reid", archived=True),
)


class Step(NamedTuple):
    """A stage of a pipeline, and how likely deals there are to be won."""

    id: str
    label: str
    probability: float


SALES = "default"
RENEWALS = "84620017"
STAGES = {
    SALES: (
        Step("appointmentscheduled", "Appointment Scheduled", 0.2),
        Step("qualifiedtobuy", "Qualified To Buy", 0.4),
        Step("presentationscheduled", "Presentation Scheduled", 0.6),
        Step("decisionmakerboughtin", "Decision Maker Bought-In", 0.8),
        Step("contractsent", "Contract Sent", 0.9),
        Step("closedwon", "Closed Won", 1.0),
        Step("closedlost", "Closed Lost", 0.0),
    ),
    RENEWALS: (
        Step("162470091", "Up for renewal", 0.7),
        Step("162470092", "Terms agreed", 0.9),
        Step("162470093", "Renewed", 1.0),
        Step("162470094", "Churned", 0.0),
    ),
}
_LABELS = {SALES: "Sales Pipeline", RENEWALS: "Renewals"}


def pipelines() -> Body:
    """https://developers.hubspot.com/docs/api/crm/pipelines: the order of a list says nothing, `displayOrder` does."""
    return {"results": [_pipeline(id, place) for place, id in reversed(list(enumerate(STAGES)))]}


def _pipeline(id: str, place: int) -> Body:
    return {
        "id": id,
        "label": _LABELS[id],
        "displayOrder": place,
        "stages": [_stage(step, number) for number, step in enumerate(STAGES[id])],
        "createdAt": _SINCE,
        "updatedAt": _SINCE,
        "archived": False,
    }


def _stage(step: Step, place: int) -> Body:
    closed = step.probability in (0.0, 1.0)
    return {
        "id": step.id,
        "label": step.label,
        "displayOrder": place,
        "metadata": {"isClosed": str(closed).lower(), "probability": str(step.probability)},
        "createdAt": _SINCE,
        "updatedAt": _SINCE,
        "archived": False,
    }
