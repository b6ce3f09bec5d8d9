"""The shipped rules, moments and situations for tests of the market's rules and of advice."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from kiwoom_desk.domain.advice import Context, Level, Limits, OpenOrder, RecentSend
from kiwoom_desk.domain.drafts import OrderDraft
from kiwoom_desk.domain.forms import DraftInput
from kiwoom_desk.domain.instruments import SEOUL, Flag, Instrument, InstrumentKind, Market, Side, Venue
from kiwoom_desk.domain.market_rules import parse_rules
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.quotes import BookLevel, OrderBook, Quote
from kiwoom_desk.domain.rules_model import Event, MarketRules

RULES_FILE = Path(__file__).resolve().parents[2] / "resources" / "market_rules.json"
SAMSUNG = Instrument(
    Market.STOCK,
    "005930",
    "삼성전자",
    InstrumentKind.SHARE,
    "거래소",
    nxt=True,
    last_close=71_000,
    listed=5_900_000_000,
)
GOLD = Instrument(Market.GOLD, "M04020000", "금 99.99_1Kg", InstrumentKind.GOLD)


@cache
def rules() -> MarketRules:
    return parse_rules(RULES_FILE.read_text(encoding="utf-8"))


def at(clock: str, day: str = "2026-11-24") -> datetime:
    """A moment of an ordinary Tuesday, unless another day is named."""
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=SEOUL)


def quote(now: datetime, **other: object) -> Quote:
    known: dict[str, object] = {
        "last": 71_200,
        "base": 71_000,
        "upper": 92_300,
        "lower": 49_700,
        "best_ask": 71_300,
        "best_bid": 71_200,
        "at": now,
        "feed_live": True,
    }
    return Quote("005930", **(known | other))  # type: ignore[arg-type]


def calm(now: datetime, **other: object) -> Context:
    """A known share with a live quote and nothing else around: a sensible order is clean here."""
    known: dict[str, object] = {"instrument": SAMSUNG, "quote": quote(now), "band_from_broker": True}
    return Context(**(known | other))  # type: ignore[arg-type]


def order(type_: OrderType = OrderType.LIMIT, **other: object) -> DraftInput:
    """A buy of ten Samsung shares that carries the prices its type needs, and no others."""
    known: dict[str, object] = {
        "market": Market.STOCK,
        "code": "005930",
        "venue": Venue.KRX,
        "side": Side.BUY,
        "type": type_,
        "quantity": 10,
        "price": 71_200 if type_.needs_price else None,
        "trigger": 71_300 if type_.needs_trigger else None,
    }
    return DraftInput(**(known | other))  # type: ignore[arg-type]


# --- anything at all -----------------------------------------------------------------------------------------------
numbers = st.none() | st.integers(-10, 200_000) | st.integers(-(10**15), 10**15)
moments = st.datetimes(datetime(2026, 11, 20), datetime(2028, 2, 1), timezones=st.just(SEOUL))  # noqa: DTZ001
codes = st.sampled_from(["005930", "000660", "M04020000", "", "?"])
inputs = st.builds(
    DraftInput,
    market=st.sampled_from(Market),
    code=codes,
    venue=st.sampled_from(Venue),
    side=st.sampled_from(Side),
    type=st.sampled_from(OrderType),
    quantity=numbers,
    price=numbers,
    trigger=numbers,
)
drafts = st.builds(
    OrderDraft,
    market=st.sampled_from(Market),
    code=codes,
    venue=st.sampled_from(Venue),
    side=st.sampled_from(Side),
    type=st.sampled_from(OrderType),
    quantity=st.integers(1, 10_000),
    price=numbers,
    trigger=numbers,
)
instruments = st.builds(
    Instrument,
    market=st.sampled_from(Market),
    code=codes,
    name=st.sampled_from(["삼성전자", "삼성전자우", "신풍제약", "하나33호스팩"]),
    kind=st.sampled_from(InstrumentKind),
    nxt=st.booleans(),
    last_close=st.none() | st.integers(0, 2_000_000),
    listed=st.none() | st.integers(0, 10**10),
    flags=st.frozensets(st.sampled_from(Flag), max_size=2),
)
money = st.none() | st.integers(0, 2_000_000)
quotes = st.builds(
    Quote,
    code=codes,
    last=money,
    base=money,
    upper=money,
    lower=money,
    best_ask=money,
    best_bid=money,
    at=st.none() | moments,
    feed_live=st.booleans(),
)
levels = st.lists(st.builds(BookLevel, st.integers(1, 10**6), st.integers(0, 10**6)), max_size=10).map(tuple)
some = st.none() | st.integers(0, 10**13)


@st.composite
def contexts(draw: st.DrawFn, now: datetime) -> Context:
    """Anything that can be known around a draft, sensible or not."""
    sent = [
        RecentSend(d, now - timedelta(seconds=draw(st.integers(-5, 100)))) for d in draw(st.lists(drafts, max_size=3))
    ]
    return Context(
        venues=draw(st.sampled_from([frozenset(Venue), frozenset({Venue.KRX})])),
        instrument=draw(st.none() | instruments),
        directory_loaded=draw(st.booleans()),
        quote=draw(st.none() | quotes),
        book=draw(st.none() | st.builds(OrderBook, codes, levels, levels)),
        band_from_broker=draw(st.booleans()),
        orderable=draw(some),
        cash=draw(some),
        sellable=draw(some),
        open_orders=tuple(OpenOrder(d, draw(st.integers(0, 100))) for d in draw(st.lists(drafts, max_size=3))),
        recent=tuple(sent),
        unconfirmed=tuple(draw(st.lists(drafts, max_size=2))),
        limits=Limits(draw(some), draw(some), draw(st.none() | st.integers(0, 5))),
        spent_today=draw(st.integers(0, 10**9)),
        price_typed_for=draw(st.none() | codes),
        usual_quantity=draw(st.none() | st.integers(0, 10_000)),
        events=draw(st.frozensets(st.sampled_from(Event), max_size=2)),
        look_alikes=draw(st.sampled_from([(), ("신풍제지",)])),
        levels=draw(st.sampled_from([{}, {"price_far": None}, {"stale": Level.REFUSE}])),
    )
