"""Laws of the whole exchange under random requests in a live market."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiwoom_desk.simulator.core import PracticeCore
from kiwoom_desk.simulator.model import Event, Order, OrderEvent, Refused, Side, Venue
from tests.simulator.core.market import SAMSUNG, Market, at, open_market

_TYPES = ["0", "0", "0", "3", "5", "6", "7", "10", "13", "16", "20", "23", "26", "28", "29", "30", "31"]
_PRICED = ("0", "5", "10", "20", "28")


@dataclass(frozen=True)
class Step:
    act: str
    side: Side
    venue: Venue
    type: str
    quantity: int
    offset: int
    pick: int
    seconds: int


steps = st.builds(
    Step,
    act=st.sampled_from(["place", "place", "place", "amend", "cancel", "reach", "surge"]),
    side=st.sampled_from(["buy", "sell"]),
    venue=st.sampled_from(["KRX", "NXT", "SOR"]),
    type=st.sampled_from(_TYPES),
    quantity=st.integers(1, 40),
    offset=st.integers(-4, 4),
    pick=st.integers(0, 30),
    seconds=st.sampled_from([0, 0, 1, 3, 20]),
)
days = st.lists(steps, max_size=25)
laws = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _act(market: Market, step: Step) -> None:
    market.wait(step.seconds)
    price = market.core.tape(SAMSUNG, "KRX").last // 100 * 100 + step.offset * 100
    orders = market.core.orders("stock", market.core.now.date())
    if step.act == "place":
        market.place(
            step.side,
            step.quantity,
            price if step.type in _PRICED else 0,
            type=step.type,
            venue=step.venue,
            trigger=price if step.type == "28" else 0,
        )
    elif step.act == "surge":
        market.core.surge(SAMSUNG, step.side)
    elif orders:
        order = orders[step.pick % len(orders)]
        if step.act == "amend":
            market.amend(order, price, step.quantity % 7)
        elif step.act == "cancel":
            market.cancel(order, step.quantity % 7)
        else:
            market.core.reach(order.number, step.quantity)


def _live(script: list[Step], clock: str = "10:00:00", seed: int = 1) -> Market:
    market = open_market(clock, quiet=False, seed=seed)
    for step in script:
        try:
            _act(market, step)
        except Refused:
            continue
        _check_means(market)
    return market


def _check_means(market: Market) -> None:
    cash = market.core.cash("stock")
    assert cash.d2 >= cash.reserved >= 0
    assert all(0 <= held.sellable <= held.quantity for held in market.core.holdings("stock"))


def _check_books(market: Market, orders: list[Order]) -> None:
    for order in orders:
        moved = sum(o.quantity for o in orders if o.original == order.number)
        ended = any(what in ("expired", "cancelled") for what in market.story(order))
        dropped = order.quantity - order.filled - moved - order.remaining
        if order.kind == "cancel":
            assert order.confirmed == order.quantity and not order.fills
        else:
            assert dropped >= 0 if ended else dropped == 0
            assert order.remaining >= 0


@laws
@given(days)
def test_every_quantity_is_accounted_for(script: list[Step]) -> None:
    market = _live(script)
    _check_books(market, market.core.orders("stock", market.core.now.date()))
    market.hush()
    market.go("20:30:00")
    orders = market.core.orders("stock", market.core.now.date())
    _check_books(market, orders)
    assert all(order.remaining == 0 for order in orders)
    assert market.core.cash("stock").reserved == 0


@laws
@given(days)
def test_cash_and_shares_change_by_fills_and_costs_alone(script: list[Step]) -> None:
    market = _live(script)
    orders = market.core.orders("stock", market.core.now.date())
    cash = market.core.cash("stock")
    paid = sum(order.value if order.side == "buy" else -order.value for order in orders)
    assert cash.d2 == 50_000_000 - paid - cash.commission_today - cash.tax_today
    got = sum(order.filled if order.side == "buy" else -order.filled for order in orders)
    held = {holding.code: holding.quantity for holding in market.core.holdings("stock")}
    assert held[SAMSUNG] == 120 + got


@laws
@given(days)
def test_no_fill_is_worse_than_the_limit_and_fill_numbers_are_unique(script: list[Step]) -> None:
    market = _live(script)
    orders = market.core.orders("stock", market.core.now.date())
    for order in orders:
        if order.price and order.type != "5":
            ahead = 1 if order.side == "buy" else -1
            assert all((order.price - fill.price) * ahead >= 0 for fill in order.fills)
    numbers = [fill.number for order in orders for fill in order.fills]
    assert len(numbers) == len(set(numbers))


@laws
@given(days)
def test_what_was_published_is_what_can_be_asked(script: list[Step]) -> None:
    market = _live(script)
    published = [e.fill for e in market.events if isinstance(e, OrderEvent) and e.happening == "filled"]
    orders = market.core.orders("stock", market.core.now.date())
    asked = [fill for order in orders for fill in order.fills]
    assert sorted(f.number for f in published if f) == sorted(f.number for f in asked)
    for order in orders:
        story = market.story(order)
        assert story[0] == "accepted"
        assert order.kind == "new" or story[1] == "confirmed"


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(days)
def test_the_same_seed_and_requests_make_the_same_day(script: list[Step]) -> None:
    assert _live(script).events == _live(script).events


def test_the_seed_alone_makes_the_day() -> None:
    def events(seed: int) -> list[Event]:
        market = Market(PracticeCore(at("10:00:00"), seed))
        market.wait(10)
        return market.events

    assert events(1) == events(1)
    assert events(1) != events(2)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(days, st.sampled_from(["08:05:00", "08:50:00", "15:19:00", "15:29:50", "15:45:00", "17:00:00"]))
def test_the_laws_hold_at_the_edges_of_the_day(script: list[Step], clock: str) -> None:
    market = _live(script, clock)
    _check_books(market, market.core.orders("stock", market.core.now.date()))
    market.hush()
    market.go("09:00:00", "2026-11-24")
    _check_means(market)
    assert market.core.cash("stock").reserved == 0
