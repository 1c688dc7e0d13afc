"""What reads and writes of the store take."""

from collections.abc import Mapping
from typing import Final

from connectors.domain.reading import ONE, TOGETHER, Reading

READS: Final[Mapping[str, Reading]] = {
    "customer_page": ONE,
    "customer_count": ONE,
    "customer_by_key": TOGETHER,
    "customer_by_link": TOGETHER,
    "node": TOGETHER,
    "write": Reading(),
    "found_customers": Reading(),
    "deed": Reading(times=4),  # begun and finished, with a line of the audit each
    "told": Reading(),  # to those who follow the customer
    "audit": Reading(),
    "reason": Reading(),  # a second command says why a write changed nothing
}
