"""What the rules say of a draft: one pure function per act. Nothing here raises; the broker is the final judge.

Only what cannot be formed, the user's own limits and a sure double are refused; the rest asks or warns
(market/rules.md 0 and 11).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import chain

from kiwoom_desk.domain.checks import feed, form, own, place, price, size, symbol
from kiwoom_desk.domain.checks.model import (
    Advice,
    Check,
    Context,
    Level,
    Limits,
    OpenOrder,
    RecentSend,
    Situation,
)
from kiwoom_desk.domain.checks.symbol import is_preferred, look_alikes
from kiwoom_desk.domain.drafts import AmendDraft, CancelDraft, OrderDraft
from kiwoom_desk.domain.forms import Change, DraftInput, Field, Fix, units, won
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.rules_model import MarketRules
from kiwoom_desk.domain.sessions import closed_sentence, may_amend, may_cancel, open_sessions

__all__ = [
    "GUARDS",
    "Advice",
    "Change",
    "Context",
    "DraftInput",
    "Field",
    "Fix",
    "Level",
    "Limits",
    "OpenOrder",
    "RecentSend",
    "advise",
    "advise_amend",
    "advise_cancel",
    "complete",
    "is_preferred",
    "look_alikes",
    "worst",
]

GUARDS = {
    "price_quantity_swapped": "단가와 수량이 뒤바뀜",
    "quantity_times_ten": "평소보다 훨씬 많은 수량",
    "quantity_tenth": "평소보다 훨씬 적은 수량",
    "duplicate": "잇따른 같은 주문",
    "look_alike": "이름이 비슷한 종목",
    "preferred": "우선주",
    "spac": "스팩",
    "price_other_symbol": "다른 종목에서 입력한 단가",
    "stale": "끊긴 시세",
    "price_far": "현재가에서 먼 단가",
    "big_amount": "큰 주문금액",
    "listed_share": "상장주식수에 견준 수량",
    "over_holding": "매도가능수량 초과",
    "over_cash": "매수가능 초과",
    "own_cross": "내 반대 주문과 체결",
    "thin_book": "얇은 호가의 시장가",
}
"""The advice whose level the user may set (ask, warn, refuse, off), with its Korean name."""

_CHECKS: tuple[Check, ...] = (
    symbol.check,
    place.check,
    price.check,
    price.check_typed_for,
    size.check,
    size.check_limits,
    own.check,
    feed.check,
)
_AMEND_CHECKS: tuple[Check, ...] = (
    place.check_events,
    price.check,
    size.check_order_limit,
    own.check_crossing,
    feed.check_stale,
)


def advise(draft: OrderDraft | DraftInput, rules: MarketRules, now: datetime, context: Context) -> tuple[Advice, ...]:
    """Everything to say about a new order, the gravest first. `now` is aware; a draft may be incomplete."""
    form_ = DraftInput.of(draft) if isinstance(draft, OrderDraft) else draft
    situation = Situation(form_, rules, now, context)
    said = chain(form.check(form_, rules), *(check(situation) for check in _CHECKS))
    return _gravest_first(said, context.levels)


def complete(draft: DraftInput, rules: MarketRules) -> OrderDraft | tuple[Advice, ...]:
    """The order that the form describes, or every refusal why it describes none."""
    refusals = tuple(form.check(draft, rules))
    if refusals or draft.quantity is None:
        return refusals
    return OrderDraft(
        draft.market,
        draft.code.strip(),
        draft.venue,
        draft.side,
        draft.type,
        draft.quantity,
        draft.price,
        draft.trigger,
    )


def advise_amend(
    original: OrderDraft, remaining: int, change: AmendDraft, rules: MarketRules, now: datetime, context: Context
) -> tuple[Advice, ...]:
    """About giving `original`, of which `remaining` is left, another price (market/rules.md 6)."""
    quantity = remaining if change.quantity is None else change.quantity
    trigger = original.trigger if change.trigger is None else change.trigger
    stands = replace(
        DraftInput.of(original), type=_rests_as(original.type), quantity=quantity, price=change.price, trigger=trigger
    )
    situation = Situation(stands, rules, now, context)
    said = chain(
        _amendable(original, rules),
        _part(change.quantity, remaining, original, "정정"),
        _changed(original, change),
        form.check(replace(stands, quantity=max(1, quantity)), rules) if original.type.amendable else (),
        _amend_time(original, rules, situation),
        *(check(situation) for check in _AMEND_CHECKS),
    )
    return _gravest_first(said, context.levels)


def advise_cancel(
    original: OrderDraft, remaining: int, change: CancelDraft, rules: MarketRules, now: datetime, context: Context
) -> tuple[Advice, ...]:
    """About withdrawing `original`. A way out is never refused for the market's sake, only for an impossible part."""
    situation = Situation(DraftInput.of(original), rules, now, context)
    said = chain(
        _part(change.quantity, remaining, original, "취소"), _cancel_time(original, remaining, rules, situation)
    )
    return _gravest_first(said, context.levels)


