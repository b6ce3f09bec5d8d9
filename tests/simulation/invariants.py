"""The invariants I1–I17 of docs/reliability.md, checked against the broker's ground truth while a day is lived."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

from kiwoom_desk.domain.facts import Cancelling, Looked, OrderId, Placing, RequestId
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.domain.matching import same_order
from kiwoom_desk.domain.orders import WAITING, Order, OrderState, Standing
from kiwoom_desk.domain.reports import OUR_CHANNEL, BrokerRef, ReportKind
from tests.simulation.truth import TrueOrder

if TYPE_CHECKING:
    from tests.simulation.ports import Disk, SimJournal
    from tests.simulation.world import Process, World

TO_DISK = 0.06
"""Seconds after which a note has reached the disk."""

LEARNT_BETTER = {(OrderState.CANCELED, OrderState.FILLED), (OrderState.CANCELED, OrderState.REPLACED)} | {
    (OrderState.EXPIRED, better) for better in (OrderState.FILLED, OrderState.CANCELED, OrderState.REPLACED)
}
"""A late fill; and nothing remains, or the day was over, of which the reason is learnt after the fact."""

GRACE, LOOKS_FOR_ABSENT, SECONDS_FOR_ABSENT, TOO_OLD = timedelta(seconds=0.5), 3, timedelta(seconds=30), 1.5
"""The figures of docs/reliability.md, written anew: the core's own could be wrong together with it."""

TERMINAL = frozenset(
    {OrderState.FILLED, OrderState.CANCELED, OrderState.REPLACED, OrderState.REJECTED, OrderState.EXPIRED}
)


