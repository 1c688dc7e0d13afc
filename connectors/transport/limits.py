"""What one service is given, of time, room and attempts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """For each service and its credentials. Shares are between 0 and 1, times are seconds.

    `timeout` is for a whole call, its retries included, `connect_timeout` for reaching the service; `max_body` is MiB
    of an answer that is not compressed any more. `concurrency` calls are under way and `queue` wait, at most. A call is
    sent up to `attempts` times; before the n-th repetition it waits for a random part of `retry_delay` (where the
    service said 429, of `retry_delay_throttled`) times 2 to the power of n, `retry_delay_max` at most. In
    `retry_window` there are at most as many repetitions as `retry_budget` of the calls that were answered well at once,
    or `retry_floor` a second. The breaker opens for `breaker_open` when `breaker_failures` of at least `breaker_calls`
    in `breaker_window` failed. `cache` is how many times as long as the connector says answers are kept; 0: not at all,
    whatever the service says.
    """

    timeout: float = 10.0
    connect_timeout: float = 2.0
    max_body: float = 10.0
    concurrency: int = 32
    queue: int = 256
    attempts: int = 3
    retry_delay: float = 0.05
    retry_delay_throttled: float = 1.0
    retry_delay_max: float = 20.0
    retry_budget: float = 0.2
    retry_floor: float = 10.0
    retry_window: float = 10.0
    breaker_failures: float = 0.5
    breaker_calls: int = 20
    breaker_window: float = 10.0
    breaker_open: float = 5.0
    cache: float = 1.0
