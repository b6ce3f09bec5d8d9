"""The broker as it really is in a simulated day: the ground truth that the desk's picture is compared with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from kiwoom_desk.domain.drafts import OrderDraft
from kiwoom_desk.domain.facts import Cancelling, Placing
from kiwoom_desk.domain.reports import OUR_CHANNEL, BrokerRef, Execution, OrderReport, ReportKind, Source
from tests.simulation.faults import Rates

Sent = Placing | Cancelling


class Declined(Exception):
    """The exchange refuses, in one word."""


@dataclass(frozen=True, slots=True)
class Stand:
    """What a list would have said of a number from `at` on: lists that lag tell an older one."""

    at: datetime
    draft: OrderDraft
    filled: int
    value: int
    left: int
    confirmed: int | None
    rejected: str | None
    expired: bool


@dataclass(slots=True)
class TrueOrder:
    """One number as the broker holds it. `sent` is the intent that made it; `duplicate` that a gateway doubled it.

    `told_channel` is what the list says, which may be blank; `took_all` that it amended all that was left."""

    ref: BrokerRef
    kind: ReportKind
    draft: OrderDraft
    at: datetime
    channel: str
    told_channel: str | None
    sent: Sent | None = None
    of: BrokerRef | None = None
    duplicate: bool = False
    left: int = 0
    cancelled: int = 0
    moved: int = 0
    took_all: bool = False
    dropped: int = 0
    confirmed: int | None = None
    rejected: str | None = None
    expired: bool = False
    fills: list[Execution] = field(default_factory=list)
    stands: list[Stand] = field(default_factory=list)

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
    """Accepts, fills, amends, cancels; tells `push` of each happening and lists any day on request.

    Numbers start again each day, and what rests ends with its day, which the lists may tell or not. The exchange may
    take its time over an amendment or a cancel, and what is filled meanwhile can no longer be changed."""

    def __init__(
        self,
        random: Random,
        rates: Rates,
        now: Callable[[], datetime],
        push: Callable[[Event], None],
        later: Callable[[float, Callable[[], None]], object],
    ) -> None:
        self._random = random
        self._rates = rates
        self._later = later
        self._now = now
        self._push = push
        self._number = 100
        self._number_day: date | None = None
        self._execution = 0
        self.orders: dict[BrokerRef, TrueOrder] = {}

    # --- commands ----------------------------------------------------------------------------------------------
    def place(self, draft: OrderDraft, sent: Sent | None, channel: str, *, duplicate: bool = False) -> TrueOrder:
        self._end_the_day()
        if self._random.random() < 0.05:
            raise Declined("RC4007")
        order = self._new(ReportKind.NEW, draft, sent, channel)
        order.left, order.duplicate = draft.quantity, duplicate
        if self._random.random() < 0.03:
            order.rejected, order.left = "거래소 거부", 0
        self._tell(Event(order))
        return order

    def amend(
        self, of: BrokerRef, draft: OrderDraft, quantity: int | None, sent: Sent | None, channel: str
    ) -> TrueOrder:
        return self._change(ReportKind.AMEND, of, draft, quantity, sent, channel)

    def cancel(self, of: BrokerRef, quantity: int | None, sent: Sent | None, channel: str) -> TrueOrder:
        return self._change(ReportKind.CANCEL, of, None, quantity, sent, channel)

    def _change(
        self,
        kind: ReportKind,
        of: BrokerRef,
        draft: OrderDraft | None,
        quantity: int | None,
        sent: Sent | None,
        channel: str,
    ) -> TrueOrder:
        self._end_the_day()
        parent = self._living(of)
        part = parent.left if quantity is None else quantity
        if part > parent.left:
            raise Declined("RC4033")
        order = self._new(kind, _with_quantity(draft or parent.draft, part), sent, channel, of)
        self._tell(Event(order, entered=True))
        if self._random.random() < 0.2:
            self._later(self._random.uniform(0.05, 4.0), lambda: self._confirm(order, parent, part))
        else:
            self._confirm(order, parent, part)
        return order

    def _confirm(self, order: TrueOrder, parent: TrueOrder, part: int) -> None:
        """The exchange has done it, as far as anything is left to do it to; the list keeps what was asked for too."""
        part = min(part, parent.left)
        if not part:
            order.rejected = "정정/취소 가능수량 없음"
        else:
            order.confirmed = part
            parent.left -= part
            if order.kind is ReportKind.AMEND:
                order.left, order.took_all = part, not parent.left
                parent.moved += part
            else:
                parent.cancelled += part
        self._stands(parent)
        self._tell(Event(order))

    def trade(self) -> None:
        """Fill a random part of a random living order; an IOC order loses its rest."""
        self._end_the_day()
        living = [o for o in self.orders.values() if o.left > 0 and o.rejected is None]
        if not living:
            return
        order = self._random.choice(living)
        part = self._random.randint(1, order.left)
        self._execution += 1
        fill = Execution(str(self._execution), part, order.draft.price or 70_000, self._now())
        order.fills.append(fill)
        order.left -= part
        if order.draft.type.lasting == "ioc" and order.left:
            order.dropped, order.left = order.left, 0
        self._tell(Event(order, fill))

    # --- statements --------------------------------------------------------------------------------------------
    def rows(self, day: date, heard: datetime, until: datetime) -> Iterable[OrderReport]:
        """The day list as it stood at `until` (a list that lags)."""
        self._end_the_day()
        for order in self.orders.values():
            if order.ref.day == day and order.at <= until:
                stand = next(stand for stand in reversed(order.stands) if stand.at <= until)
                yield self._listed(order, stand, heard)

    @staticmethod
    def _listed(order: TrueOrder, stand: Stand, heard: datetime) -> OrderReport:
        """A row. What remains of an amendment is told once the exchange has made or refused it."""
        entered = stand.confirmed is None and stand.rejected is None
        pending = order.kind is ReportKind.CANCEL or (order.kind is ReportKind.AMEND and entered)
        return OrderReport(
            order.ref,
            order.kind,
            Source.DAY_LIST,
            heard,
            draft=stand.draft,
            of=order.of,
            filled=stand.filled,
            filled_value=stand.value,
            remaining=None if pending else stand.left,
            confirmed=stand.confirmed,
            rejected=stand.rejected,
            expired=stand.expired,
            channel=order.told_channel,
            ordered_at=order.at.replace(microsecond=0),
        )

    def pushed(self, event: Event, heard: datetime) -> OrderReport:
        """A frame of the stream: no channel, no totals, no remainder that could be relied upon."""
        order = event.order
        return OrderReport(
            order.ref,
            order.kind,
            Source.STREAM,
            heard,
            draft=order.draft,
            of=order.of,
            execution=event.fill,
            confirmed=None if event.entered else order.confirmed,
            rejected=None if event.entered else order.rejected,
            ordered_at=order.at.replace(microsecond=0),
        )

    def _stands(self, order: TrueOrder) -> None:
        value = sum(f.quantity * f.price for f in order.fills)
        order.stands.append(
            Stand(
                self._now(),
                order.draft,
                order.filled,
                value,
                order.left,
                order.confirmed,
                order.rejected,
                order.expired,
            )
        )

    def _tell(self, event: Event) -> None:
        self._stands(event.order)
        self._push(event)

    # --- inside ------------------------------------------------------------------------------------------------
    def _end_the_day(self) -> None:
        """What rested at midnight is over. Nothing is pushed, and the list of the old day may say nothing either."""
        today = self._now().date()
        for order in self.orders.values():
            if order.left and order.ref.day < today:
                order.dropped, order.left = order.left, 0
                if self._random.random() < 0.5:
                    order.expired = True
                    self._stands(order)

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
            self._number, self._number_day = 100, now.date()
        self._number += self._random.randint(1, 3)
        told = channel if self._random.random() >= self._rates.blank_channel else self._random.choice(("", None))
        order = TrueOrder(BrokerRef(now.date(), self._number), kind, draft, now, channel, told, sent, of)
        self.orders[order.ref] = order
        return order


def _with_quantity(draft: OrderDraft, quantity: int) -> OrderDraft:
    return OrderDraft(
        draft.market, draft.code, draft.venue, draft.side, draft.type, quantity, draft.price, draft.trigger
    )


HTS = "영웅문4"
OURS = OUR_CHANNEL
