"""Whether the draft repeats or meets another order of one's own (docs/reliability.md, R5 and safety)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from kiwoom_desk.domain.checks.model import Advice, Level, OpenOrder, Situation
from kiwoom_desk.domain.drafts import OrderDraft
from kiwoom_desk.domain.forms import DraftInput, Field, units, won
from kiwoom_desk.domain.instruments import Market, Side
from kiwoom_desk.domain.order_types import OrderType

_FIXED = frozenset({OrderType.PRE_OPEN, OrderType.AFTER_CLOSE})
_MID = frozenset({OrderType.MID, OrderType.MID_IOC, OrderType.MID_FOK})
_TOUCH = frozenset({OrderType.BEST_OPPOSITE, OrderType.BEST_OPPOSITE_IOC, OrderType.BEST_OPPOSITE_FOK})
_SIDES = {Side.BUY: "매수", Side.SELL: "매도"}


def check(s: Situation) -> Iterator[Advice]:
    yield from _unconfirmed(s)
    yield from _repeated(s)
    yield from check_crossing(s)


def _unconfirmed(s: Situation) -> Iterator[Advice]:
    """An order whose answer was lost may be live: its twin would be the second one (R5)."""
    mine = [d for d in s.context.unconfirmed if _same_place(s, d) and d.side is s.draft.side]
    if not mine:
        return
    twin = next((d for d in mine if _same(s.draft, d)), None)
    said = describe(twin or mine[0])
    if twin is not None:
        sentence = f"같은 주문이 확인되지 않은 채 남아 있습니다: {said} (확인된 뒤 다시 주문)"
        yield Advice(Level.REFUSE, "twin_unconfirmed", sentence, shown=said)
    else:
        sentence = f"같은 종목의 {_SIDES[s.draft.side]} 주문이 아직 확인되지 않았습니다: {said}"
        yield Advice(Level.STRONG, "unconfirmed_same_side", sentence, shown=said)


def _repeated(s: Situation) -> Iterator[Advice]:
    ages = [s.now - r.at for r in s.context.recent if _same(s.draft, r.draft)]
    if not ages:
        return
    age, guards = max(min(ages), timedelta()), s.rules.guards
    shown = f"{age.total_seconds():.1f}초 전"
    if age < timedelta(seconds=guards.duplicate_stop_seconds):
        normal = f"{guards.duplicate_stop_seconds}초"
        sentence = f"방금({shown}) 같은 주문을 보냈습니다: {normal} 안에는 다시 보내지 않습니다"
        yield Advice(Level.REFUSE, "duplicate", sentence, shown=shown, normal=normal)
    elif age < timedelta(seconds=guards.duplicate_warn_seconds):
        sentence = f"같은 주문을 {shown}에 보냈습니다 (기준 {guards.duplicate_warn_seconds}초)"
        yield Advice(Level.WARN, "duplicate", sentence, shown=shown, normal=f"{guards.duplicate_warn_seconds}초")


def check_crossing(s: Situation) -> Iterator[Advice]:
    """Own orders on both sides that can meet look like wash trading (market/rules.md 11.1)."""
    meeting = [o for o in s.context.open_orders if o.remaining > 0 and _meets(s, o)]
    if meeting:
        said = describe(meeting[0].draft, meeting[0].remaining)
        more = f" 외 {len(meeting) - 1}건" if len(meeting) > 1 else ""
        shown = s.rules.type_names[s.draft.type] if s.draft.price is None else won(s.draft.price)
        sentence = f"{_SIDES[s.draft.side]} {shown}: 내 반대 주문과 체결될 수 있습니다(자전거래): {said}{more}"
        yield Advice(Level.STRONG, "own_cross", sentence, Field.PRICE, shown=shown, normal=said)


def _same_place(s: Situation, other: OrderDraft) -> bool:
    return other.market is s.draft.market and other.code == s.draft.code


def _same(draft: DraftInput, other: OrderDraft) -> bool:
    return draft == DraftInput.of(other)


def _meets(s: Situation, order: OpenOrder) -> bool:
    theirs = order.draft
    if not _same_place(s, theirs) or theirs.side is s.draft.side:
        return False
    mine = s.draft.type
    for group in (_FIXED, _MID):
        if mine in group or theirs.type in group:
            return mine in group and theirs.type in group and (group is _MID or mine is theirs.type)
    if mine is OrderType.BEST_SAME:
        return False
    price = s.each if mine in _TOUCH else s.draft.price
    if mine.needs_price and price is None:
        return False
    if price is None or theirs.price is None:
        return True
    return price >= theirs.price if s.draft.side is Side.BUY else price <= theirs.price


def describe(draft: OrderDraft, quantity: int | None = None) -> str:
    """An order in a few words: 매수 10주 71,200원."""
    amount = units(draft.quantity if quantity is None else quantity, draft.market)
    venue = "" if draft.market is Market.GOLD else f"{draft.venue.value} "
    price = "" if draft.price is None else f" {won(draft.price)}"
    return f"{venue}{_SIDES[draft.side]} {amount}{price}"
