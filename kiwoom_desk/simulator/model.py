"""The words of the practice exchange: what its core and its protocol surface say to each other.

The core (books, auctions, accounts, seeded flow) is pure and synchronous: no sockets, no wall clock, no global
random state. The surface (HTTP, WebSocket, tokens, limits) translates the broker's protocol to these calls.
Money is whole won, quantity is shares or grams, time is aware and in Asia/Seoul.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Literal, Protocol

Venue = Literal["KRX", "NXT", "SOR"]
Side = Literal["buy", "sell"]
AccountKind = Literal["stock", "gold"]


@dataclass(frozen=True, slots=True)
class Listing:
    """One instrument that can be traded here; `market` is a code of ka10099 (0 KOSPI, 10 KOSDAQ, 8 ETF) or gold."""

    code: str
    name: str
    english: str
    market: str
    base: int
    listed: int
    nxt: bool = False
    warning: str = "0"
    state: str = "증거금20%|담보대출|신용가능"
    halted: bool = False


class Reason(Enum):
    """Why the exchange or the back office says no. The surface owns the codes and texts per environment."""

    UNKNOWN_CODE = "unknown_code"
    OFF_TICK = "off_tick"
    OUT_OF_BAND = "out_of_band"
    PRICE_MISSING = "price_missing"
    PRICE_FORBIDDEN = "price_forbidden"
    CLOSING_PRICE_FORBIDDEN = "closing_price_forbidden"
    TYPE_NOT_NOW = "type_not_now"
    BREAK_CANCEL_ONLY = "break_cancel_only"
    BEFORE_OPEN = "before_open"
    CLOSED = "closed"
    NOT_A_TRADING_DAY = "not_a_trading_day"
    VENUE_NOT_OFFERED = "venue_not_offered"
    NO_CASH = "no_cash"
    NO_SHARES = "no_shares"
    NO_ORIGINAL = "no_original"
    NOTHING_LEFT = "nothing_left"
    ORIGINAL_IS_CANCEL = "original_is_cancel"
    WRONG_ROUTING = "wrong_routing"
    SAME_PRICE = "same_price"
    NOT_AMENDABLE = "not_amendable"
    TOO_MANY = "too_many"
    HALTED = "halted"
    BAD_QUANTITY = "bad_quantity"


class Refused(Exception):
    """The request was understood and declined; `number` is the figure some texts name (affordable, sellable)."""

    def __init__(self, reason: Reason, number: int | None = None) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.number = number


@dataclass(frozen=True, slots=True)
class Fill:
    """One execution. `venue` is where it happened (KRX or NXT, also for SOR orders)."""

    number: int
    price: int
    quantity: int
    at: datetime
    venue: Venue


Kind = Literal["new", "amend", "cancel"]
Life = Literal["working", "done"]


@dataclass(slots=True)
class Order:
    """One order number of one account: a new order, an amendment or a cancel instruction.

    `quantity` of a cancel is what it was asked to cancel and `confirmed` what it did cancel; of an amendment, what
    moved to it. `remaining` falls by fills, cancels, amendments, expiry. `type` is the trde_tp of the wire.
    """

    number: int
    day: date
    account: AccountKind
    kind: Kind
    code: str
    side: Side
    venue: Venue
    type: str
    quantity: int
    price: int
    trigger: int
    at: datetime
    channel: str
    original: int = 0
    root: int = 0
    remaining: int = 0
    confirmed: int = 0
    confirmed_at: datetime | None = None
    rejected: str = ""
    expired: bool = False
    awake: bool = True
    fills: list[Fill] = field(default_factory=list)

    @property
    def filled(self) -> int:
        return sum(f.quantity for f in self.fills)

    @property
    def value(self) -> int:
        return sum(f.quantity * f.price for f in self.fills)


Happening = Literal["accepted", "filled", "confirmed", "cancelled", "rejected", "expired"]


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """Something that happened to an own order; `fill` only for 'filled'. `cancelled` is the exchange's own act."""

    happening: Happening
    order: Order
    fill: Fill | None = None


@dataclass(frozen=True, slots=True)
class TradeEvent:
    """A print on one venue's book; `aggressor` is the side that took."""

    code: str
    venue: Venue
    price: int
    quantity: int
    aggressor: Side | None
    at: datetime


@dataclass(frozen=True, slots=True)
class BookEvent:
    """One venue's book of one instrument changed."""

    code: str
    venue: Venue


