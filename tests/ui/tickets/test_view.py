"""What a ticket shows, over every type, side and venue; pure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiwoom_desk.domain.advice import Level
from kiwoom_desk.domain.forms import Field
from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType, types_of
from kiwoom_desk.trading.environments import World
from kiwoom_desk.ui import labels
from kiwoom_desk.ui.tickets.form import TicketState
from kiwoom_desk.ui.tickets.view import Standing, TicketView, show
from tests.support.market import GOLD, SAMSUNG, at, calm, rules

NOW = at("10:21:07")
READY = Standing(world=World.PRACTICE)


def written(market: Market, type_: OrderType, side: Side = Side.BUY, venue: Venue = Venue.KRX) -> TicketState:
    instrument = SAMSUNG if market is Market.STOCK else GOLD
    state = TicketState(market, side, venue).with_instrument(instrument).with_type(type_).typed(Field.QUANTITY, 10)
    if type_.needs_price:
        state = state.typed(Field.PRICE, 71_200)
    return state.typed(Field.TRIGGER, 71_300) if type_.needs_trigger else state


def view(state: TicketState, standing: Standing = READY) -> TicketView:
    context = calm(NOW) if state.market is Market.STOCK else calm(NOW, instrument=GOLD)
    return show(state, rules(), NOW, context, standing)


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("venue", list(Venue))
@pytest.mark.parametrize("type_", list(OrderType))
def test_the_button_says_the_order_that_it_would_send(type_: OrderType, venue: Venue, side: Side) -> None:
    state = written(Market.STOCK, type_, side, venue)
    shown = view(state)
    assert shown.draft is not None, shown.why_not
    draft = shown.draft
    assert (draft.code, draft.side, draft.venue, draft.type) == ("005930", side, venue, type_)
    sentence = f"{shown.title} · {shown.detail}"
    wanted = ["삼성전자", "10주", labels.word(side), venue.value, rules().type_names[type_], "연습"]
    wanted += ["71,200원"] if type_.needs_price else []
    wanted += ["71,300원"] if type_.needs_trigger else []
    assert all(word in sentence for word in wanted), sentence
    assert shown.costs is not None and f"{shown.costs.amount:,}원" in sentence


@pytest.mark.parametrize(
    ("side", "known", "words"),
    [
        (Side.BUY, {"orderable": 5}, "수량 15주: 매수가능수량 •••보다 많습니다"),
        (Side.SELL, {"sellable": 5}, "수량 15주: 매도가능수량 •••보다 많습니다"),
        (Side.BUY, {"cash": 400_000}, "•••보다 많습니다"),
    ],
)
def test_hidden_amounts_hide_what_the_account_has_from_the_advice(
    side: Side, known: dict[str, int], words: str
) -> None:
    state = written(Market.STOCK, OrderType.LIMIT, side).typed(Field.QUANTITY, 15)
    context = replace(calm(NOW), **known)  # type: ignore[arg-type]
    (line,) = show(state, rules(), NOW, context, READY, hide=True).lines
    assert words in line.sentence and [fix.label for fix in line.fixes] == ["가능 수량으로"]
    (plain,) = show(state, rules(), NOW, context, READY).lines
    assert plain.sentence != line.sentence and plain.fixes[0].change == line.fixes[0].change


@pytest.mark.parametrize("market", list(Market))
def test_every_type_is_offered_once_and_those_that_do_not_fit_say_why(market: Market) -> None:
    shown = view(written(market, OrderType.LIMIT))
    assert sorted(c.type.value for c in shown.types) == sorted(t.value for t in types_of(market))
    assert shown.types[0].type is OrderType.LIMIT
    allowed = [choice.allowed for choice in shown.types]
    assert allowed == sorted(allowed, reverse=True)
    assert all(choice.reason for choice in shown.types if choice.allowed < max(allowed))


@pytest.mark.parametrize("field", [Field.QUANTITY, Field.PRICE])
def test_a_text_that_cannot_be_read_stops_the_order_and_is_named(field: Field) -> None:
    shown = view(written(Market.STOCK, OrderType.LIMIT).typed(field, None, "숫자가 아닙니다"))
    assert (shown.draft, shown.wrong, shown.why_not) == (None, field, "숫자가 아닙니다")
    assert [line.sentence for line in shown.lines].count("숫자가 아닙니다") == 1


def test_an_empty_ticket_says_what_is_missing_and_spends_no_line_on_it() -> None:
    shown = view(TicketState(Market.STOCK))
    assert shown.draft is None and "종목" in shown.why_not
    assert not [line for line in shown.lines if line.level is Level.REFUSE]


@pytest.mark.parametrize(
    "standing",
    [
        Standing(),
        replace(READY, not_ready="연결하고 있습니다."),
        replace(READY, blocked=True),
        replace(READY, locked="기록 불가"),
        replace(READY, world=World.LIVE, armed=False),
    ],
)
def test_nothing_can_be_sent_while_the_whole_ticket_may_not(standing: Standing) -> None:
    shown = view(written(Market.STOCK, OrderType.LIMIT), standing)
    assert shown.draft is None
    assert shown.lines[0].level is Level.REFUSE and shown.lines[0].sentence == standing.sentence == shown.why_not


def test_a_switched_off_price_is_explained_in_a_line() -> None:
    shown = view(written(Market.STOCK, OrderType.MARKET))
    assert shown.off[Field.PRICE] in [line.sentence for line in shown.lines]


def test_a_wait_for_the_request_budget_stands_on_the_button() -> None:
    shown = view(written(Market.STOCK, OrderType.LIMIT), replace(READY, wait=0.4))
    assert "0.4초 후 전송" in shown.detail
