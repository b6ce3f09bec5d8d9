"""From what is known to one row: the only place that decides an order's state and figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from kiwoom_desk.domain.broker_orders import BrokerOrder
from kiwoom_desk.domain.drafts import OrderDraft
from kiwoom_desk.domain.facts import Accepted, AnswerLost, Cancelling, NotSent, OrderId, Placing, Refused, Verdict
from kiwoom_desk.domain.intents import Intent
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.orders import PENDING, Change, Doubt, Order, OrderState, Standing
from kiwoom_desk.domain.reports import BrokerRef, ReportKind


class Origin(Enum):
    """Whose an order is: ours by its intent, or as far as those of our requests that it fits tell."""

    OURS = auto()
    ELSEWHERE = auto()
    PERHAPS_OURS = auto()
    ORPHAN = auto()


@dataclass(frozen=True, slots=True)
class Kid:
    """A number that amends or cancels this order, its row (for an amendment) and our intent when it was ours."""

    number: BrokerOrder
    row: OrderId
    intent: Intent | None

    @property
    def settled(self) -> bool:
        """The exchange has confirmed it, or shows the amendment as a live order of its own."""
        return self.number.confirmed is not None or (self.number.kind is ReportKind.AMEND and self.moved > 0)

    @property
    def moved(self) -> int:
        """What left the original: confirmed, or the size of an amendment that a list shows with its own remainder or
        as confirmed without saying how much (`cnfm_qty` 0 or blank)."""
        number = self.number
        if number.rejected is not None and not number.filled:
            return 0
        if number.confirmed or number.kind is ReportKind.CANCEL:
            return number.confirmed or 0
        done = number.confirmed is not None or number.stated is not None or number.filled > 0
        return number.shown.quantity if done and number.shown else 0


@dataclass(frozen=True, slots=True)
class _Figures:
    quantity: int
    filled: int
    value: int
    cancelled: int
    moved: int
    remaining: int

    @property
    def unaccounted(self) -> int:
        """What was neither filled nor withdrawn nor moved on."""
        return self.quantity - self.filled - self.cancelled - self.moved


def build_row(
    row_id: OrderId,
    intent: Intent | None,
    ref: BrokerRef | None,
    number: BrokerOrder | None,
    *,
    kids: Sequence[Kid],
    requests: Sequence[tuple[Intent, int]],
    replaces: OrderId | None,
    confirmed_by_look: bool,
    picked: bool,
    looks: int,
    origin: Origin,
) -> Order | None:
    """The row of our `intent` and/or the broker's `number`; None while nobody has described the order.

    `requests` are ours to change it that have no number of their own, each with the looks that searched for it."""
    draft = _draft(intent, number)
    if draft is None:
        return None
    placing = intent.begun if intent is not None and isinstance(intent.begun, Placing) else None
    figures = _figures(draft, number, kids)
    state = _state(intent, ref, number, figures)
    reason, code = _reason(intent, number, state)
    written = placing.at if placing else None
    heard = None if number is None else number.ordered_at or number.first_seen
    at = written or heard
    day = ref.day if ref is not None else placing.day if placing else None
    assert at is not None and day is not None, "a row without intent has a number"
    return Order(
        id=row_id,
        draft=draft,
        name=(placing.name if placing and placing.name else number.name if number else ""),
        state=state,
        at=at,
        day=day,
        ref=ref,
        own=intent is not None,
        filled=figures.filled,
        filled_value=figures.value,
        remaining=figures.remaining if state in (OrderState.WORKING, *_NOT_DONE) else 0,
        cancelled=figures.cancelled,
        moved=figures.moved,
        replaces=replaces,
        replaced_by=tuple(k.row for k in kids if k.number.kind is ReportKind.AMEND),
        of=(number.of if number else None) or (placing.of if placing else None),
        changes=_changes(kids, requests, figures.remaining),
        reason=reason,
        code=code,
        absent=ref is None and intent is not None and intent.absent,
        candidates=_candidates(intent, ref),
        turned_down=_turned_down(intent, ref),
        picked=picked,
        passed_over=_passed_over(intent, ref) if picked else (),
        looks=looks,
        ended_at=None if intent is None else intent.ended_at,
        confirmed_by_look=confirmed_by_look,
        seen=number is not None,
        perhaps_ours=origin is Origin.PERHAPS_OURS,
        orphan=origin is Origin.ORPHAN,
        channel=number.channel if number else None,
        type_text=number.type_text if number else "",
        text=number.text if number else "",
        doubts=frozenset(_doubts(draft, intent, number, figures)),
    )


_NOT_DONE = (OrderState.SENDING, OrderState.UNCONFIRMED)


def _draft(intent: Intent | None, number: BrokerOrder | None) -> OrderDraft | None:
    """Ours when it is ours, with the quantity the broker gave an amendment of "all that remains"."""
    if intent is None or not isinstance(intent.begun, Placing):
        return None if number is None or number.shown is None else _sized(number.shown, _told_quantity(number))
    draft = intent.begun.draft
    if intent.begun.change is not None:
        told = None if number is None else _told_quantity(number)
        replied = intent.outcome.quantity if isinstance(intent.outcome, Accepted) else None
        return _sized(draft, told or replied)
    return draft


def _told_quantity(number: BrokerOrder) -> int | None:
    """An amendment is as large as what it moved, which may be less than what it was entered for."""
    if number.kind is ReportKind.AMEND and number.confirmed:
        return number.confirmed
    return None if number.draft is None else number.draft.quantity


def _sized(draft: OrderDraft, quantity: int | None) -> OrderDraft:
    return draft if quantity in (None, draft.quantity) else replace(draft, quantity=quantity)


def _figures(draft: OrderDraft, number: BrokerOrder | None, kids: Iterable[Kid]) -> _Figures:
    quantity = draft.quantity
    filled = number.filled if number else 0
    value = number.filled_value if number else 0
    cancelled = sum(k.moved for k in kids if k.number.kind is ReportKind.CANCEL)
    moved = sum(k.moved for k in kids if k.number.kind is ReportKind.AMEND)
    left = quantity - filled - cancelled - moved
    stated = _stated(draft, number) if number else None
    remaining = max(0, left if stated is None else min(left, stated))
    return _Figures(quantity, filled, value, cancelled, moved, remaining)


def _stated(draft: OrderDraft, number: BrokerOrder) -> int | None:
    """What the lists say remains: it only falls (R6).

    Not so of a stop limit. Whether one that waits counts is not documented (kiwoom/README.md 3), so it may have nothing
    left until it is triggered: the last word holds, and nothing but zeros says nothing."""
    if draft.type is not OrderType.STOP_LIMIT:
        return number.stated
    return number.stated_last if number.stated_most else None


def _state(intent: Intent | None, ref: BrokerRef | None, number: BrokerOrder | None, figures: _Figures) -> OrderState:
    if ref is None:
        assert intent is not None
        return _state_without_number(intent)
    if figures.filled >= figures.quantity:
        return OrderState.FILLED
    if number is not None and number.rejected is not None and not figures.filled:
        return OrderState.REJECTED
    if number is not None and number.expired and figures.unaccounted:
        return OrderState.EXPIRED
    if figures.remaining > 0:
        return OrderState.WORKING
    return OrderState.REPLACED if figures.moved else OrderState.CANCELED


def _state_without_number(intent: Intent) -> OrderState:
    match intent.outcome:
        case None:
            return OrderState.SENDING
        case Refused():
            return OrderState.REJECTED
        case NotSent():
            return OrderState.NOT_PLACED
        case AnswerLost() | Accepted():
            assert intent.lost
            return OrderState.NOT_PLACED if intent.absent else OrderState.UNCONFIRMED


def _reason(intent: Intent | None, number: BrokerOrder | None, state: OrderState) -> tuple[str, str]:
    if number is not None and number.rejected is not None and state is OrderState.REJECTED:
        return number.rejected, ""
    match intent.outcome if intent is not None and number is None else None:
        case Refused(code, text):
            return text, code
        case NotSent(reason) | AnswerLost(reason):
            return reason, ""
    return "", ""


def _candidates(intent: Intent | None, ref: BrokerRef | None) -> tuple[BrokerRef, ...]:
    if ref is not None or intent is None or intent.judged is None or intent.judged.verdict is not Verdict.AMBIGUOUS:
        return ()
    return intent.judged.candidates


def _turned_down(intent: Intent | None, ref: BrokerRef | None) -> tuple[BrokerRef, ...]:
    if ref is not None or intent is None or not intent.absent:
        return ()
    return tuple(sorted(intent.turned_down))


def _passed_over(intent: Intent | None, ref: BrokerRef | None) -> tuple[BrokerRef, ...]:
    if intent is None or intent.judged is None:
        return ()
    return tuple(sorted({*intent.judged.candidates, *intent.ever_turned_down} - {ref}))


def _changes(kids: Iterable[Kid], requests: Iterable[tuple[Intent, int]], remaining: int) -> tuple[Change, ...]:
    changes = [_listed(kid, remaining) for kid in kids]
    changes += [_asked(intent, looks, remaining) for intent, looks in requests]
    return tuple(sorted(changes, key=lambda c: (c.at, str(c.request), str(c.ref))))


def _listed(kid: Kid, remaining: int) -> Change:
    number = kid.number
    if number.rejected is not None:
        standing = Standing.FAILED
    elif kid.settled:
        standing = Standing.DONE
    else:
        standing = Standing.ENTERED if remaining else Standing.MOOT
    quantity = number.confirmed or (number.shown.quantity if number.shown else None)
    intent = kid.intent
    at = (intent.written_at if intent else None) or number.ordered_at or number.first_seen
    request, outcome = (None, None) if intent is None else (intent.request, intent.outcome)
    ended = None if intent is None else intent.ended_at
    return Change(request, number.kind is ReportKind.CANCEL, quantity, standing, at, number.ref, outcome, ended)


def _asked(intent: Intent, looks: int, remaining: int) -> Change:
    begun = intent.begun
    assert begun is not None
    cancel = isinstance(begun, Cancelling)
    quantity = begun.quantity if isinstance(begun, Cancelling) else begun.change.quantity if begun.change else None
    standing = _standing(intent)
    if standing in PENDING and remaining == 0:
        standing = Standing.MOOT
    ended = intent.ended_at
    return Change(intent.request, cancel, quantity, standing, begun.at, intent.own_ref, intent.outcome, ended, looks)


def _standing(intent: Intent) -> Standing:
    if intent.lost:
        return Standing.ABSENT if intent.absent else Standing.UNCONFIRMED
    if intent.outcome is None:
        return Standing.SENDING
    return Standing.ENTERED if isinstance(intent.outcome, Accepted) else Standing.FAILED


def _doubts(draft: OrderDraft, intent: Intent | None, number: BrokerOrder | None, figures: _Figures) -> Iterable[Doubt]:
    if figures.filled > figures.quantity:
        yield Doubt.OVERFILLED
    elif figures.filled + figures.cancelled + figures.moved > figures.quantity:
        yield Doubt.SUM_TOO_LARGE
    if intent is not None and intent.misnamed:
        yield Doubt.CLAIMED_TWICE
    if intent is not None and intent.contradicted:
        yield Doubt.ACCEPTED_THOUGH_REFUSED
    if number is None:
        return
    if number.rejected is not None and figures.filled:
        yield Doubt.FILLED_THOUGH_REJECTED
    if number.contradicted:
        yield Doubt.KIND_UNCLEAR
    told = number.draft
    if intent is not None and told is not None and _identity(told) != _identity(draft):
        yield Doubt.DIFFERS


def _identity(draft: OrderDraft) -> tuple[object, ...]:
    return draft.market, draft.code, draft.side, draft.quantity
