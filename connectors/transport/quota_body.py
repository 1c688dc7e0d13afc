"""What the body of an answer says of quotas and of failure, where a vendor's status and headers do not."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from connectors.transport.quota import Quota

TOLD = HTTPStatus.MULTI_STATUS  # the body says what went wrong: https://www.rfc-editor.org/rfc/rfc4918#section-11.1


@dataclass(frozen=True, slots=True)
class Said:
    """`quota`, and what this call took of it. `refused`: the answer is none, for too much was asked.

    Then it is a number: the seconds to leave the service alone where its headers do not say for how long. `status` is
    what the answer means, where HTTP's own calls it well: a 5xx is tried again, and TOLD is not kept.
    """

    quota: Quota | None = None
    cost: int = 1
    refused: float | None = None
    status: int | None = None


ReadsQuota = Callable[[bytes], Said | None]  # of a body with status 2xx; None where it says nothing. Never raises
