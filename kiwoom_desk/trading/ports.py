"""The ports: what the use cases ask of the wire, the disk and the clock.

Queries raise (`BrokerUnavailable`, `SignInRefused`, `Incomplete`): a failed query must never look like an empty list.
Sends return an `Outcome` and raise nothing but our own bugs. Repeat a query freely, a send never: the types say so.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, IntEnum
from typing import Protocol

from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.facts import Fact, Outcome, Wire
from kiwoom_desk.domain.instruments import Instrument, Market, Side, Venue
from kiwoom_desk.domain.portfolio import Portfolio
from kiwoom_desk.domain.quotes import OrderBook, Quote, Trade
from kiwoom_desk.domain.reports import BrokerRef, OrderReport
from kiwoom_desk.trading.environments import World


# --- what can go wrong with a query --------------------------------------------------------------------------------
class QueryFailed(Exception):
    """A question to the broker has no answer. `str()` is a Korean sentence for the trader; `code` the broker's."""

    def __init__(self, sentence: str, code: str = "") -> None:
        super().__init__(sentence)
        self.code = code


class BrokerUnavailable(QueryFailed):
    """No usable answer: unreachable, too slow, unreadable, server error, or limited. Asking again is allowed."""


class SignInRefused(QueryFailed):
    """The broker does not accept who we are: keys, token, environment or address (80xx). `locks` the environment."""

    def __init__(self, sentence: str, code: str = "", *, locks: bool = False) -> None:
        super().__init__(sentence, code)
        self.locks = locks


class Incomplete(QueryFailed):
    """Something came, but it is not the whole: a page failed, a row could not be read, the key repeated."""


class NotOffered(QueryFailed):
    """This environment or account does not answer this question (RC9000, RC7006, 8104, 999999)."""


# --- orders --------------------------------------------------------------------------------------------------------
class Call(Enum):
    PLACE = "place"
    AMEND = "amend"
    CANCEL = "cancel"


class Urgency(IntEnum):
    """Who goes first when the request budget is short."""

    CANCEL = 0
    ORDER = 1
    WAITED_FOR = 2
    BACKGROUND = 3


@dataclass(frozen=True, slots=True)
class Sent:
    """How a send ended, with the evidence; `wire` is None when not a byte was attempted."""

    outcome: Outcome
    wire: Wire | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """Everything the broker lists for one day at one moment: a complete, valid sweep.

    `began` is when the first page was asked for (our clock), `ended` when the last one had come; `server_offset` the
    broker's clock minus ours in seconds as its `Date` headers say, None when they said nothing.
    """

    day: date
    began: datetime
    ended: datetime
    reports: tuple[OrderReport, ...]
    server_offset: float | None = None


@dataclass(frozen=True, slots=True)
class StreamUp:
    """Signed in and registered; what happened before is not repeated."""

    at: datetime


@dataclass(frozen=True, slots=True)
class StreamDown:
    """The stream ended and will be tried again in `again_in` seconds (None: not by itself, e.g. R10001)."""

    at: datetime
    reason: str
    again_in: float | None
    taken_over: bool = False


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A frame or a row that could not be understood, kept as received (cut) and shown; never fatal."""

    at: datetime
    why: str
    text: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """What was just reported about an order says that it changed, but not to what: only a look tells."""

    at: datetime


StreamEvent = OrderReport | StreamUp | StreamDown | Quarantined | Unclear


MayLeave = Callable[[], str]
"""Asked when the first byte is about to be written: "" lets it go, a Korean sentence says why it does not."""


def always() -> str:
    """Nothing holds it back."""
    return ""


class Broker(Protocol):
    """Orders of one account in one environment."""

    def delay(self, call: Call, side: Side) -> float:
        """Seconds the next such call would have to wait for its request budget now; 0 when free."""

    async def turn(self, call: Call, side: Side) -> None:
        """Wait for the request budget and take it. Cancellable: a waiting order can be withdrawn."""

    async def place(self, draft: OrderDraft, may_leave: MayLeave = always) -> Sent:
        """`may_leave` is asked once a connection stands, just before the first byte (R4); what it stops is NotSent."""

    async def amend(
        self, of: BrokerRef, original: OrderDraft, change: AmendDraft, may_leave: MayLeave = always
    ) -> Sent:
        """`original` supplies venue, code and side; the request always names the order's own venue."""

    async def cancel(self, of: BrokerRef, original: OrderDraft, quantity: int | None) -> Sent: ...

    async def look(self, day: date, urgency: Urgency = Urgency.BACKGROUND) -> Look:
        """Every order of the day, every page, finished ones too. Raises QueryFailed."""

    def events(self) -> AsyncIterator[StreamEvent]:
        """The order stream with its ups and downs, for the life of the gateway; reconnects by itself."""


# --- market data, account, directory --------------------------------------------------------------------------------
QuoteListener = Callable[[Quote | OrderBook | Trade, Venue], None]


