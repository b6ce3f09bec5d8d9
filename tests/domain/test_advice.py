"""Each rule of advice by one example at its edge, where it speaks and where it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kiwoom_desk.domain.advice import Advice, Level, Limits, OpenOrder, RecentSend, advise, complete, worst
from kiwoom_desk.domain.drafts import OrderDraft
from kiwoom_desk.domain.forms import DraftInput
from kiwoom_desk.domain.instruments import Flag, InstrumentKind, Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.quotes import BookLevel, OrderBook
from kiwoom_desk.domain.rules_model import Event
from tests.support.faults import fault
from tests.support.market import GOLD, SAMSUNG, at, calm, order, quote, rules

NOW = at("10:00:00")
SELL = Side.SELL


def said(draft: DraftInput, clock: str = "10:00:00", **context: Any) -> dict[str, Advice]:
    return {a.code: a for a in advise(draft, rules(), at(clock), calm(at(clock), **context))}


def level_of(code: str, draft: DraftInput, clock: str = "10:00:00", **context: Any) -> Level | None:
    found = said(draft, clock, **context).get(code)
    return None if found is None else found.level


def sent(draft: DraftInput) -> OrderDraft:
    made = complete(draft, rules())
    assert isinstance(made, OrderDraft)
    return made


def gold(**other: Any) -> DraftInput:
    return order(market=Market.GOLD, code="M04020000", **({"price": 151_680} | other))


def gold_around(**other: Any) -> dict[str, Any]:
    prices: dict[str, Any] = {"last": 151_680, "base": 151_680, "upper": 166_840, "lower": 136_520}
    return {"instrument": GOLD, "quote": quote(NOW, **(prices | {"feed_live": False} | other))}


def test_a_sensible_order_is_clean() -> None:
    assert said(order()) == {}
    assert said(order(side=SELL), sellable=10) == {}
    assert said(order(OrderType.MARKET)) == {}
    assert said(gold(), **gold_around()) == {}


def test_the_gravest_comes_first() -> None:
    levels = [a.level for a in advise(order(price=99_950, quantity=None), rules(), NOW, calm(NOW, quote=None))]
    assert levels == sorted(levels, reverse=True) and len(set(levels)) > 1


# --- what cannot be formed -----------------------------------------------------------------------------------------
@fault("C06")
@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (order(code=" "), "symbol_missing"),
        (order(quantity=None), "quantity_missing"),
        (order(quantity=0), "quantity_low"),
        (order(quantity=-1), "quantity_low"),
        (order(quantity=10**12), "quantity_absurd"),
        (order(price=None), "price_missing"),
        (order(price=0), "price_low"),
        (order(price=10**12), "price_absurd"),
        (order(OrderType.MARKET, price=71_200), "price_forbidden"),
        (order(OrderType.AFTER_CLOSE, price=71_200), "price_forbidden"),
        (order(OrderType.STOP_LIMIT, trigger=None), "trigger_missing"),
        (order(OrderType.STOP_LIMIT, trigger=-5), "trigger_low"),
        (order(trigger=71_000), "trigger_forbidden"),
        (gold(quantity=5_001), "quantity_gold"),
        (gold(type_=OrderType.MARKET, price=None), "type_not_gold"),
        (gold(price=None), "price_missing"),
        (gold(venue=Venue.SOR), "venue_not_gold"),
    ],
)
def test_what_cannot_be_formed_is_refused(draft: DraftInput, code: str) -> None:
    refusals = complete(draft, rules())
    assert not isinstance(refusals, OrderDraft)
    assert code in {a.code for a in refusals}
    assert {a.level for a in refusals} == {Level.REFUSE}
    assert level_of(code, draft) is Level.REFUSE


def test_the_edges_of_what_can_be_formed_are_formed() -> None:
    for draft in (order(quantity=1), gold(quantity=5_000), order(OrderType.STOP_LIMIT), order(OrderType.MID)):
        made = complete(draft, rules())
        assert isinstance(made, OrderDraft) and DraftInput.of(made) == draft


@fault("C06")
def test_an_off_tick_price_is_refused_with_both_neighbours_the_nearer_first() -> None:
    found = said(order(price=71_240))["price_off_tick"]
    assert found.level is Level.REFUSE
    assert [f.apply(order()).price for f in found.fixes] == [71_200, 71_300]
    assert "71,240원" in found.sentence and "71,200원 또는 71,300원" in found.sentence
    assert level_of("trigger_off_tick", order(OrderType.STOP_LIMIT, trigger=71_333)) is Level.REFUSE
    assert level_of("price_off_tick", gold(price=151_685), **gold_around()) is Level.REFUSE
    etf = replace(SAMSUNG, kind=InstrumentKind.ETF, nxt=False)
    assert level_of("price_off_tick", order(price=71_205), instrument=etf) is None


@fault("C06")
@pytest.mark.parametrize(("price", "outside"), [(92_300, False), (92_400, True), (49_700, False), (49_600, True)])
def test_the_brokers_band_refuses_and_a_computed_one_only_asks(price: int, outside: bool) -> None:
    draft = order(price=price)
    assert level_of("price_outside_band", draft) is (Level.REFUSE if outside else None)
    assert level_of("price_outside_band", draft, band_from_broker=False) is (Level.STRONG if outside else None)
    unsaid = quote(NOW, upper=None, lower=None)
    computed = level_of("price_outside_band", draft, quote=unsaid, band_from_broker=False)
    assert computed is (Level.STRONG if outside else None)
    assert level_of("price_outside_band", draft, quote=None, band_from_broker=False) is computed


def test_an_issue_without_a_band_is_left_alone() -> None:
    far = order(price=500_000)
    assert level_of("price_outside_band", far, quote=quote(NOW, upper=None, lower=None)) is None
    for other in (
        replace(SAMSUNG, flags=frozenset({Flag.LIQUIDATION})),
        replace(SAMSUNG, kind=InstrumentKind.ELW),
    ):
        unsaid = quote(NOW, upper=None, lower=None)
        assert level_of("price_outside_band", far, instrument=other, quote=unsaid, band_from_broker=False) is None


def test_an_unknown_symbol_is_refused_once_the_list_is_there() -> None:
    assert level_of("symbol_unknown", order(code="999999"), instrument=None) is Level.REFUSE
    assert level_of("symbol_unchecked", order(), instrument=None, directory_loaded=False) is Level.WARN


@pytest.mark.parametrize(
    "typed, sentence",
    [("999999", "없는 종목입니다: 999999"), ("0001A0", "없는 종목입니다: 0001A0"), ("삼성", "종목을 고르세요: '삼성'")],
)
def test_a_part_of_a_name_is_no_symbol_that_does_not_exist(typed: str, sentence: str) -> None:
    assert said(order(code=typed), instrument=None)["symbol_unknown"].sentence == sentence


@fault("C06")
def test_a_venue_that_the_environment_lacks_is_refused_and_one_click_leads_out() -> None:
    for venue in (Venue.NXT, Venue.SOR):
        found = said(order(venue=venue), venues=frozenset({Venue.KRX}))["venue_not_offered"]
        assert found.level is Level.REFUSE
        assert found.fix is not None and found.fix.apply(order(venue=venue)).venue is Venue.KRX


# --- strong warnings -----------------------------------------------------------------------------------------------
def test_an_issue_that_nxt_does_not_trade_asks() -> None:
    other = replace(SAMSUNG, nxt=False)
    assert level_of("not_on_nxt", order(venue=Venue.NXT), instrument=other) is Level.STRONG
    assert said(order(venue=Venue.SOR), instrument=other) == {}


@pytest.mark.parametrize(
    ("flag", "level"),
    [
        (Flag.LIQUIDATION, Level.STRONG),
        (Flag.ADMINISTRATIVE, Level.STRONG),
        (Flag.RISK, Level.STRONG),
        (Flag.WARNING, Level.WARN),
        (Flag.ATTENTION, Level.WARN),
        (Flag.OVERHEATED, Level.WARN),
        (Flag.ILLIQUID, Level.WARN),
        (Flag.CAUTION, Level.INFO),
        (Flag.ETF_CAUTION, Level.INFO),
    ],
)
def test_designations_speak_as_loud_as_they_are_grave(flag: Flag, level: Level) -> None:
    flagged = replace(SAMSUNG, flags=frozenset({flag}))
    code = f"flag_{flag.name.lower()}"
    assert level_of(code, order(), instrument=flagged) is level
    seen = level_of(code, order(), instrument=flagged, acknowledged=frozenset({flag}))
    assert seen is min(level, Level.WARN)


def test_a_halt_is_one_strong_line_from_the_list_or_from_the_feed() -> None:
    halted = replace(SAMSUNG, flags=frozenset({Flag.HALTED}))
    for context in ({"instrument": halted}, {"events": frozenset({Event.HALTED})}):
        lines = said(order(), **context)
        assert list(lines) == ["halted"] and lines["halted"].level is Level.STRONG


def test_an_interruption_is_told_and_types_it_stops_ask() -> None:
    vi = frozenset({Event.KRX_VI})
    assert {c: a.level for c, a in said(order(), events=vi).items()} == {"event_krx_vi": Level.INFO}
    assert level_of("type_not_now", order(OrderType.LIMIT_IOC), events=vi) is Level.STRONG
    assert level_of("event_krx_vi", order(venue=Venue.NXT), events=vi) is None
    assert said(gold(), events=vi, **gold_around()) == {}


def test_overheated_issues_take_no_ioc() -> None:
    hot = replace(SAMSUNG, flags=frozenset({Flag.OVERHEATED}))
    assert level_of("type_not_now", order(OrderType.LIMIT_IOC), instrument=hot) is Level.STRONG
    assert level_of("type_not_now", order(), instrument=hot) is None


def test_a_type_that_is_not_taken_now_offers_a_limit_or_another_venue() -> None:
    market = order(OrderType.MARKET, venue=Venue.KRX)
    found = said(market, "17:00:00")["type_not_now"]
    assert found.level is Level.STRONG and "애프터마켓" in found.sentence
    assert [f.apply(market) for f in found.fixes] == [replace(market, type=OrderType.LIMIT, price=71_300)]
    stop = order(OrderType.STOP_LIMIT, venue=Venue.SOR)
    fixed = [f.apply(stop) for f in said(stop)["type_not_now"].fixes]
    assert fixed[1:] == [replace(stop, venue=Venue.KRX), replace(stop, venue=Venue.NXT)]


def test_nxt_is_offered_only_for_what_nxt_trades() -> None:
    def ways(nxt: bool) -> list[Venue]:
        found = said(order(), "08:10:00", instrument=replace(SAMSUNG, nxt=nxt))["type_not_now"]
        return [f.apply(order()).venue for f in found.fixes]

    assert ways(True) == [Venue.SOR, Venue.NXT]
    assert ways(False) == []


def test_a_closed_market_says_when_it_opens() -> None:
    assert "08:30" in said(order(), "06:00:00")["type_not_now"].sentence
    assert said(order(), "06:00:00")["type_not_now"].level is Level.STRONG


def test_price_and_quantity_in_each_others_place_ask_and_swap() -> None:
    draft = order(price=10, quantity=71_200)
    found = said(draft)["price_quantity_swapped"]
    assert found.level is Level.STRONG and found.fix is not None
    assert found.fix.apply(draft) == order(price=71_200, quantity=10)
    cheap = quote(NOW, last=1_000, base=1_000, upper=1_300, lower=700)
    assert level_of("price_quantity_swapped", order(price=1_000, quantity=1_000), quote=cheap) is None


@pytest.mark.parametrize(
    ("quantity", "code", "level"),
    [
        (100, "quantity_times_ten", Level.STRONG),
        (99, "quantity_times_ten", None),
        (1, "quantity_tenth", Level.WARN),
        (2, "quantity_tenth", None),
    ],
)
def test_ten_times_the_habit_asks(quantity: int, code: str, level: Level | None) -> None:
    assert level_of(code, order(quantity=quantity), usual_quantity=10) is level


def test_the_twin_of_an_unconfirmed_order_is_refused_and_its_sibling_asks() -> None:
    lost = (sent(order()),)
    assert level_of("twin_unconfirmed", order(), unconfirmed=lost) is Level.REFUSE
    assert level_of("unconfirmed_same_side", order(quantity=11), unconfirmed=lost) is Level.STRONG
    assert said(order(side=SELL), unconfirmed=lost) == {}
    other = (replace(lost[0], code="000660"),)
    assert said(order(), unconfirmed=other) == {}


@pytest.mark.parametrize(
    ("seconds", "level"),
    [
        (-1.0, Level.REFUSE),
        (0.0, Level.REFUSE),
        (1.9, Level.REFUSE),
        (2.0, Level.WARN),
        (9.9, Level.WARN),
        (10.0, None),
    ],
)
def test_the_same_order_again_is_stopped_then_warned_then_let(seconds: float, level: Level | None) -> None:
    recent = (RecentSend(sent(order()), NOW - timedelta(seconds=seconds)),)
    assert level_of("duplicate", order(), recent=recent) is level
    assert level_of("duplicate", order(quantity=11), recent=recent) is None


@pytest.mark.parametrize(
    ("mine", "theirs", "meets"),
    [
        (order(price=71_200), order(side=SELL, price=71_200), True),
        (order(price=71_200), order(side=SELL, price=71_300), False),
        (order(price=71_200), order(side=SELL, price=71_100, venue=Venue.NXT), True),
        (order(side=SELL, price=71_200), order(price=71_200), True),
        (order(side=SELL, price=71_300), order(price=71_200), False),
        (order(price=71_200), order(price=71_200), False),
        (order(price=71_200), order(side=SELL, price=71_200, code="000660"), False),
        (order(OrderType.MARKET), order(side=SELL, price=90_000), True),
        (order(OrderType.BEST_OPPOSITE), order(side=SELL, price=71_300), True),
        (order(OrderType.BEST_OPPOSITE), order(side=SELL, price=71_400), False),
        (order(OrderType.BEST_SAME), order(side=SELL, price=71_300), False),
        (order(OrderType.MID), order(OrderType.MID, side=SELL), True),
        (order(OrderType.MID), order(side=SELL, price=71_300), False),
        (order(OrderType.AFTER_CLOSE), order(OrderType.AFTER_CLOSE, side=SELL), True),
        (order(OrderType.AFTER_CLOSE), order(side=SELL, price=1_000), False),
        (order(price=71_200), order(OrderType.MARKET, side=SELL), True),
    ],
)
def test_meeting_ones_own_order_asks(mine: DraftInput, theirs: DraftInput, meets: bool) -> None:
    resting = (OpenOrder(sent(theirs), 5),)
    assert level_of("own_cross", mine, open_orders=resting) is (Level.STRONG if meets else None)
    assert level_of("own_cross", mine, open_orders=(OpenOrder(sent(theirs), 0),)) is None


# --- warnings ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("side", "price", "clock", "far"),
    [
        (Side.BUY, 73_300, "10:00:00", False),
        (Side.BUY, 73_400, "10:00:00", True),
        (Side.BUY, 50_000, "10:00:00", False),
        (Side.SELL, 69_100, "10:00:00", False),
        (Side.SELL, 69_000, "10:00:00", True),
        (Side.SELL, 90_000, "10:00:00", False),
        (Side.BUY, 78_300, "17:00:00", False),
        (Side.BUY, 78_400, "17:00:00", True),
    ],
)
def test_a_price_far_through_the_market_is_warned(side: Side, price: int, clock: str, far: bool) -> None:
    found = said(order(side=side, price=price), clock).get("price_far")
    assert (found is not None) is far
    if found is not None:
        assert (found.level, found.shown, found.normal) == (Level.WARN, f"{price:,}원", "71,200원")


def test_exactly_the_far_percentage_is_not_yet_far() -> None:
    assert level_of("price_far", order(price=72_100), quote=quote(NOW, last=70_000)) is None


@pytest.mark.parametrize(
    ("side", "trigger", "met"),
    [
        (Side.BUY, 71_200, True),
        (Side.BUY, 71_300, False),
        (Side.SELL, 71_200, True),
        (Side.SELL, 71_100, False),
    ],
)
def test_a_stop_on_the_wrong_side_is_warned(side: Side, trigger: int, met: bool) -> None:
    draft = order(OrderType.STOP_LIMIT, side=side, trigger=trigger)
    assert level_of("trigger_met", draft) is (Level.WARN if met else None)


def test_a_stop_limit_is_held_against_its_trigger() -> None:
    assert level_of("price_far", order(OrderType.STOP_LIMIT, trigger=80_000, price=81_000)) is None
    assert level_of("price_far", order(OrderType.STOP_LIMIT, trigger=80_000, price=82_500)) is Level.WARN


def test_more_than_the_means_is_warned_with_what_is_possible() -> None:
    cases: list[tuple[str, DraftInput, dict[str, Any]]] = [
        ("over_cash", order(), {"orderable": 9}),
        ("over_holding", order(side=SELL), {"sellable": 9}),
        ("over_cash", order(), {"cash": 712_099}),
    ]
    for code, draft, context in cases:
        found = said(draft, **context)[code]
        assert found.level is Level.WARN and found.fix is not None
        assert found.fix.apply(draft).quantity == 9
    assert said(order(), orderable=10) == {}
    assert said(order(), cash=712_100) == {}
    assert said(order(side=SELL), sellable=0)["over_holding"].fixes == ()


@pytest.mark.parametrize(
    ("quantity", "level"),
    [(1_404, None), (1_405, Level.INFO), (21_068, Level.WARN), (42_134, Level.WARN), (42_135, Level.STRONG)],
)
def test_big_amounts_are_told_warned_and_asked(quantity: int, level: Level | None) -> None:
    assert level_of("big_amount", order(quantity=quantity)) is level


@pytest.mark.parametrize(("quantity", "level"), [(9, None), (10, Level.WARN), (30, Level.STRONG), (50, Level.STRONG)])
def test_a_share_of_the_company_is_warned(quantity: int, level: Level | None) -> None:
    small = replace(SAMSUNG, listed=1_000)
    assert level_of("listed_share", order(quantity=quantity), instrument=small) is level


def test_elw_come_in_tens() -> None:
    elw = replace(SAMSUNG, kind=InstrumentKind.ELW)
    found = said(order(quantity=27), instrument=elw)["lot"]
    assert found.level is Level.WARN and found.fix is not None
    assert found.fix.apply(order()).quantity == 20
    assert level_of("lot", order(quantity=30), instrument=elw) is None


def test_a_dead_feed_warns_and_asks_before_an_order_without_a_price() -> None:
    dead = quote(NOW - timedelta(seconds=42), feed_live=False)
    assert level_of("stale", order(), quote=dead) is Level.WARN
    assert "42초" in said(order(), quote=dead)["stale"].sentence
    assert level_of("stale", order(OrderType.MARKET), quote=dead) is Level.STRONG
    assert level_of("stale", order(), quote=None, band_from_broker=False) is Level.WARN
    quiet = quote(NOW - timedelta(hours=1), feed_live=True)
    assert level_of("stale", order(), quote=quiet) is None


def test_gold_has_no_pushes_and_is_judged_by_the_age_of_its_price() -> None:
    assert level_of("stale", gold(), **gold_around(at=NOW - timedelta(seconds=15))) is None
    assert level_of("stale", gold(), **gold_around(at=NOW - timedelta(seconds=16))) is Level.WARN
    assert level_of("stale", gold(), **gold_around(at=None)) is Level.WARN


def test_a_market_order_that_walks_the_book_is_warned() -> None:
    def book(*levels: tuple[int, int]) -> OrderBook:
        return OrderBook("005930", asks=tuple(BookLevel(p, q) for p, q in levels))

    draft = order(OrderType.MARKET)
    assert level_of("thin_book", draft, book=book((71_300, 10))) is None
    assert level_of("thin_book", draft, book=book((71_300, 5), (72_300, 5))) is None
    assert level_of("thin_book", draft, book=book((71_300, 5), (72_400, 5))) is Level.WARN
    assert level_of("thin_book", draft, book=book((71_300, 9))) is Level.WARN
    assert level_of("thin_book", draft, book=book()) is Level.WARN
    assert level_of("thin_book", order(), book=book()) is None


def test_a_price_typed_under_another_symbol_is_warned_and_emptied() -> None:
    found = said(order(), price_typed_for="000660")["price_other_symbol"]
    assert found.level is Level.WARN and found.fix is not None
    assert found.fix.apply(order()).price is None
    assert said(order(), price_typed_for="005930") == {}


def test_issues_left_out_of_the_evening_session_are_warned() -> None:
    etf = replace(SAMSUNG, kind=InstrumentKind.ETF, nxt=False)
    for venue in (Venue.KRX, Venue.SOR):
        assert level_of("excluded", order(venue=venue), "17:00:00", instrument=etf) is Level.WARN
    assert level_of("excluded", order(), "10:00:00", instrument=etf) is None
    warned = replace(SAMSUNG, flags=frozenset({Flag.WARNING}))
    assert "투자경고" in said(order(), "17:00:00", instrument=warned)["excluded"].sentence


@pytest.mark.parametrize(
    ("venue", "clock", "type_", "told"),
    [
        (Venue.NXT, "08:10:00", OrderType.LIMIT, True),
        (Venue.SOR, "08:10:00", OrderType.LIMIT, True),
        (Venue.NXT, "08:10:00", OrderType.LIMIT_IOC, False),
        (Venue.NXT, "10:00:00", OrderType.LIMIT, False),
        (Venue.NXT, "17:00:00", OrderType.LIMIT, False),
        (Venue.KRX, "08:35:00", OrderType.LIMIT, False),
    ],
)
def test_a_pre_market_order_lives_into_the_day(venue: Venue, clock: str, type_: OrderType, told: bool) -> None:
    found = said(order(type_, venue=venue), clock).get("nxt_carry")
    assert (found is not None) is told
    if found is not None:
        assert found.level is Level.INFO and "20:00" in found.sentence


def test_names_that_are_easily_mistaken_are_told() -> None:
    preferred = replace(SAMSUNG, code="005935", name="삼성전자우")
    assert level_of("preferred", order(), instrument=preferred) is Level.INFO
    assert level_of("preferred", order(), instrument=replace(SAMSUNG, name="연우")) is None
    assert level_of("spac", order(), instrument=replace(SAMSUNG, name="하나33호스팩")) is Level.INFO
    assert "신풍제지" in said(order(), look_alikes=("신풍제지",))["look_alike"].sentence


# --- the user's own ------------------------------------------------------------------------------------------------
def test_the_users_limits_refuse_and_offer_what_fits() -> None:
    found = said(order(), limits=Limits(value_per_order=711_999))["limit_order"]
    assert found.level is Level.REFUSE and found.fix is not None and found.fix.apply(order()).quantity == 9
    assert said(order(), limits=Limits(value_per_order=712_000)) == {}
    day = said(order(), limits=Limits(value_per_day=1_000_000), spent_today=500_000)["limit_day"]
    assert day.level is Level.REFUSE and day.fix is not None and day.fix.apply(order()).quantity == 7
    assert said(order(), limits=Limits(value_per_day=1_212_000), spent_today=500_000) == {}
    recent = tuple(RecentSend(sent(order(quantity=n)), NOW - timedelta(seconds=20 * n)) for n in (1, 2, 3))
    assert level_of("limit_rate", order(), recent=recent, limits=Limits(orders_per_minute=2)) is Level.REFUSE
    assert level_of("limit_rate", order(), recent=recent, limits=Limits(orders_per_minute=3)) is None


def test_a_limit_counts_a_market_buy_at_the_upper_price_and_lets_nothing_unknown_through() -> None:
    market = order(OrderType.MARKET)
    assert level_of("limit_order", market, limits=Limits(value_per_order=922_999)) is Level.REFUSE
    assert level_of("limit_order", market, limits=Limits(value_per_order=923_000)) is None
    blind: dict[str, Any] = {"quote": None, "band_from_broker": False}
    assert level_of("limit_unknown", market, limits=Limits(value_per_order=10**12), **blind) is Level.REFUSE
    assert level_of("limit_unknown", market, limits=Limits(value_per_day=10**12), **blind) is Level.REFUSE
    assert level_of("limit_unknown", market, **blind) is None


def test_the_user_sets_how_loud_a_guard_is_but_not_what_is_refused() -> None:
    far = order(price=75_000)
    assert level_of("price_far", far, levels={"price_far": None}) is None
    assert level_of("price_far", far, levels={"price_far": Level.REFUSE}) is Level.REFUSE
    assert level_of("price_off_tick", order(price=71_240), levels={"price_off_tick": None}) is Level.REFUSE
    limits = Limits(value_per_order=1)
    assert level_of("limit_order", order(), limits=limits, levels={"limit_order": None}) is Level.REFUSE


def test_the_worst_of_nothing_is_nothing() -> None:
    assert worst(()) is None
    assert worst(advise(order(price=71_240), rules(), NOW, calm(NOW))) is Level.REFUSE
