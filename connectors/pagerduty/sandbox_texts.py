"""What breaks in the imitated company, and who is called."""

from typing import NamedTuple


class Component(NamedTuple):
    """What PagerDuty calls a service, and what goes wrong with it; `{number}` and `{city}` are made up."""

    id: str
    name: str
    faults: tuple[str, ...]


class Person(NamedTuple):
    """Somebody on call."""

    id: str
    name: str


COMPONENTS = (
    Component(
        "PCHKOUT",
        "Checkout API",
        (
            "5xx rate above 2 % for 5 minutes",
            "p99 latency {number} ms on POST /orders",
            "Payments from {city} are declined by the acquirer",
        ),
    ),
    Component(
        "PSEARCH",
        "Search cluster",
        ("Cluster health is yellow: {number} unassigned shards", "Índice de produtos desatualizado há {number} min"),
    ),
    Component(
        "PMSGBUS",
        "Message bus",
        ("Consumer lag of {number} on orders.created", "Broker 3 left the quorum", "Disk usage on broker 1 at 91 %"),
    ),
    Component(
        "PSIGNIN",
        "Sign-in",
        ("Anmeldung über SSO schlägt fehl ({city})", "Certificate of id.example expires in 6 days"),
    ),
    Component(
        "PWAREHS",
        "Data warehouse",
        ("Nightly load is {number} minutes late", "夜間バッチが失敗しました(終了コード {number})"),
    ),
    Component(
        "PEDGECD", "Edge and CDN", ("Cache hit ratio fell to 61 % in {city}", "TLS handshake errors from {city}")
    ),
)
ON_CALL = (
    Person("PXOLU01", "Olúwaṣeun Balogun"),
    Person("PXMAR02", "Marit Haugen"),
    Person("PXKEN03", "中村 健太"),
    Person("PXLUC04", "Lucía Castañeda"),
    Person("PXPIO05", "Piotr Woźniak"),
)