@dataclass(frozen=True, slots=True)
class PhaseEvent:
    """The market's phase changed; `code` is FID 215."""

    code: str
    at: datetime


@dataclass(slots=True)
class Interruption:
    """A static volatility interruption of one share on KRX: its trading stops at `at` for a call auction.

    `side` is buy for a rise; `price` fired it against `reference`; `count` numbers it within the share's day.
    """

    code: str
    side: Side
    price: int
    reference: int
    count: int
    at: datetime
    released: datetime | None = None


@dataclass(frozen=True, slots=True)
class InterruptionEvent:
    """An interruption has begun, or has `ended`."""

    interruption: Interruption
    ended: bool


@dataclass(frozen=True, slots=True)
class HoldingEvent:
    """A fill changed a holding of this account."""

    account: AccountKind
    code: str


Event = OrderEvent | TradeEvent | BookEvent | PhaseEvent | HoldingEvent | InterruptionEvent


@dataclass(frozen=True, slots=True)
class Level:
    price: int
    quantity: int
    krx: int = 0
    nxt: int = 0


@dataclass(frozen=True, slots=True)
class Depth:
    """Best first. For venue 'SOR' the levels are the union of both books, with the parts per venue."""

    asks: tuple[Level, ...]
    bids: tuple[Level, ...]
    expected_price: int
    expected_quantity: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Tape:
    """The day's figures of one instrument on one venue ('SOR': both). `last` is the base before the first trade."""

    last: int
    open: int
    high: int
    low: int
    volume: int
    turnover: int
    base: int
    upper: int
    lower: int
    at: datetime | None
    last_quantity: int = 0
    aggressor: Side | None = None


@dataclass(slots=True)
class Holding:
    """What an account has of one instrument; `cost` is the total paid for what is held (average = cost / quantity)."""

    code: str
    quantity: int
    sellable: int
    cost: int
    bought_today: int = 0
    sold_today: int = 0
    realised: int = 0


@dataclass(frozen=True, slots=True)
class Cash:
    """Won: what is there, what can be ordered with at 100 % margin, what open buys hold, today's costs."""

    deposit: int
    orderable: int
    reserved: int
    d2: int
    commission_today: int
    tax_today: int


class Core(Protocol):
    """The exchange behind the protocol. Single-threaded; every call first advances to the time it is given."""

    listings: dict[str, Listing]

    @property
    def interruptions(self) -> list[Interruption]:
        """Today's, oldest first."""

    def advance(self, now: datetime) -> None:
        """Let the market live until `now`: flow, auctions, phases, expiry. Deterministic for (seed, start, inputs)."""

    def place(
        self,
        account: AccountKind,
        code: str,
        venue: Venue,
        side: Side,
        type: str,
        quantity: int,
        price: int,
        trigger: int,
        *,
        now: datetime,
        channel: str = "REST API",
    ) -> Order:
        """Accept an order or raise Refused. `price`/`trigger` 0 means none was given."""

    def amend(
        self,
        account: AccountKind,
        original: int,
        code: str,
        venue: Venue,
        quantity: int,
        price: int,
        trigger: int,
        *,
        now: datetime,
        channel: str = "REST API",
    ) -> Order:
        """Quantity 0 is all that remains; the returned order carries the new number."""

    def cancel(
        self,
        account: AccountKind,
        original: int,
        code: str,
        venue: Venue,
        quantity: int,
        *,
        now: datetime,
        channel: str = "REST API",
    ) -> Order: ...

    def orders(self, account: AccountKind, day: date) -> list[Order]:
        """Every number of that day in ascending order, cancels and amendments included."""

    def depth(self, code: str, venue: Venue) -> Depth: ...

    def tape(self, code: str, venue: Venue) -> Tape: ...

    def trades(self, code: str, venue: Venue, count: int) -> list[TradeEvent]:
        """Newest first."""

    def cash(self, account: AccountKind) -> Cash: ...

    def holdings(self, account: AccountKind) -> list[Holding]: ...

    def orderable(self, account: AccountKind, code: str, price: int) -> int:
        """How many can be bought at `price` (0: at the upper limit) with the cash that is free, costs included."""

    def phase(self, now: datetime) -> str:
        """The FID 215 code that holds at `now`."""

    def subscribe(self, listener: Callable[[Event], None]) -> None: ...
