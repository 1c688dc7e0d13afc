"""What the body of an answer says of quotas, where a vendor's headers do not."""

from collections.abc import Callable
from dataclasses import dataclass

from connectors.transport.quota import Quota


@dataclass(frozen=True, slots=True)
class Said:
    """`quota`, and what this call took of it. `refused`: the answer is none, for too much was asked.

    Then it is a number: the seconds to leave the service alone where its headers do not say for how long.
    """

    quota: Quota | None = None
    cost: int = 1
    refused: float | None = None


ReadsQuota = Callable[[bytes], Said | None]  # of a body with status 2xx; None where it says nothing. Never raises
