"""What the 정정·취소 tab says about a change of an order. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiwoom_desk.domain.advice import Advice, Level, advise_amend, advise_cancel
from kiwoom_desk.domain.checks.model import Context
from kiwoom_desk.domain.drafts import AmendDraft, CancelDraft
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.domain.rules_model import MarketRules
from kiwoom_desk.ui import formats, labels
from kiwoom_desk.ui.tickets.view import Line, Standing


@dataclass(frozen=True, slots=True)
class AmendState:
    """The change as typed: `quantity` None is the whole remainder; `problem` a text that could not be read."""

    order: Order
    quantity: int | None
    price: int | None
    trigger: int | None
    problem: str = ""

    @classmethod
    def of(cls, order: Order) -> AmendState:
        """Original price and trigger, the whole remainder."""
        return cls(order, None, order.draft.price, order.draft.trigger)

    @property
    def part(self) -> int | None:
        """None for the whole remainder, however it is written."""
        return None if self.quantity in (None, self.order.remaining) else self.quantity


@dataclass(frozen=True, slots=True)
class AmendView:
    """`amend` and `cancel` are there exactly when they can be sent; the sentences stand on the two buttons."""

    amend: AmendDraft | None
    cancel: CancelDraft | None
    strong: tuple[Advice, ...]
    lines: tuple[Line, ...]
    amend_words: tuple[str, str]
    cancel_words: tuple[str, str]


def show(state: AmendState, rules: MarketRules, now: datetime, context: Context, standing: Standing) -> AmendView:
    order = state.order
    change = None if state.price is None else AmendDraft(state.part, state.price, _new_trigger(state))
    advice = () if change is None else advise_amend(order.draft, order.remaining, change, rules, now, context)
    cancel = CancelDraft(state.part)
    of_cancel = advise_cancel(order.draft, order.remaining, cancel, rules, now, context)
    why_amend = _why_not(state, order, standing.sentence, advice)
    if not why_amend and change is None:
        why_amend = "정정할 단가를 입력하십시오"
    why_cancel = _why_not(state, order, standing.not_ready, of_cancel)
    lines = [Line(Level.REFUSE, state.problem)] if state.problem else []
    if order.can_change:
        lines += [Line(a.level, a.sentence, field=a.field) for a in (*advice, *of_cancel)]
    return AmendView(
        amend=None if why_amend else change,
        cancel=None if why_cancel else cancel,
        strong=tuple(a for a in advice if a.level is Level.STRONG),
        lines=tuple({line.sentence: line for line in lines}.values()),
        amend_words=(_amend_title(state), why_amend or _detail(order, standing)),
        cancel_words=(_cancel_title(state), why_cancel or _detail(order, standing)),
    )


def headline(order: Order) -> str:
    """#0021470 삼성전자 매수 — the order that is being changed."""
    number = "번호 없음" if order.ref is None else f"#{order.ref}"
    return f"{number} {order.name or order.draft.code} {labels.word(order.draft.side)}"


def _new_trigger(state: AmendState) -> int | None:
    return state.trigger if state.order.draft.type.needs_trigger else None


def _why_not(state: AmendState, order: Order, standing: str, advice: tuple[Advice, ...]) -> str:
    if state.problem:
        return state.problem
    if not order.can_change:
        return f"{labels.status(order)} 주문은 정정하거나 취소할 수 없습니다."
    refusal = next((a.sentence for a in advice if a.level is Level.REFUSE), "")
    return standing or refusal


def _amount(state: AmendState) -> str:
    quantity = state.order.remaining if state.part is None else state.part
    whole = "잔량 전부 " if state.part is None else ""
    return f"{whole}{formats.quantity(quantity, state.order.draft.market)}"


def _amend_title(state: AmendState) -> str:
    draft = state.order.draft
    old = formats.won(draft.price)
    trigger = "" if not draft.type.needs_trigger else f" (조건 {formats.won(state.trigger)})"
    return f"{_amount(state)} {old} → {formats.won(state.price)}{trigger} 정정"


def _cancel_title(state: AmendState) -> str:
    return f"{_amount(state)} 취소"


def _detail(order: Order, standing: Standing) -> str:
    venue = labels.word(order.draft.venue)
    world = "" if standing.world is None else f" · {labels.word(standing.world)}"
    return f"{headline(order)} · {venue}{world}"
