"""The broker as it really is in a simulated day: the ground truth that the desk's picture is compared with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from kiwoom_desk.domain.drafts import OrderDraft
from kiwoom_desk.domain.facts import Cancelling, Placing
from kiwoom_desk.domain.reports import OUR_CHANNEL, BrokerRef, Execution, OrderReport, ReportKind, Source

Sent = Placing | Cancelling


class Declined(Exception):
    """The exchange refuses, in one word."""


@dataclass(slots=True)
class TrueOrder:
    """One number as the broker holds it. `sent` is the intent that made it; `duplicate` that a gateway doubled it."""

    ref: BrokerRef
    kind: ReportKind
    draft: OrderDraft
    at: datetime
    channel: str
    sent: Sent | None = None
    of: BrokerRef | None = None
    duplicate: bool = False
    left: int = 0
    cancelled: int = 0
    moved: int = 0
    dropped: int = 0
    confirmed: int | None = None
    rejected: str | None = None
    fills: list[Execution] = field(default_factory=list)

    @property
    def filled(self) -> int:
        return sum(f.quantity for f in self.fills)


@dataclass(frozen=True, slots=True)
class Event:
    """What the stream would say; `report` is built without the time at which it is heard."""

    order: TrueOrder
    fill: Execution | None = None
    entered: bool = False


class TrueBroker:
    """Accepts, fills, amends, cancels; tells `push` of each happening and lists any day on request."""

    def __init__(self, random: Random, now: Callable[[], datetime], push: Callable[[Event], None]) -> None:
        self._random = random
        self._now = now
        self._push = push
        self._number = random.randrange(100, 90_000)
        self._number_day: date | None = None
        self._execution = 0
        self.orders: dict[BrokerRef, TrueOrder] = {}

    # --- commands ----------------------------------------------------------------------------------------------
    def place(self, draft: OrderDraft, sent: Sent | None, channel: str, *, duplicate: bool = False) -> TrueOrder:
        if self._random.random() < 0.05:
            raise Declined("RC4007")
        order = self._new(ReportKind.NEW, draft, sent, channel)
        order.left, order.duplicate = draft.quantity, duplicate
        if self._random.random() < 0.03:
            order.rejected, order.left = "거래소 거부", 0
        self._push(Event(order))
        return order

    def amend(
        self, of: BrokerRef, draft: OrderDraft, quantity: int | None, sent: Sent | None, channel: str
    ) -> TrueOrder:
        parent = self._living(of)
        part = parent.left if quantity is None else quantity
        if part > parent.left:
            raise Declined("RC4033")
        order = self._new(ReportKind.AMEND, _with_quantity(draft, part), sent, channel, of)
        self._push(Event(order, entered=True))
        order.left, order.confirmed = part, part
        parent.left -= part
        parent.moved += part
        self._push(Event(order))
        return order

    def cancel(self, of: BrokerRef, quantity: int | None, sent: Sent | None, channel: str) -> TrueOrder:
        parent = self._living(of)
        part = parent.left if quantity is None else quantity
        if part > parent.left:
            raise Declined("RC4033")
        order = self._new(ReportKind.CANCEL, _with_quantity(parent.draft, part), sent, channel, of)
        self._push(Event(order, entered=True))
        order.confirmed = part
        parent.left -= part
        parent.cancelled += part
        self._push(Event(order))
        return order

    def trade(self) -> None:
        """Fill a random part of a random living order; an IOC order loses its rest."""
        living = [o for o in self.orders.values() if o.left > 0 and o.rejected is None]
        if not living:
            return
        order = self._random.choice(living)
        part = self._random.randint(1, order.left)
        self._execution += 1
        fill = Execution(str(self._execution), part, order.draft.price or 70_000, self._now())
        order.fills.append(fill)
        order.left -= part
        self._push(Event(order, fill))
        if order.draft.type.lasting == "ioc" and order.left:
            order.dropped, order.left = order.left, 0

    # --- statements --------------------------------------------------------------------------------------------
    def rows(self, day: date, heard: datetime, until: datetime) -> Iterable[OrderReport]:
        """The day list as it stands, without what came after `until` (a list that lags)."""
        for order in self.orders.values():
            if order.ref.day == day and order.at <= until:
                yield self.statement(Event(order), heard, Source.DAY_LIST)

    def statement(self, event: Event, heard: datetime, source: Source) -> OrderReport:
        order, stream = event.order, source is Source.STREAM
        return OrderReport(
            order.ref,
            order.kind,
            source,
            heard,
            draft=order.draft,
            of=order.of,
            filled=0 if stream else order.filled,
            filled_value=sum(f.quantity * f.price for f in order.fills),
            execution=event.fill,
            remaining=None if stream or order.kind is ReportKind.CANCEL else order.left,
            confirmed=None if event.entered else order.confirmed,
            rejected=order.rejected,
            channel=None if stream else order.channel,
            ordered_at=order.at.replace(microsecond=0),
        )

    # --- inside ------------------------------------------------------------------------------------------------
    def _living(self, ref: BrokerRef) -> TrueOrder:
        order = self.orders.get(ref)
        if order is None:
            raise Declined("RC4032")
        if order.left <= 0 or order.kind is ReportKind.CANCEL:
            raise Declined("RC4033")
        return order

    def _new(
        self, kind: ReportKind, draft: OrderDraft, sent: Sent | None, channel: str, of: BrokerRef | None = None
    ) -> TrueOrder:
        now = self._now()
        if self._number_day != now.date():
            self._number, self._number_day = self._random.randrange(100, 90_000), now.date()
        self._number += self._random.randint(1, 9)
        order = TrueOrder(BrokerRef(now.date(), self._number), kind, draft, now, channel, sent, of)
        self.orders[order.ref] = order
        return order


def _with_quantity(draft: OrderDraft, quantity: int) -> OrderDraft:
    return OrderDraft(
        draft.market, draft.code, draft.venue, draft.side, draft.type, quantity, draft.price, draft.trigger
    )


HTS = "영웅문4"
OURS = OUR_CHANNEL
