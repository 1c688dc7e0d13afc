"""What reading of a service takes, as far as that is the vendor's: the figures behind the estimate of an operation."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a batch of keys takes of one service, as its documentation and its client say.

    `per_batch`: keys of one call, None for any number; `times`: calls of one batch; `page`: items of a list in one
    call; `different`: how many keys differ at most; `exact`: a key takes that, neither more nor fewer. What hangs on
    the data, such as a filter that is ours to apply, is reckoned as it commonly is.
    """

    per_batch: int | None = 1
    times: int = 1
    page: int | None = None
    different: int | None = None
    exact: bool = False


# One or two items more than a page shows are asked for, to know whether there are more, so that 98 fill a call of 100.
PAGE: Final = 98
SOUGHT: Final = Reading(times=2)  # a page of a search: the vendor's page that was shown in part, and the one after it
ONE: Final = Reading(exact=True)
TOGETHER: Final = Reading(per_batch=None, exact=True)