class Watch:
    """Collects violations as (invariant, what happened)."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._rows: dict[tuple[int, OrderId], Order] = {}
        self._blocks: dict[Disk, tuple[bool | None, float]] = {}
        self.violations: list[tuple[str, str]] = []
        self.seen: Counter[str] = Counter()

    def fail(self, invariant: str, what: object) -> None:
        self.violations.append((invariant, f"t={self.world.clock.monotonic():.3f} {what}"))

    # --- while it runs -----------------------------------------------------------------------------------------
    def row_changed(self, process: Process, order_id: OrderId, order: Order | None) -> None:
        """What one process shows; a new process starts from the disk and may know less."""
        key = (process.serial, order_id)
        before = self._rows.get(key)
        if order is None:
            self._rows.pop(key, None)
            return
        self._rows[key] = order
        self.seen[order.state.value] += 1
        if before is not None and before.ref == order.ref:
            self._forward(before, order)
        if order.state is OrderState.SENDING and before is None:
            self._no_twin_waits(process, order)
        self._fills_within_truth(order)
        self._verdict_has_evidence(process, order)

    def blocked(self, process: Process, on: bool) -> None:
        """The trader blocked new orders, or lifted the block."""
        if not process.journal.dead:
            self._blocks[process.disk] = (on, self.world.clock.monotonic())

    def died(self, process: Process) -> None:
        """What was noted in the last moment may be lost with the process."""
        _, since = self._blocks.get(process.disk, (False, -1.0))
        if self.world.clock.monotonic() - since < TO_DISK:
            self._blocks[process.disk] = (None, since)

    def restarted(self, process: Process) -> None:
        """I15 over restarts: what the trader said last holds."""
        said, since = self._blocks.get(process.disk, (False, -1.0))
        if said is None:
            self._blocks[process.disk] = (process.safety.blocked, since)
        elif process.safety.blocked is not said:
            self.fail("I15", f"blocked is {process.safety.blocked} after a restart")

    def posting(self, fact: Placing | Cancelling, journal: SimJournal) -> None:
        """At the first byte: I8 the intention is on disk; I10, I15 new orders and amendments only armed and not
        blocked, cancels always; I11 they are young; I17 a change names what was pressed."""
        process = next(p for p in self.world.processes if p.journal is journal)
        if fact not in process.disk.facts:
            self.fail("I8", fact)
        if fact.of is not None and not self._is_meant(fact.of, _gesture_of(fact), process):
            self.fail("I17", fact)
        if isinstance(fact, Placing):
            if self._blocks.get(process.disk, (False, 0.0))[0]:
                self.fail("I15", fact)
            if self.world.made[fact.order_id].age(self.world.clock) > TOO_OLD + 0.001:
                self.fail("I11", fact)
            if self.world.clock.now() >= process.armed_until:
                self.fail("I10", fact)

    def _is_meant(self, named: BrokerRef, gesture: str, process: Process) -> bool:
        """The number of the row that was pressed, or one that its rest was amended to, as far as the trader could know:
        each step down took all that was left, or was no amendment that had been made when he pressed."""
        shown = self.world.pressed_on[gesture]
        now = process.desk.order(shown.id)
        own = {shown.ref, now.ref if now is not None else None}
        made = {change.ref for change in shown.changes if not change.cancel and change.standing is Standing.DONE}
        at: BrokerRef | None = named
        while at is not None and at not in own:
            number = self.world.wire.truth.orders[at]
            above = self.world.wire.truth.orders.get(number.of) if number.of is not None else None
            whole = number.took_all or (above is not None and above.moved == above.draft.quantity)
            if at in made and not whole:
                return False
            at = number.of
        return at is not None

    def _no_twin_waits(self, process: Process, order: Order) -> None:
        """I9 at the moment of sending. Later evidence may reopen an older twin (R7, ambiguity); that sends nothing."""
        for other in process.desk.orders():
            if not other.own or other.id == order.id or other.state not in WAITING:
                continue
            amended = order.replaces is not None and other.of == order.of
            if amended or (order.replaces is None and other.replaces is None and other.draft == order.draft):
                self.fail("I9", (order, other))

    def _forward(self, before: Order, order: Order) -> None:
        if order.filled < before.filled or order.cancelled < before.cancelled or order.moved < before.moved:
            self.fail("I6", (before, order))
        step = (before.state, order.state)
        if before.state in TERMINAL and order.state is not before.state and step not in LEARNT_BETTER:
            self.fail("I6", step)

    def _fills_within_truth(self, order: Order) -> None:
        true = self.world.wire.truth.orders.get(order.ref) if order.ref is not None else None
        if true is not None and order.filled > true.filled:
            self.fail("I5", (order, true))

    def _verdict_has_evidence(self, process: Process, order: Order) -> None:
        intent = process.desk.ledger.intent(RequestId(order.id))
        by_trader = intent is not None and intent.judged is not None and intent.judged.by == "trader"
        if not order.absent or order.ended_at is None or by_trader:
            return
        ended = order.ended_at
        looks = {(f.day, f.began) for f in process.journal.told() if isinstance(f, Looked)}
        counted = [
            began for day, began in looks & self.world.wire.whole_looks if day == order.day and began >= ended + GRACE
        ]
        since = self.world.clock.monotonic() - self.world.wire.ended.get(order.id, 0.0)
        if since < SECONDS_FOR_ABSENT.total_seconds() - 0.001 or self.world.clock.now() - ended < SECONDS_FOR_ABSENT:
            self.fail("I13", order)
        if len(counted) < LOOKS_FOR_ABSENT and not process.journal.dead:
            self.fail("I13", (len(counted), order))

    # --- when everything is healed and quiet -------------------------------------------------------------------
    def at_rest(self) -> None:
        self._one_post_per_intent()
        for process in self.world.processes:
            self._settled(process)
            self._nothing_lost_by_refusal(process)
            self._bound_right(process)
            self._found_again(process)
            self._disk_tells_all(process)
            self._limits_held(process)
            self._blotter_is_broker(process)

    def _one_post_per_intent(self) -> None:
        posts = Counter(_request(fact) for fact in self.world.wire.posts)
        for request, count in posts.items():
            if count > 1:
                self.fail("I1", (request, count))
        made = Counter(_request(o.sent) for o in self._true() if o.sent is not None and not o.duplicate)
        for request, count in made.items():
            if count > 1:
                self.fail("I1", (request, count))

    def _blotter_is_broker(self, process: Process) -> None:
        """I2, I5: order by order, each number exactly once, with its own figures."""
        shown = {o.ref: o for o in process.desk.ledger.orders() if o.ref is not None}
        numbers = [o.ref for o in process.desk.ledger.orders() if o.ref is not None]
        if len(numbers) != len(set(numbers)):
            self.fail("I2", "a number is shown twice")
        today = self._today()
        for true in self._true():
            if true.kind is ReportKind.CANCEL:
                continue
            order = shown.get(true.ref)
            if true.ref.day != today:
                if order is not None and (order.state is OrderState.WORKING or order.filled != true.filled):
                    self.fail("I2", ("of yesterday", order, true))
                continue
            if order is None:
                self.fail("I2", ("missing", true))
                continue
            figures = (order.filled, order.moved, order.remaining)
            if figures != (true.filled, true.moved, true.left):
                self.fail("I2", (order, true))
            if order.cancelled != true.cancelled:
                self.fail("I2", ("cancelled", order, true))
            if order.state is not _state_of(true):
                self.fail("I2", ("state", order, true))

    def _settled(self, process: Process) -> None:
        """I12: nothing waits for ever, once the trader has chosen where more than one row fitted."""
        for order in process.desk.orders():
            if order.state in WAITING:
                self.fail("I12", order)
            for change in order.changes:
                if change.standing in (Standing.SENDING, Standing.UNCONFIRMED) and order.alive:
                    intent = None if change.request is None else process.desk.ledger.intent(change.request)
                    if intent is None or intent.judged is None:
                        self.fail("I12", (order, change))

    def _nothing_lost_by_refusal(self, process: Process) -> None:
        """I3: what we call not sent or rejected is not at the broker."""
        made = {_request(o.sent) for o in self._true() if o.sent is not None and not o.duplicate}
        for order in process.desk.ledger.orders():
            never = order.state is OrderState.NOT_PLACED and not order.absent
            if order.own and order.ref is None and (never or order.state is OrderState.REJECTED) and order.id in made:
                self.fail("I3", order)

    def _bound_right(self, process: Process) -> None:
        """I4: the number exists, has the content, is no other channel's as far as the list tells, was unknown before
        the send."""
        for order in process.desk.ledger.orders():
            if not order.own or order.ref is None:
                continue
            true = self.world.wire.truth.orders.get(order.ref)
            if true is None:
                self.fail("I4", ("no such number", order))
                continue
            if true.told_channel not in (OUR_CHANNEL, "", None):
                self.fail("I4", ("another channel's", order, true))
            if order.replaces is None:
                same = same_order(order.draft, true.draft)
            else:  # an amendment is as large as the exchange made it, which yesterday's list is no longer asked for
                same = order.draft.quantity == (true.confirmed or true.draft.quantity) or order.day != self._today()
            if not same:
                self.fail("I4", ("other content", order, true))
            known = process.desk.ledger.number(order.ref)
            if known is not None and known.first_seen < order.at:
                self.fail("I4", ("known before it was sent", order, true))

    def _found_again(self, process: Process) -> None:
        """I4 the other way: an order of ours that the list shows is not left to stand as a stranger's."""
        owner = process.desk.ledger.bindings.owner
        for true in self._true():
            intent = process.desk.ledger.intent(RequestId(_request(true.sent)))
            if intent is None or not intent.absent or true.ref in owner or true.ref.day != self._today():
                continue
            if intent.request in process.desk.ledger.bindings.ref_of:
                continue  # a twin of a stranger with our key took its place, which content alone cannot tell
            if true.ref not in intent.turned_down and not true.duplicate:
                self.fail("I4", ("ours and not found", intent, true))

    def _disk_tells_all(self, process: Process) -> None:
        """I7, I16 on what this day really produced: what is on disk, in whatever order, is what is shown."""
        mixed = list(process.journal.told())
        Random(self.world.plan.seed).shuffle(mixed)
        told, shown = ({o.id: o for o in ledger.orders()} for ledger in (Ledger(mixed), process.desk.ledger))
        for order_id in sorted(told.keys() | shown.keys()):
            if told.get(order_id) != shown.get(order_id):
                self.fail("I7", (told.get(order_id), shown.get(order_id)))

    def _limits_held(self, process: Process) -> None:
        """I14: each order, each minute and each day, over restarts too."""
        limits = self.world.plan.limits
        assert limits.value_per_order and limits.value_per_day and limits.orders_per_minute
        sent = [f for f in process.disk.facts if isinstance(f, Placing)]
        values = [f.draft.quantity * (f.draft.price or 71_000) for f in sent]
        if max(values, default=0) > limits.value_per_order:
            self.fail("I14", ("one order", max(values)))
        days = Counter[date]()
        for fact, value in zip(sent, values, strict=True):
            days[fact.at.date()] += value
        if max(days.values(), default=0) > limits.value_per_day:
            self.fail("I14", ("a day", days))
        times = sorted(f.at for f in sent)
        for early, late in zip(times, times[limits.orders_per_minute :], strict=False):
            if late - early < timedelta(minutes=1):
                self.fail("I14", ("a minute", early, late))

    def _today(self) -> date:
        return self.world.wire.server_now().date()

    def _true(self) -> list[TrueOrder]:
        return list(self.world.wire.truth.orders.values())


def _state_of(true: TrueOrder) -> OrderState:
    if true.filled >= (true.confirmed or true.draft.quantity):
        return OrderState.FILLED
    if true.rejected is not None:
        return OrderState.REJECTED
    if true.left:
        return OrderState.WORKING
    return OrderState.REPLACED if true.moved else OrderState.CANCELED


def _request(fact: Placing | Cancelling | None) -> str:
    if fact is None:
        return ""
    return fact.order_id if isinstance(fact, Placing) else fact.request


def _gesture_of(fact: Placing | Cancelling) -> str:
    return fact.order_id if isinstance(fact, Placing) else fact.request
