"""Advice about amending and cancelling (market/rules.md 6)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiwoom_desk.domain.advice import Advice, Level, Limits, OpenOrder, advise_amend, advise_cancel
from kiwoom_desk.domain.drafts import AmendDraft, CancelDraft, OrderDraft
from kiwoom_desk.domain.instruments import Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.rules_model import Event
from tests.support.market import at, calm, order, rules

RESTING = OrderDraft(**{f: getattr(order(), f) for f in OrderDraft.__slots__})
STOP = replace(RESTING, type=OrderType.STOP_LIMIT, trigger=71_300)


def amend(
    change: AmendDraft, original: OrderDraft = RESTING, clock: str = "10:00:00", remaining: int = 10, **context: Any
) -> dict[str, Advice]:
    said = advise_amend(original, remaining, change, rules(), at(clock), calm(at(clock), **context))
    return {a.code: a for a in said}


def cancel(
    change: CancelDraft, original: OrderDraft = RESTING, clock: str = "10:00:00", remaining: int = 10, **context: Any
) -> dict[str, Advice]:
    said = advise_cancel(original, remaining, change, rules(), at(clock), calm(at(clock), **context))
    return {a.code: a for a in said}


def test_a_new_price_is_clean_for_all_and_for_a_part() -> None:
    assert amend(AmendDraft(None, 71_300)) == {}
    assert amend(AmendDraft(10, 71_300)) == {}
    assert amend(AmendDraft(1, 71_300)) == {}


def test_an_unchanged_price_asks_unless_the_trigger_moves() -> None:
    assert amend(AmendDraft(None, 71_200))["amend_unchanged"].level is Level.STRONG
    assert amend(AmendDraft(None, 71_200, 71_300), STOP)["amend_unchanged"].level is Level.STRONG
    assert "amend_unchanged" not in amend(AmendDraft(None, 71_200, 71_400), STOP)


@pytest.mark.parametrize("quantity", [-1, 0, 11])
def test_a_part_outside_the_remainder_is_refused(quantity: int) -> None:
    for said in (amend(AmendDraft(quantity, 71_300)), cancel(CancelDraft(quantity))):
        assert said["part_of_remaining"].level is Level.REFUSE
        fix = said["part_of_remaining"].fix
        assert fix is not None and fix.change == {"quantity": None}


@pytest.mark.parametrize("kind", [t for t in OrderType if not t.amendable])
def test_what_has_no_price_or_never_rests_cannot_be_amended(kind: OrderType) -> None:
    original = replace(RESTING, type=kind, price=71_200 if kind.needs_price else None)
    assert amend(AmendDraft(None, 71_300), original)["not_amendable"].level is Level.REFUSE


@pytest.mark.parametrize("kind", [OrderType.BEST_OPPOSITE, OrderType.BEST_SAME])
def test_a_best_price_order_rests_at_a_price_and_can_be_given_another(kind: OrderType) -> None:
    assert amend(AmendDraft(None, 71_300), replace(RESTING, type=kind, price=None)) == {}
    off = amend(AmendDraft(None, 71_333), replace(RESTING, type=kind, price=None))
    assert off["price_off_tick"].level is Level.REFUSE


def test_the_new_price_obeys_tick_band_and_distance() -> None:
    assert amend(AmendDraft(None, 71_333))["price_off_tick"].level is Level.REFUSE
    assert amend(AmendDraft(None, 92_400))["price_outside_band"].level is Level.REFUSE
    assert amend(AmendDraft(None, 75_000))["price_far"].level is Level.WARN
    assert amend(AmendDraft(None, 0))["price_low"].level is Level.REFUSE
    assert amend(AmendDraft(None, 71_300, 71_333), STOP)["trigger_off_tick"].level is Level.REFUSE
    assert amend(AmendDraft(None, 71_300, 71_000))["trigger_forbidden"].level is Level.REFUSE


def test_a_new_price_into_ones_own_order_asks_and_the_limit_of_one_order_holds() -> None:
    theirs = OpenOrder(replace(RESTING, side=Side.SELL, price=71_300), 5)
    assert amend(AmendDraft(None, 71_300), open_orders=(theirs,))["own_cross"].level is Level.STRONG
    assert "own_cross" not in amend(AmendDraft(None, 71_100), open_orders=(theirs,))
    limits = Limits(value_per_order=712_000, value_per_day=1)
    assert list(amend(AmendDraft(None, 71_300), limits=limits)) == ["limit_order"]
    assert amend(AmendDraft(9, 71_300), limits=limits) == {}


@pytest.mark.parametrize(
    ("venue", "clock", "asks"),
    [
        (Venue.NXT, "15:25:00", True),
        (Venue.SOR, "15:25:00", False),
        (Venue.KRX, "15:25:00", False),
        (Venue.KRX, "21:00:00", True),
    ],
)
def test_where_only_cancels_are_taken_an_amendment_asks(venue: Venue, clock: str, asks: bool) -> None:
    said = amend(AmendDraft(None, 71_300), replace(RESTING, venue=venue), clock)
    assert ("amend_not_now" in said) is asks
    if asks:
        assert said["amend_not_now"].level is Level.STRONG and said["amend_not_now"].sentence


def test_a_halt_takes_cancels_only() -> None:
    halt = frozenset({Event.CIRCUIT_BREAKER})
    said = amend(AmendDraft(None, 71_300), events=halt)
    assert "서킷브레이커" in said["amend_not_now"].sentence
    assert cancel(CancelDraft(), events=halt) == {}


def test_a_cancel_is_never_refused_for_the_markets_sake() -> None:
    for clock, events in (("21:00:00", frozenset()), ("10:00:00", frozenset({Event.CIRCUIT_BREAKER_3}))):
        said = cancel(CancelDraft(), clock=clock, events=events)
        assert {a.level for a in said.values()} == {Level.WARN}
        assert list(said) == ["cancel_not_now"]
    assert cancel(CancelDraft()) == {}
    assert cancel(CancelDraft(5)) == {}
    assert cancel(CancelDraft(), remaining=0)["nothing_left"].level is Level.WARN