def worst(advice: Iterable[Advice]) -> Level | None:
    """The gravest level, None when nothing is said."""
    return max((a.level for a in advice), default=None)


def _gravest_first(said: Iterable[Advice], levels: Mapping[str, Level | None]) -> tuple[Advice, ...]:
    result = []
    for advice in said:
        level = levels.get(advice.code, advice.level) if advice.code in GUARDS else advice.level
        if level is not None:
            result.append(advice if level is advice.level else replace(advice, level=level))
    return tuple(sorted(result, key=lambda a: -a.level))


# --- amend and cancel ----------------------------------------------------------------------------------------------
def _rests_as(kind: OrderType) -> OrderType:
    """A best-price order has become a limit at the price it was given on arrival (market/rules.md 5)."""
    return OrderType.LIMIT if kind in (OrderType.BEST_OPPOSITE, OrderType.BEST_SAME) else kind


def _amendable(original: OrderDraft, rules: MarketRules) -> Iterator[Advice]:
    if not original.type.amendable:
        name = rules.type_names[original.type]
        sentence = f"{name} 주문은 정정할 수 없습니다: 취소하고 다시 주문하십시오"
        yield Advice(Level.REFUSE, "not_amendable", sentence, Field.TYPE, shown=name)


def _part(quantity: int | None, remaining: int, original: OrderDraft, act: str) -> Iterator[Advice]:
    """A part below 1, or above the remainder, is never sent: what the broker makes of it is not documented."""
    if quantity is None or 1 <= quantity <= remaining:
        return
    shown, left = units(quantity, original.market), units(remaining, original.market)
    sentence = f"{act}수량 {shown}: 1 이상, 잔량 {left} 이하여야 합니다"
    fix = Fix(f"잔량 전부 {act}", Change(quantity=None))
    yield Advice(Level.REFUSE, "part_of_remaining", sentence, Field.QUANTITY, (fix,), shown, left)


def _changed(original: OrderDraft, change: AmendDraft) -> Iterator[Advice]:
    same_trigger = change.trigger is None or change.trigger == original.trigger
    if change.price == original.price and same_trigger:
        sentence = f"정정단가 {won(change.price)}: 원주문과 같습니다 (같은 값의 정정은 거부됩니다)"
        yield Advice(Level.STRONG, "amend_unchanged", sentence, Field.PRICE, (), won(change.price), won(change.price))


def _amend_time(original: OrderDraft, rules: MarketRules, s: Situation) -> Iterator[Advice]:
    if not may_amend(rules, original.market, s.venue, s.now, s.events):
        yield Advice(Level.STRONG, "amend_not_now", _not_now(original, rules, s, "정정"), Field.PRICE)


def _cancel_time(original: OrderDraft, remaining: int, rules: MarketRules, s: Situation) -> Iterator[Advice]:
    if remaining < 1:
        yield Advice(Level.WARN, "nothing_left", "남은 수량이 없는 주문입니다", Field.QUANTITY)
    if not may_cancel(rules, original.market, s.venue, s.now, s.events):
        yield Advice(Level.WARN, "cancel_not_now", _not_now(original, rules, s, "취소"))


def _not_now(original: OrderDraft, rules: MarketRules, s: Situation, act: str) -> str:
    sessions = open_sessions(rules, original.market, s.venue, s.now)
    if not sessions:
        return closed_sentence(rules, original.market, s.venue, s.now)
    for event in sorted(s.events, key=lambda e: e.value):
        rule = rules.events[event]
        if not (rule.amend if act == "정정" else rule.cancel):
            return f"{rule.name}({rule.detail}) 중에는 {act} 주문을 받지 않습니다"
    return f"{s.venue.value} {sessions[0].name}에는 {act} 주문을 받지 않습니다"