class Quotes(Protocol):
    """Prices. `view` is KRX, NXT or SOR for both together; gold is KRX and is polled, since it has no pushes."""

    async def quote(self, code: str, view: Venue) -> Quote: ...

    async def book(self, code: str, view: Venue) -> OrderBook: ...

    async def glance(self, codes: Sequence[str]) -> Sequence[Quote]:
        """Last price, change and best bid/ask of up to 100 instruments in one request (ka10095)."""

    def watch(self, items: Iterable[tuple[str, Venue]]) -> None:
        """From now on push (or poll) exactly these to the listeners; what was watched before and is not here ends."""

    def subscribe(self, listener: QuoteListener) -> Callable[[], None]:
        """Returns the call that ends it."""


class Account(Protocol):
    async def portfolio(self) -> Portfolio: ...

    async def orderable(self, code: str, side: Side, price: int | None) -> int | None:
        """How many can be bought (with cash, at `price`, None: market) or sold; None where the broker does not say."""


class Directory(Protocol):
    async def instruments(self) -> Sequence[Instrument]:
        """Every instrument of the account's market. Raises QueryFailed."""


# --- connection, keys, clock ----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """One app key pair. Never printed: repr and str show nothing of it."""

    app_key: str
    secret: str

    def __repr__(self) -> str:
        return "Keys(…)"


@dataclass(frozen=True, slots=True)
class AccountName:
    """`digits` is the ten-digit number (never logged or shown whole), `tail` its last four of the first eight."""

    digits: str

    @property
    def tail(self) -> str:
        return self.digits[4:8]

    def __repr__(self) -> str:
        return f"AccountName(****{self.tail})"


class Gateway(Protocol):
    """Everything one account in one environment offers, opened and closed as a unit."""

    @property
    def market(self) -> Market: ...

    @property
    def broker(self) -> Broker: ...

    @property
    def quotes(self) -> Quotes: ...

    @property
    def account(self) -> Account: ...

    @property
    def directory(self) -> Directory: ...

    async def open(self) -> AccountName:
        """Sign in, learn the account number, warm the connection, start the stream. Raises QueryFailed."""

    async def probe(self) -> AccountName:
        """Sign in and learn the account number, without starting the stream: a test of keys. Raises QueryFailed."""

    async def warm(self) -> None:
        """Make the order connection ready; called when a ticket takes the focus. Never raises."""

    async def close(self) -> None:
        """Stop the stream and every poll, close the clients. Idempotent; does not revoke the token."""

    def now(self) -> datetime:
        """The broker's clock as far as known: ours corrected by the `Date` header, in Asia/Seoul."""

    def known_time(self) -> datetime | None:
        """The same, None while the broker has not told it since our clock was last set."""

    def drop(self) -> None:
        """The computer slept: end every socket, so that nothing waits for one that is dead; the stream comes back."""

    def budget(self) -> float:
        """How much of the request budget is free, 0 to 1, for the gauge."""


class Vault(Protocol):
    """Where app keys live. Without an OS vault they live for this run only."""

    @property
    def lasting(self) -> bool: ...

    def get(self, world: World, market: Market) -> Keys | None: ...

    def put(self, world: World, market: Market, keys: Keys) -> bool:
        """True when it was stored for good, False when for this run only. Raises ValueError when too long."""

    def forget(self, world: World, market: Market) -> None: ...


class JournalBroken(Exception):
    """A fact could not be made durable; `str()` is a Korean sentence. Orders are locked."""


class Journal(Protocol):
    """The durable, append-only list of facts of one account in one environment."""

    async def append(self, fact: Fact) -> None:
        """Returns when it is on disk. Raises JournalBroken."""

    def note(self, fact: Fact) -> None:
        """Queued, on disk within 50 ms: for what the broker can repeat. Never raises; `broken` tells."""

    def replay(self, since: date | None = None) -> Sequence[Fact]:
        """Everything written so far (from `since` on), in order of writing. Reads the disk: call it in a thread."""

    async def mend(self) -> None:
        """Try the disk again after a fault that may pass by itself. Raises JournalBroken as long as it lasts."""

    @property
    def found(self) -> str | None:
        """What opening it found damaged or restored, as a Korean sentence the trader should read first; else None."""

    @property
    def broken(self) -> str | None:
        """A Korean sentence when the disk no longer takes facts, else None."""

    async def close(self) -> None: ...


class Clock(Protocol):
    def now(self) -> datetime:
        """Our wall clock, aware, Asia/Seoul."""

    def monotonic(self) -> float: ...

    def wall(self) -> datetime:
        """The PC's own time as it is set now: it goes on while the computer sleeps, and may jump."""

    async def sleep(self, seconds: float) -> None: ...

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        """Until the event, at most so long. Makes no task."""

    def no_earlier(self, at: datetime) -> None:
        """From here on `now` is not before `at`: the PC may have been set back since we last wrote a time down."""
