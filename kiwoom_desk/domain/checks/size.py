"""Whether quantity and value are within means, habits and the user's own limits (market/rules.md 1.3 and 11.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from kiwoom_desk.domain.checks.model import Advice, Level, Situation
from kiwoom_desk.domain.costs import estimate
from kiwoom_desk.domain.forms import Change, Field, Fix, toward, units, won
from kiwoom_desk.domain.instruments import Side

_STEP_LEVELS = (Level.INFO, Level.WARN, Level.STRONG)


def check(s: Situation) -> Iterator[Advice]:
    quantity = s.draft.quantity
    if quantity is None or quantity < 1:
        return
    yield from _lot(s, quantity)
    yield from _habit(s, quantity)
    yield from _listed(s, quantity)
    yield from _amount(s)
    yield from _means(s, quantity)


def _to(s: Situation, quantity: int) -> tuple[Fix, ...]:
    return (Fix(toward(units(quantity, s.draft.market)), Change(quantity=quantity)),) if quantity >= 1 else ()


def _about(s: Situation, level: Level, code: str, sentence: str, normal: str, *fixes: Fix) -> Advice:
    shown = "" if s.draft.quantity is None else units(s.draft.quantity, s.draft.market)
    return Advice(level, code, sentence, Field.QUANTITY, fixes, shown, normal)


def _lot(s: Situation, quantity: int) -> Iterator[Advice]:
    if s.kind is None:
        return
    lot = s.rules.lots[s.kind]
    if quantity % lot:
        unit = units(lot, s.draft.market)
        sentence = f"수량 {units(quantity, s.draft.market)}: 매매수량단위 {unit}의 배수가 아닙니다"
        yield _about(s, Level.WARN, "lot", sentence, unit, *_to(s, quantity - quantity % lot or lot))


def _habit(s: Situation, quantity: int) -> Iterator[Advice]:
    usual, times = s.context.usual_quantity, s.rules.guards.habit_times
    if not usual:
        return
    said = f"수량 {units(quantity, s.draft.market)}: 평소 수량 {units(usual, s.draft.market)}"
    normal = units(usual, s.draft.market)
    if quantity >= usual * times:
        yield _about(s, Level.STRONG, "quantity_times_ten", f"{said}의 {quantity // usual:,}배입니다", normal)
    elif quantity * times <= usual:
        yield _about(s, Level.WARN, "quantity_tenth", f"{said}의 {times}분의 1 이하입니다", normal)


def _listed(s: Situation, quantity: int) -> Iterator[Advice]:
    listed = None if s.context.instrument is None else s.context.instrument.listed
    if not listed:
        return
    levels = (Level.WARN, Level.STRONG, Level.STRONG)
    for step, level in reversed(list(zip(s.rules.guards.listed_percent_steps, levels, strict=True))):
        if quantity * 100 >= listed * step:
            share = f"{quantity * 100 / listed:.1f}%"
            sentence = f"수량 {units(quantity, s.draft.market)}: 상장주식수의 {share}입니다 (기준 {step}%)"
            yield _about(s, level, "listed_share", sentence, f"{step}%")
            return


def _amount(s: Situation) -> Iterator[Advice]:
    amount = s.amount
    if amount is None:
        return
    for step, level in reversed(list(zip(s.rules.guards.amount_steps, _STEP_LEVELS, strict=True))):
        if amount >= step:
            sentence = f"주문금액 {won(amount)}: {won(step)} 이상입니다"
            yield Advice(level, "big_amount", sentence, Field.QUANTITY, (), won(amount), won(step))
            return


def _means(s: Situation, quantity: int) -> Iterator[Advice]:
    if s.draft.side is Side.SELL:
        yield from _over(s, quantity, s.context.sellable, "over_holding", "매도가능수량")
        return
    if s.context.orderable is not None:
        yield from _over(s, quantity, s.context.orderable, "over_cash", "매수가능수량")
        return
    amount, cash, each = s.amount, s.context.cash, s.each
    if amount is None or cash is None or not each:
        return
    needed = _cost(s, amount)
    if needed > cash:
        fits = cash // each
        fits -= -(-max(0, _cost(s, fits * each) - cash) // each)
        sentence = f"필요한 금액 {won(needed)}: 주문가능금액 {won(cash)}보다 많습니다"
        fixes = _to(s, fits) if fits < quantity else ()
        yield Advice(Level.WARN, "over_cash", sentence, Field.QUANTITY, fixes, won(needed), won(cash))


def _cost(s: Situation, amount: int) -> int:
    return estimate(s.rules, Side.BUY, s.draft.venue, amount, s.context.instrument).total


def _over(s: Situation, quantity: int, most: int | None, code: str, word: str) -> Iterator[Advice]:
    if most is not None and quantity > most:
        normal = units(most, s.draft.market)
        sentence = f"수량 {units(quantity, s.draft.market)}: {word} {normal}보다 많습니다"
        yield _about(s, Level.WARN, code, sentence, normal, *_to(s, most))


# --- the user's own limits -----------------------------------------------------------------------------------------
def check_limits(s: Situation) -> Iterator[Advice]:
    """New orders: value of the order and of the day, and how many a minute."""
    yield from check_order_limit(s)
    limits = s.context.limits
    amount = s.amount
    if limits.value_per_day is not None and amount is not None:
        total = s.context.spent_today + amount
        if total > limits.value_per_day:
            left = max(0, limits.value_per_day - s.context.spent_today)
            sentence = f"오늘 주문금액 합계 {won(total)}: 하루 한도 {won(limits.value_per_day)}을 넘습니다"
            yield _over_limit(s, "limit_day", sentence, total, limits.value_per_day, left)
    if limits.orders_per_minute is not None:
        count = sum(s.now - r.at < timedelta(minutes=1) for r in s.context.recent)
        if count >= limits.orders_per_minute:
            sentence = f"최근 1분 동안 주문 {count}건: 한도 {limits.orders_per_minute}건에 이르렀습니다"
            yield Advice(Level.REFUSE, "limit_rate", sentence, None, (), f"{count}건", f"{limits.orders_per_minute}건")


def check_order_limit(s: Situation) -> Iterator[Advice]:
    """The value of one order. With a limit set, a value that cannot be known is refused: a limit must not leak."""
    limits, amount = s.context.limits, s.amount
    most = limits.value_per_order
    if amount is None:
        unknown = s.draft.quantity is not None and not s.draft.type.needs_price
        if unknown and (most is not None or limits.value_per_day is not None):
            sentence = "시세를 알 수 없어 주문금액이 한도 안인지 확인하지 못합니다"
            yield Advice(Level.REFUSE, "limit_unknown", sentence, Field.TYPE)
    elif most is not None and amount > most:
        sentence = f"주문금액 {won(amount)}: 한 건 한도 {won(most)}을 넘습니다"
        yield _over_limit(s, "limit_order", sentence, amount, most, most)


def _over_limit(s: Situation, code: str, sentence: str, amount: int, limit: int, left: int) -> Advice:
    fits = left // s.each if s.each else 0
    return Advice(Level.REFUSE, code, sentence, Field.QUANTITY, _to(s, fits), won(amount), won(limit))
