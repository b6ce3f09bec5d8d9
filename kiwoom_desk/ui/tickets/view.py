"""From a ticket's state to everything it shows: lines, fields, figures, the sentence on the button. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from kiwoom_desk.domain.advice import Advice, Level, advise, complete
from kiwoom_desk.domain.checks.model import Context
from kiwoom_desk.domain.costs import Costs, estimate, worth_each
from kiwoom_desk.domain.drafts import OrderDraft
from kiwoom_desk.domain.forms import Field, Fix
from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.rules_model import MarketRules
from kiwoom_desk.domain.sessions import TypeChoice, events_of_flags, types_by_sense
from kiwoom_desk.trading.environments import World
from kiwoom_desk.ui import formats, labels
from kiwoom_desk.ui.tickets.form import TicketState, off_reasons

_OF_THE_ACCOUNT = {"over_cash", "over_holding"}
"""Advice that holds a draft against cash or holdings."""
_MISSING = {"symbol_missing", "quantity_missing", "price_missing", "trigger_missing"}
"""Not wrong, only not typed yet: the button says so, no line is spent on it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line under the form: a Korean sentence with its gravity, and one-click changes."""

    level: Level
    sentence: str
    fixes: tuple[Fix, ...] = ()
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What keeps the whole ticket from sending, apart from its own content; empty sentences do not."""

    world: World | None = None
    not_ready: str = ""
    blocked: bool = False
    locked: str = ""
    armed: bool = True
    wait: float = 0.0

    @property
    def sentence(self) -> str:
        if self.world is None or self.not_ready:
            return self.not_ready or "연결되어 있지 않습니다."
        if self.blocked:
            return "새 주문이 차단되어 있습니다. 위쪽의 '새 주문 차단'을 풀어야 보낼 수 있습니다."
        if self.locked:
            return f"주문 잠금: {self.locked}"
        return "" if self.armed else "실전 주문이 꺼져 있습니다. 위쪽의 '실전 주문 켜기'를 누르세요."


@dataclass(frozen=True, slots=True)
class TicketView:
    """`draft` is there exactly when the order can be sent; `strong` is what then asks for one more act.

    `title` and `detail` are the two lines of the button, `why_not` says why it does nothing, `wrong` the field that
    has to be put right first. `each` is what one share or gram counts for, in won."""

    draft: OrderDraft | None
    strong: tuple[Advice, ...]
    lines: tuple[Line, ...]
    off: Mapping[Field, str]
    types: tuple[TypeChoice, ...]
    title: str
    detail: str
    why_not: str
    wrong: Field | None
    each: int | None
    costs: Costs | None


def show(
    state: TicketState,
    rules: MarketRules,
    now: datetime,
    context: Context,
    standing: Standing,
    *,
    hide: bool = False,
) -> TicketView:
    """Everything about `state` at the market's moment `now`. `hide`: without what the account has."""
    advice = advise(state.input, rules, now, context)
    if hide:
        advice = tuple(map(veiled, advice))
    off = off_reasons(state, rules)
    each = worth_each(state.type, state.side, state.price, context.quote)
    costs = _costs(state, rules, context, each)
    refusal = next((a for a in advice if a.level is Level.REFUSE), None)
    formed = complete(state.input, rules)
    sendable = isinstance(formed, OrderDraft) and refusal is None and not state.problems and not standing.sentence
    wrong, why = _why_not(state, refusal, standing)
    return TicketView(
        draft=formed if sendable and isinstance(formed, OrderDraft) else None,
        strong=tuple(a for a in advice if a.level is Level.STRONG),
        lines=_lines(state, advice, off, standing),
        off=off,
        types=types_of_sense(state, rules, now, context),
        title=title(state, rules) if not why else _pending_title(state, rules),
        detail=why or detail(state, rules, costs, standing),
        why_not=why,
        wrong=wrong,
        each=each,
        costs=costs,
    )


def types_of_sense(state: TicketState, rules: MarketRules, now: datetime, context: Context) -> tuple[TypeChoice, ...]:
    """Every type, those that make sense at this venue and moment first, the others with their reason."""
    flags = context.instrument.flags if context.instrument else frozenset()
    on_nxt = context.instrument is None or context.instrument.nxt
    venue = Venue.KRX if state.market is Market.GOLD else state.venue
    events = context.events | events_of_flags(flags)
    return types_by_sense(rules, state.market, venue, now, events, on_nxt=on_nxt)


