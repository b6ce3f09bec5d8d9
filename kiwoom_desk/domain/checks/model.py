"""The words of advice, and the situation a check looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from types import MappingProxyType

from kiwoom_desk.domain.costs import worth_each
from kiwoom_desk.domain.drafts import OrderDraft
from kiwoom_desk.domain.forms import DraftInput, Field, Fix
from kiwoom_desk.domain.instruments import Flag, Instrument, InstrumentKind, Market, Venue
from kiwoom_desk.domain.quotes import OrderBook, Quote
from kiwoom_desk.domain.rules_model import Event, MarketRules
from kiwoom_desk.domain.sessions import events_of_flags
from kiwoom_desk.domain.ticks import Band, band_of


class Level(IntEnum):
    """How much an advice asks. REFUSE cannot be sent; STRONG asks for one more act; the others only show a line."""

    INFO = 1
    WARN = 2
    STRONG = 3
    REFUSE = 4


@dataclass(frozen=True, slots=True)
class Advice:
    """One Korean line about a draft. `code` names the rule, `shown` the abnormal value and `normal` what it is held
    against, both as text with their units; `fixes` are one-click changes, the likeliest first."""

    level: Level
    code: str
    sentence: str
    field: Field | None = None
    fixes: tuple[Fix, ...] = ()
    shown: str = ""
    normal: str = ""

    @property
    def fix(self) -> Fix | None:
        return self.fixes[0] if self.fixes else None


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """One of our own resting orders and what remains of it."""

    draft: OrderDraft
    remaining: int


@dataclass(frozen=True, slots=True)
class RecentSend:
    draft: OrderDraft
    at: datetime


@dataclass(frozen=True, slots=True)
class Limits:
    """The user's own maxima, in won and in new orders; None is off (docs/reliability.md, safety)."""

    value_per_order: int | None = None
    value_per_day: int | None = None
    orders_per_minute: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known around a draft. Every None means "not known" and silences the checks that would need it.

    `venues`: what the environment offers. `instrument`: None is an unknown symbol, once `directory_loaded`.
    `band_from_broker`: the quote's limits are the broker's word, and their absence means no band.
    `orderable`/`sellable`: quantities; `cash`: orderable won. `open_orders`: ours, without the one being amended.
    `price_typed_for`: the symbol that was shown when the price was typed. `usual_quantity`: median of recent orders.
    `acknowledged`: designations already accepted today for this issue. `look_alikes`: names easily mistaken for it.
    `levels`: the user's own level per guard code, None switching it off; only `GUARDS` can be set.
    """

    venues: frozenset[Venue] = frozenset(Venue)
    instrument: Instrument | None = None
    directory_loaded: bool = True
    quote: Quote | None = None
    book: OrderBook | None = None
    band_from_broker: bool = False
    orderable: int | None = None
    cash: int | None = None
    sellable: int | None = None
    open_orders: tuple[OpenOrder, ...] = ()
    recent: tuple[RecentSend, ...] = ()
    unconfirmed: tuple[OrderDraft, ...] = ()
    limits: Limits = field(default_factory=Limits)
    spent_today: int = 0
    price_typed_for: str | None = None
    usual_quantity: int | None = None
    events: frozenset[Event] = frozenset()
    acknowledged: frozenset[Flag] = frozenset()
    look_alikes: tuple[str, ...] = ()
    levels: Mapping[str, Level | None] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Situation:
    """A draft with everything a check may look at, and what several of them derive from it."""

    draft: DraftInput
    rules: MarketRules
    now: datetime
    context: Context

    @property
    def kind(self) -> InstrumentKind | None:
        """What decides ticks and band; None for an unknown stock."""
        if self.context.instrument is not None:
            return self.context.instrument.kind
        return InstrumentKind.GOLD if self.draft.market is Market.GOLD else None

    @property
    def on_nxt(self) -> bool:
        return self.context.instrument is None or self.context.instrument.nxt

    @property
    def venue(self) -> Venue:
        """Where the order really goes: gold, and a SOR order for an issue that NXT does not trade, to KRX."""
        if self.draft.market is Market.GOLD or (self.draft.venue is Venue.SOR and not self.on_nxt):
            return Venue.KRX
        return self.draft.venue

    @property
    def flags(self) -> frozenset[Flag]:
        return frozenset() if self.context.instrument is None else self.context.instrument.flags

    @property
    def events(self) -> frozenset[Event]:
        return self.context.events | events_of_flags(self.flags)

    @property
    def last(self) -> int | None:
        """The price everything is held against: the last one, before the first trade the base."""
        quote = self.context.quote
        return None if quote is None else quote.last or quote.base

    @property
    def band(self) -> tuple[Band, bool] | None:
        """The day's limits and whether the broker said them; None where there are none or they cannot be known."""
        quote, kind = self.context.quote, self.kind
        if quote is not None and quote.upper and quote.lower:
            return Band(quote.lower, quote.upper), self.context.band_from_broker
        if self.context.band_from_broker or kind is None or Flag.LIQUIDATION in self.flags:
            return None
        base = quote.base if quote is not None else None
        if base is None and self.context.instrument is not None:
            base = self.context.instrument.last_close
        band = None if base is None else band_of(self.rules, kind, base)
        return None if band is None else (band, False)

    @property
    def each(self) -> int | None:
        """What one share or gram counts for, in won."""
        return worth_each(self.draft.type, self.draft.side, self.draft.price, self.context.quote)

    @property
    def amount(self) -> int | None:
        each, quantity = self.each, self.draft.quantity
        return None if each is None or quantity is None else each * quantity


Check = Callable[[Situation], Iterator[Advice]]
