"""Whether the prices of a draft are possible and near the market (market/rules.md 1, 2, 5 and 11.1)."""

from __future__ import annotations

from collections.abc import Iterator

from kiwoom_desk.domain.checks.model import Advice, Level, Situation
from kiwoom_desk.domain.forms import Change, Field, Fix, toward, units, won
from kiwoom_desk.domain.instruments import Side
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.sessions import open_sessions
from kiwoom_desk.domain.ticks import Band, ceil_to_tick, floor_to_tick, on_tick, tick_at


def check(s: Situation) -> Iterator[Advice]:
    yield from _possible(s, Field.PRICE, "단가", s.draft.price if s.draft.type.needs_price else None)
    yield from _possible(s, Field.TRIGGER, "조건단가", s.draft.trigger if s.draft.type.needs_trigger else None)
    yield from _far(s)
    yield from _stop_side(s)
    yield from _swapped(s)


def check_typed_for(s: Situation) -> Iterator[Advice]:
    """A price that was typed while another symbol stood in the ticket."""
    other = s.context.price_typed_for
    if s.draft.price is not None and other is not None and other != s.draft.code:
        last = s.last
        normal = "" if last is None else f" (현재가 {won(last)})"
        yield Advice(
            Level.WARN,
            "price_other_symbol",
            f"단가 {won(s.draft.price)}: 다른 종목({other})에서 입력한 값입니다{normal}",
            Field.PRICE,
            (Fix("단가 비우기", Change(price=None)),),
            won(s.draft.price),
            "" if last is None else won(last),
        )


def _set(field: Field, price: int) -> Change:
    return Change(price=price) if field is Field.PRICE else Change(trigger=price)


def _possible(s: Situation, field: Field, word: str, price: int | None) -> Iterator[Advice]:
    kind = s.kind
    if price is None or price < 1 or kind is None:
        return
    if not on_tick(s.rules, kind, price):
        low, high = floor_to_tick(s.rules, kind, price), ceil_to_tick(s.rules, kind, price)
        near = sorted((p for p in (low, high) if p > 0), key=lambda p: abs(p - price))
        normal = " 또는 ".join(won(p) for p in sorted(near))
        yield Advice(
            Level.REFUSE,
            f"{field.value}_off_tick",
            f"{word} {won(price)}: 호가단위 {won(tick_at(s.rules, kind, price))}에 맞지 않습니다 ({normal})",
            field,
            tuple(Fix(toward(won(p)), _set(field, p)) for p in near),
            won(price),
            normal,
        )
    found = s.band
    if found is not None and price not in found[0]:
        yield _outside(s, field, word, price, *found)


def _outside(s: Situation, field: Field, word: str, price: int, band: Band, from_broker: bool) -> Advice:
    above = price > band.upper
    limit, name = (band.upper, "상한가") if above else (band.lower, "하한가")
    source = "" if from_broker else " 계산값"
    kind = s.kind
    to = limit
    if kind is not None:
        to = floor_to_tick(s.rules, kind, limit) if above else ceil_to_tick(s.rules, kind, limit)
    return Advice(
        Level.REFUSE if from_broker else Level.STRONG,
        f"{field.value}_outside_band",
        f"{word} {won(price)}: {name}{source} {won(limit)}보다 {'높습니다' if above else '낮습니다'}",
        field,
        (Fix(toward(f"{name} {won(to)}"), _set(field, to)),) if to in band else (),
        won(price),
        f"{won(band.lower)} ~ {won(band.upper)}",
    )


def _far(s: Situation) -> Iterator[Advice]:
    """A limit far through the market on the side that trades; a stop limit is held against its trigger.

    Outside the band there is a graver line already."""
    stop = s.draft.type.needs_trigger
    price, market = s.draft.price, s.draft.trigger if stop else s.last
    if price is None or market is None or market < 1 or not s.draft.type.needs_price:
        return
    found = s.band
    if found is not None and price not in found[0]:
        return
    percent = _far_percent(s)
    through = price - market if s.draft.side is Side.BUY else market - price
    if through * 100 <= market * percent:
        return
    word = "높은" if price > market else "낮은"
    reference = "조건단가" if stop else "현재가"
    away = f"{reference} {won(market)}보다 {through * 100 / market:.1f}% {word} 값입니다"
    yield Advice(
        Level.WARN,
        "price_far",
        f"단가 {won(price)}: {away} (기준 {percent}%)",
        Field.PRICE,
        _to_market(s, market),
        won(price),
        won(market),
    )


def _to_market(s: Situation, market: int) -> tuple[Fix, ...]:
    """Back to the reference price, on the passive side of it where it lies off the grid (midpoint prints do)."""
    if s.kind is None:
        return ()
    to = (floor_to_tick if s.draft.side is Side.BUY else ceil_to_tick)(s.rules, s.kind, market)
    return (Fix(toward(won(to)), Change(price=to)),) if to > 0 else ()


def _far_percent(s: Situation) -> int:
    sessions = [x for x in open_sessions(s.rules, s.draft.market, s.venue, s.now) if x.takes_orders]
    guards = s.rules.guards
    return guards.far_percent_extended if sessions and all(x.extended for x in sessions) else guards.far_percent


def _stop_side(s: Situation) -> Iterator[Advice]:
    """A stop that would wake at once (market/rules.md 5: what the broker does then is not known)."""
    trigger, last = s.draft.trigger, s.last
    if s.draft.type is not OrderType.STOP_LIMIT or trigger is None or last is None:
        return
    buy = s.draft.side is Side.BUY
    if (last >= trigger) if buy else (last <= trigger):
        yield Advice(
            Level.WARN,
            "trigger_met",
            f"조건단가 {won(trigger)}: 현재가 {won(last)}에서 이미 충족됩니다 "
            f"({'매수는 현재가보다 높게' if buy else '매도는 현재가보다 낮게'})",
            Field.TRIGGER,
            (),
            won(trigger),
            won(last),
        )


def _swapped(s: Situation) -> Iterator[Advice]:
    """The quantity would be a fitting price, and the price would not."""
    price, quantity, last = s.draft.price, s.draft.quantity, s.last
    if price is None or quantity is None or last is None or not s.draft.type.needs_price:
        return
    found = s.band
    near = found[0] if found is not None else Band(last * 7 // 10, last * 13 // 10)
    if quantity in near and price not in near:
        yield Advice(
            Level.STRONG,
            "price_quantity_swapped",
            f"수량 {units(quantity, s.draft.market)}, 단가 {won(price)}: 서로 바뀐 것 같습니다 (현재가 {won(last)})",
            Field.QUANTITY,
            (Fix("수량과 단가 바꾸기", Change(quantity=price, price=quantity)),),
            units(quantity, s.draft.market),
            won(last),
        )