# --- the sentence on the button ---------------------------------------------------------------------------------------
def title(state: TicketState, rules: MarketRules) -> str:
    """삼성전자 10주 71,200원 매수."""
    quantity = formats.quantity(state.quantity, state.market)
    price = formats.won(state.price) if state.type.needs_price else rules.type_names[state.type]
    return f"{state.name} {quantity} {price} {labels.word(state.side)}"


def detail(state: TicketState, rules: MarketRules, costs: Costs | None, standing: Standing) -> str:
    """보통(지정가) · 712,000원 · SOR · 연습."""
    parts = [rules.type_names[state.type]]
    if state.trigger is not None:
        parts.append(f"조건 {formats.won(state.trigger)}")
    if costs is not None:
        parts.append(f"{'' if state.type.needs_price else '약 '}{formats.won(costs.amount)}")
    parts.append("금현물" if state.market is Market.GOLD else labels.word(state.venue))
    if standing.world is not None:
        parts.append(labels.word(standing.world))
    if standing.wait > 0.05:
        parts.append(f"{formats.duration(standing.wait)} 후 전송")
    return " · ".join(parts)


def _pending_title(state: TicketState, rules: MarketRules) -> str:
    """The sentence as far as it is written: what is missing stays out."""
    words = [state.name]
    if state.quantity is not None:
        words.append(formats.quantity(state.quantity, state.market))
    if state.price is not None and state.type.needs_price:
        words.append(formats.won(state.price))
    if not state.type.needs_price:
        words.append(rules.type_names[state.type])
    return " ".join([*filter(None, words), labels.word(state.side)])


def _why_not(state: TicketState, refusal: Advice | None, standing: Standing) -> tuple[Field | None, str]:
    """What stands first in the way, with the field to put right."""
    for field in (Field.QUANTITY, Field.PRICE, Field.TRIGGER):
        if field in state.problems:
            return field, state.problems[field]
    if refusal is not None:
        return refusal.field, refusal.sentence
    return None, standing.sentence


def veiled(advice: Advice) -> Advice:
    """The same advice without the figure that tells what the account has."""
    if advice.code not in _OF_THE_ACCOUNT:
        return advice
    before, _, after = advice.sentence.rpartition(advice.normal)
    return replace(
        advice,
        sentence=f"{before}{formats.HIDDEN}{after}",
        fixes=tuple(replace(fix, label="가능 수량으로") for fix in advice.fixes),
        normal=formats.HIDDEN,
    )


# --- lines ------------------------------------------------------------------------------------------------------------
def _lines(
    state: TicketState, advice: tuple[Advice, ...], off: Mapping[Field, str], standing: Standing
) -> tuple[Line, ...]:
    lines = [Line(Level.REFUSE, standing.sentence)] if standing.sentence else []
    lines += [Line(Level.REFUSE, sentence, field=field) for field, sentence in state.problems.items()]
    unread = {f"{field.value}_missing" for field in state.problems}
    lines += [
        Line(a.level, a.sentence, a.fixes, a.field) for a in advice if a.code not in _MISSING and a.code not in unread
    ]
    if Field.PRICE in off:
        lines.append(Line(Level.INFO, off[Field.PRICE], field=Field.PRICE))
    return tuple(sorted(lines, key=lambda line: -line.level))


def _costs(state: TicketState, rules: MarketRules, context: Context, each: int | None) -> Costs | None:
    if each is None or state.quantity is None or state.quantity < 1:
        return None
    venue = Venue.KRX if state.market is Market.GOLD else state.venue
    return estimate(rules, state.side, venue, each * state.quantity, context.instrument)


def confirmation(view: TicketView, account: str, side: Side) -> tuple[str, ...]:
    """What the confirmation names beside the sentence itself: account, cost and what it takes or brings."""
    lines = [f"계좌 {account}"]
    if view.costs is not None:
        fees = view.costs.commission + view.costs.tax
        lines.append(f"예상 비용 {formats.won(fees)} (수수료·세금)")
        lines.append(f"{'필요한 돈' if side is Side.BUY else '받을 돈'} 약 {formats.won(view.costs.total)}")
    return tuple(lines)
