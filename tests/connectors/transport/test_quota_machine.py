"""Two credentials at a vendor with fixed windows, whose answers overtake each other and get lost."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil

import httpx
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from connectors.domain.errors import RateLimited, Unavailable
from connectors.domain.service import Service
from connectors.transport.call import Priority
from connectors.transport.quota_budget import QuotaBudget
from connectors.transport.quota_gate import QuotaGate
from tests.connectors.transport.held import Held, request
from tests.connectors.transport.virtual_time import VirtualLoop

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIMIT, WINDOW = 12, 60.0  # calls, seconds
RESERVE = 2  # a tenth of it, rounded up
LONGEST_CALL = 12.0  # seconds
CREDENTIALS = st.sampled_from(["ours", "theirs"])
PICK = st.integers(0, 9)


class Vendor:
    """Counts the calls of one credential, by windows; in those `disturbed`, others spend as well, or calls get lost."""

    def __init__(self, clock: Callable[[], float], *, epoch: bool) -> None:
        self._clock = clock
        self._epoch = epoch
        self._used = 0
        self._at = -1
        self.disturbed: set[int] = set()

    @property
    def window(self) -> int:
        return int(self._clock() // WINDOW)

    @property
    def remaining(self) -> int:
        return max(0, LIMIT - self._used) if self._at == self.window else LIMIT

    def spend(self, calls: int = 1) -> bool:
        """Whether they are allowed."""
        allowed = self.remaining >= calls
        self._used = LIMIT - self.remaining + calls if allowed else LIMIT
        self._at = self.window
        return allowed

    def answer(self, status: int, **headers: str) -> httpx.Response:
        end = (self.window + 1) * WINDOW
        reset = START.timestamp() + end if self._epoch else ceil(end - self._clock())
        quota = {"RateLimit-Limit": f"{LIMIT}", "RateLimit-Remaining": f"{self.remaining}"}
        return httpx.Response(status, headers=quota | {"RateLimit-Reset": f"{reset:.0f}"} | headers, content=b"")


@dataclass
class Flight:
    """A call under way; `answer` is what the vendor has decided already, and is on its way back."""

    name: str
    task: asyncio.Task[httpx.Response]
    sent: float
    answer: httpx.Response | None = None


class Account:
    """One credential: its vendor, its gate, its calls under way."""

    def __init__(self, loop: VirtualLoop, *, epoch: bool) -> None:
        self.loop = loop
        self.vendor = Vendor(loop.time, epoch=epoch)
        self.wire = Held()
        self.budget = QuotaBudget(Service.JIRA, clock=loop.time, now=self.now)
        self.gate = QuotaGate(self.wire, self.budget, now=self.now)
        self.flights: list[Flight] = []
        self.paused_until = 0.0
        self.told_in = -1

    def now(self) -> datetime:
        return START + timedelta(seconds=self.loop.time())

    def pick(self, number: int) -> Flight | None:
        return self.flights[number % len(self.flights)] if self.flights else None


class QuotaMachine(RuleBasedStateMachine):
    """Calls are sent, counted by the vendor, answered, lost and cancelled, each when it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = VirtualLoop()
        self.accounts: dict[str, Account] = {}
        self.names = 0
        self.quiet = True

    @initialize(epoch=st.booleans(), quiet=st.booleans())
    def begin(self, *, epoch: bool, quiet: bool) -> None:
        """`epoch`: the reset is a moment, or else seconds from now; `quiet`: nothing disturbs."""
        self.quiet = quiet
        for credential in ("ours", "theirs"):
            self.accounts[credential] = Account(self.loop, epoch=epoch)
            self._start(self.accounts[credential], Priority.INTERACTIVE)  # what is never told cannot be kept to
            self._come_back(self.accounts[credential], self.accounts[credential].flights[0])

    @rule(credential=CREDENTIALS, crowd=st.lists(st.sampled_from(Priority), min_size=1, max_size=6))
    def start(self, credential: str, crowd: list[Priority]) -> None:
        for priority in crowd:
            self._start(self.accounts[credential], priority)

    @rule(credential=CREDENTIALS, pick=PICK)
    def arrive(self, credential: str, pick: int) -> None:
        if flight := self.accounts[credential].pick(pick):
            self._arrive(self.accounts[credential], flight)

    @rule(credential=CREDENTIALS, pick=PICK)
    def come_back(self, credential: str, pick: int) -> None:
        if flight := self.accounts[credential].pick(pick):
            self._come_back(self.accounts[credential], flight)

    @rule(credential=CREDENTIALS, seconds=st.sampled_from([0.0, 1.0, 5.0]))
    def overtake(self, credential: str, seconds: float) -> None:
        """All arrive in the order in which they were sent, and come back the other way round."""
        account = self.accounts[credential]
        for flight in account.flights:
            self._arrive(account, flight)
        self.pass_time(seconds)
        for flight in reversed(list(account.flights)):
            self._come_back(account, flight)

    @rule(credential=CREDENTIALS)
    def be_patient(self, credential: str) -> None:
        """Whoever is refused comes back when told to, and nobody is in the way."""
        account = self.accounts[credential]
        for flight in list(account.flights):
            self._come_back(account, flight)
        if wait := self._start(account, Priority.INTERACTIVE):
            self.pass_time(wait)
            assert self._start(account, Priority.INTERACTIVE) is None, "law of patience: then it is let in"

    @rule(credential=CREDENTIALS, pick=PICK, seconds=st.sampled_from([1, 3, 30]))
    def throttle(self, credential: str, pick: int, seconds: int) -> None:
        """A limit that no header tells of: the call is refused, and not counted."""
        account = self.accounts[credential]
        flight = account.pick(pick)
        if flight and not flight.answer:
            flight.answer = account.vendor.answer(429, **{"Retry-After": f"{seconds}"})

    @precondition(lambda self: not self.quiet)
    @rule(credential=CREDENTIALS, pick=PICK, cancelled=st.booleans())
    def lose(self, credential: str, pick: int, *, cancelled: bool) -> None:
        account = self.accounts[credential]
        if flight := account.pick(pick):
            account.flights.remove(flight)
            account.vendor.disturbed.add(account.vendor.window)
            if cancelled:
                flight.task.cancel()
            else:
                account.wire.end(flight.name, Unavailable(Service.JIRA, "reset"))
            self.loop.advance()
            assert flight.task.cancelled() == cancelled, "law of cancellation: it passes through untouched"
            assert cancelled or isinstance(flight.task.exception(), Unavailable)

    @precondition(lambda self: not self.quiet)
    @rule(credential=CREDENTIALS, calls=st.integers(1, 4))
    def somebody_else_spends(self, credential: str, calls: int) -> None:
        vendor = self.accounts[credential].vendor
        vendor.spend(calls)
        vendor.disturbed.add(vendor.window)

    @rule(seconds=st.floats(0.1, 25))
    def pass_time(self, seconds: float) -> None:
        for account in self.accounts.values():
            for flight in list(account.flights):
                if self.loop.time() + seconds > flight.sent + LONGEST_CALL:
                    self._come_back(account, flight)
        self.loop.advance(seconds)

    def _start(self, account: Account, priority: Priority) -> float | None:
        """None where the call is sent, else the seconds after which it has a chance."""
        self.names += 1
        name, quota = f"{self.names}", account.budget.current()
        task = self.loop.create_task(account.gate.handle_async_request(request(name, priority)))
        under_way = len(account.flights)
        self.loop.advance()
        if name in account.wire.inside:
            assert self.loop.time() > account.paused_until, "law of the pause: nothing is sent, whoever asks"
            need = RESERVE if priority is Priority.BACKGROUND else 1
            assert not quota or quota.remaining - under_way >= need, "law of the reserve: people first"
            account.flights.append(Flight(name, task, self.loop.time()))
            return None
        error = task.exception()
        assert isinstance(error, RateLimited), "law of refusal: at once, unsent, as RateLimited"
        assert error.retry_after, "law of refusal: with the time after which there is a chance"
        return error.retry_after

    def _arrive(self, account: Account, flight: Flight) -> None:
        if flight.answer:
            return
        allowed = account.vendor.spend()
        undisturbed = account.vendor.window not in account.vendor.disturbed
        assert allowed or not undisturbed, "law of the quota: what the vendor would refuse is not sent"
        account.told_in = account.vendor.window
        wait = ceil(WINDOW - self.loop.time() % WINDOW)
        flight.answer = account.vendor.answer(200 if allowed else 429, **{"Retry-After": f"{wait}"})

    def _come_back(self, account: Account, flight: Flight) -> None:
        self._arrive(account, flight)
        account.flights.remove(flight)
        assert flight.answer
        account.wire.end(flight.name, flight.answer)
        if flight.answer.status_code == 429:
            pause = self.loop.time() + float(flight.answer.headers["retry-after"])
            account.paused_until = max(account.paused_until, pause)
        self.loop.advance()
        assert flight.task.result() is flight.answer, "law of passage: an answer travels up as it is, a 429 too"

    @invariant()
    def the_books_agree(self) -> None:
        for account in self.accounts.values():
            assert account.budget.under_way == len(account.flights), "law of the books: no call is forgotten"
            quota = account.budget.current()
            vendor = account.vendor
            if vendor.window == account.told_in and vendor.window not in vendor.disturbed and not account.flights:
                assert quota, "law of the quota: what was told is known"
                assert quota.remaining == vendor.remaining, "law of order: when all are back, the latest figure stands"

    def teardown(self) -> None:
        for account in self.accounts.values():
            for flight in list(account.flights):
                self._come_back(account, flight)
            assert account.budget.under_way == len(account.wire.inside) == 0, "law of the end: nothing is left behind"
        self.loop.close()


QuotaMachine.TestCase.settings = settings(derandomize=True, max_examples=100, stateful_step_count=40, deadline=None)
TestQuotaMachine = QuotaMachine.TestCase
