"""Laws of the ticket's form over every type and market: no widget, no loop."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.domain.forms import Change, Field, Fix
from kiwoom_desk.domain.instruments import Instrument, InstrumentKind, Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType, types_of
from kiwoom_desk.domain.quotes import Quote
from kiwoom_desk.ui.tickets.form import TicketState, off_reasons
from tests.support.market import GOLD, SAMSUNG, rules

OTHER = Instrument(Market.STOCK, "0156T0", "다른종목", InstrumentKind.SHARE)
PRICES = st.one_of(st.none(), st.integers(1, 900_000))
QUANTITIES = st.one_of(st.none(), st.integers(1, 1_000_000))
EVERY = [(market, type_) for market in Market for type_ in types_of(market)]


@st.composite
def states(draw: st.DrawFn) -> TicketState:
    """Any ticket that a trader can have brought about."""
    market = draw(st.sampled_from(list(Market)))
    state = TicketState(market).with_instrument(SAMSUNG if market is Market.STOCK else GOLD)
    state = state.with_type(draw(st.sampled_from(types_of(market)))).with_side(draw(st.sampled_from(list(Side))))
    if state.type.needs_price:
        state = state.typed(Field.PRICE, draw(PRICES))
    if state.type.needs_trigger:
        state = state.typed(Field.TRIGGER, draw(PRICES))
    return state.typed(Field.QUANTITY, draw(QUANTITIES))


@pytest.mark.parametrize(("market", "type_"), EVERY)
def test_the_fields_that_are_on_are_those_the_type_uses(market: Market, type_: OrderType) -> None:
    off = off_reasons(replace(TicketState(market), type=type_), rules())
    assert (Field.PRICE not in off) == type_.needs_price
    assert (Field.TRIGGER not in off) == type_.needs_trigger
    assert (Field.VENUE in off) == (market is Market.GOLD)
    assert all(sentence.endswith(".") for sentence in off.values())


@given(states(), st.sampled_from(list(OrderType)))
def test_no_value_survives_in_a_field_that_the_new_type_does_not_use(state: TicketState, type_: OrderType) -> None:
    after = state.with_type(type_)
    if type_ not in types_of(state.market):
        assert after is state
        return
    assert after.price is None or type_.needs_price
    assert after.trigger is None or type_.needs_trigger
    assert not {f for f in after.problems if f in off_reasons(after, rules())}


@given(states())
def test_a_price_never_survives_under_another_symbol(state: TicketState) -> None:
    after = state.with_instrument(replace(OTHER, market=state.market))
    assert (after.price, after.trigger, after.price_for) == (None, None, None)
    assert (after.type, after.side, after.quantity) == (state.type, state.side, state.quantity)


@given(states())
def test_an_unknown_symbol_clears_the_price_as_well(state: TicketState) -> None:
    after = state.with_unknown(" zzz ")
    assert (after.price, after.trigger, after.instrument, after.code) == (None, None, None, "ZZZ")


@given(states())
def test_the_same_symbol_again_changes_nothing(state: TicketState) -> None:
    assert state.instrument is not None
    assert state.with_instrument(state.instrument) is state


@given(states(), st.integers(0, 10**9), st.integers(1, 100))
def test_a_share_of_the_orderable_is_rounded_down(state: TicketState, orderable: int, percent: int) -> None:
    quantity = state.share_of(orderable, percent).quantity or 0
    assert quantity * 100 <= orderable * percent < (quantity + 1) * 100


@given(states())
def test_an_unknown_orderable_fills_nothing(state: TicketState) -> None:
    assert state.share_of(None, 50) is state


@given(states(), st.integers(1, 10**12), st.integers(1, 10**6))
def test_by_amount_never_costs_more_than_the_amount(state: TicketState, amount: int, each: int) -> None:
    quantity = state.worth(amount, each).quantity or 0
    assert quantity * each <= amount < (quantity + 1) * each


@given(states(), st.integers(1, 900_000))
def test_a_clicked_price_fills_only_a_type_that_has_one(state: TicketState, price: int) -> None:
    assert state.picked(price).price == (price if state.type.needs_price else None)


@given(states(), st.integers(1, 900_000), st.integers(1, 900_000))
def test_only_a_following_price_moves_with_the_market(state: TicketState, first: int, second: int) -> None:
    one, two = Quote(state.code, last=first), Quote(state.code, last=second)
    assert state.quoted(one) == state
    following = state.following(True, one)
    assert following.quoted(two).price == (second if state.type.needs_price else None)
    assert following.quoted(Quote("other", last=second)) == following
    if state.type.needs_price:
        typed = following.typed(Field.PRICE, 5)
        assert not typed.follow and typed.quoted(two).price == 5


@given(states(), st.sampled_from(EVERY))
def test_a_fix_leaves_a_form_that_its_type_allows(state: TicketState, to: tuple[Market, OrderType]) -> None:
    market, type_ = to
    if market is not state.market:
        return
    after = state.fixed(Fix("바꾸기", Change(type=type_, price=100)))
    assert after.price == (100 if type_.needs_price else None)
    assert after.price_for == (state.code if type_.needs_price else None)


@given(states(), st.sampled_from([Field.QUANTITY, Field.PRICE, Field.TRIGGER]))
def test_a_problem_stands_until_its_own_field_is_put_right(state: TicketState, field: Field) -> None:
    wrong = state.typed(field, None, "무엇이 틀렸다")
    assert wrong.problems == {**state.problems, field: "무엇이 틀렸다"}
    assert wrong.typed(field, 3).problems == state.problems


@pytest.mark.parametrize("venues", [{Venue.KRX}, {Venue.KRX, Venue.NXT}, set(Venue)])
def test_the_venue_is_always_one_that_the_environment_offers(venues: set[Venue]) -> None:
    for venue in Venue:
        for preferred in Venue:
            assert TicketState(Market.STOCK, venue=venue).offered(venues, preferred).venue in venues
