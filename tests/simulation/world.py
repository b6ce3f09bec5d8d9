"""One simulated bad day from one seed: processes that are killed, a human who clicks, a wire that loses things.

The core is the product's own (desk, reconciler, ledger, matching); only the ports differ. Ninety seconds of faults,
then a healed phase in which everything has to come right (docs/reliability.md 3.2).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from random import Random

from kiwoom_desk.domain.checks.model import Limits
from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.domain.reports import OrderReport
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.trading.environments import LIVE
from kiwoom_desk.trading.gestures import Gesture
from kiwoom_desk.trading.ports import AccountName, StreamDown, StreamUp
from kiwoom_desk.trading.reconciler import Reconciler
from kiwoom_desk.trading.safety import Denied, Safety
from kiwoom_desk.trading.tasks import Tasks
from tests.simulation.faults import Rates
from tests.simulation.invariants import Watch
from tests.simulation.loop import START, VirtualClock, VirtualLoop, run
from tests.simulation.ports import Disk, SimBroker, SimJournal, Wire
from tests.simulation.truth import HTS, Declined

FAULTY = 90.0
HEALED = 140.0
LIMITS = Limits(5_000_000, 40_000_000, 30)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a seed decides before anything happens; a failing seed shrinks by dropping `acts`."""

    seed: int
    acts: int
    midnight_after: float | None = None
    second_instance: bool = False
    dropped: frozenset[int] = field(default_factory=frozenset)

    @classmethod
    def of(cls, seed: int) -> Plan:
        random = Random(seed * 7919 + 1)
        midnight = random.uniform(20.0, 120.0) if random.random() < 0.15 else None
        return cls(seed, random.randint(2, 9), midnight, random.random() < 0.1)


class Process:
    """One run of the program: what a kill ends. The disk and the wire stay."""

    def __init__(self, world: World, disk: Disk) -> None:
        self.world = world
        self.serial = world.next_serial()
        self.disk = disk
        self.journal = SimJournal(disk, world.random, world.rates, self._die)
        self.safety = Safety(LIVE, world.clock, lambda: LIMITS)
        self.safety.account = AccountName("1234567811")
        broker = SimBroker(world.wire, self.journal)
        self.desk = OrderDesk(Market.STOCK, broker, self.journal, world.clock, self.safety, today=self._today)
        facts = self.journal.replay()
        self.desk.recover(facts)
        self.safety.restore(facts)
        self.safety.keep(self.desk.learn)
        self.desk.subscribe(partial(world.watch.row_changed, self))
        self.reconciler = Reconciler(self.desk, broker, world.clock, today=self._today)
        self.tasks = Tasks("process")
        self._broker = broker
        self.death = asyncio.Event()

    def _today(self) -> date:
        return self.world.wire.server_now().date()

    def start(self) -> None:
        self.tasks.spawn(self._follow(), "stream")
        self.tasks.spawn(self.reconciler.run(), "looks")
        self.safety.arm("5678", 600)

    def _die(self) -> None:
        self.journal.dead = True
        self.death.set()

    async def end(self) -> None:
        """Killed: nothing of it runs on, and nothing more is written."""
        self.journal.dead = True
        sends = tuple(self.desk._in_flight)
        for task in sends:
            task.cancel()
        await asyncio.gather(*sends, return_exceptions=True)
        await self.tasks.close()

    async def _follow(self) -> None:
        async for event in self._broker.events():
            match event:
                case OrderReport():
                    self.desk.take(event)
                case StreamUp():
                    self.reconciler.streamed = True
                    self.reconciler.soon()
                case StreamDown():
                    self.reconciler.streamed = False
                    self.reconciler.soon()


class World:
    """A seed's whole day. `run_plan` is the way in."""

    def __init__(self, plan: Plan, loop: VirtualLoop) -> None:
        self.plan = plan
        self.random = Random(plan.seed)
        self.rates = Rates.drawn(self.random)
        start = START
        if plan.midnight_after is not None:
            start = START.replace(hour=23, minute=59, second=59) - timedelta(seconds=plan.midnight_after)
        self.clock = VirtualClock(loop, start)
        skew = self.random.choice((0.0, 0.0, 0.3, -1.2, 37.0))
        self.wire = Wire(self.random, self.rates, self.clock, skew)
        self.watch = Watch(self)
        self._serial = 0
        self.processes = [Process(self, Disk()) for _ in range(2 if plan.second_instance else 1)]
        self._gestures = 0

    def next_serial(self) -> int:
        """Tells one run of the program from the next; an object's address may be used again."""
        self._serial += 1
        return self._serial

    async def live(self) -> None:
        for process in self.processes:
            process.start()
        people = [asyncio.ensure_future(self._human(n)) for n in range(self.plan.acts) if n not in self.plan.dropped]
        traffic = asyncio.ensure_future(self._market())
        reapers = [asyncio.ensure_future(self._restart_when_killed(n)) for n in range(len(self.processes))]
        await asyncio.sleep(FAULTY)
        self.rates.heal()
        await asyncio.sleep(60.0)
        traffic.cancel()
        await asyncio.gather(*people, return_exceptions=True)
        await asyncio.sleep(HEALED - 60.0)
        for reaper in reapers:
            reaper.cancel()
        for process in self.processes:
            await process.reconciler.look()
        self.watch.at_rest()

    async def _restart_when_killed(self, which: int) -> None:
        while True:
            await self.processes[which].death.wait()
            await self.processes[which].end()
            await asyncio.sleep(self.random.uniform(0.1, 5.0))
            self.processes[which] = Process(self, self.processes[which].disk)
            self.processes[which].start()

    @property
    def process(self) -> Process:
        return self.processes[0]

    async def _market(self) -> None:
        while True:
            await asyncio.sleep(self.random.uniform(0.2, 6.0))
            self.wire.truth.trade()

    # --- the human ---------------------------------------------------------------------------------------------
    async def _human(self, number: int) -> None:
        """One act at a time of its own; what is denied is denied. Bugs of ours are not caught here."""
        random = Random(self.plan.seed * 1_000_003 + number)
        await asyncio.sleep(random.uniform(0.0, FAULTY - 5))
        act = random.choice(
            (self._place, self._place, self._place, self._amend, self._cancel, self._elsewhere, self._block)
        )
        try:
            await act(random)
        except (Denied, Declined):
            pass
        except asyncio.CancelledError:
            if not self.process.journal.dead and not self.process.death.is_set():
                me = asyncio.current_task()
                if me is not None and me.cancelling():
                    raise

    def _gesture(self) -> Gesture:
        self._gestures += 1
        return Gesture(f"G{self._gestures:05d}", self.clock.now(), self.clock.monotonic())

    def _desk(self, random: Random) -> OrderDesk:
        """Mostly of the first process; the second, where there is one, is another program with the same key."""
        return self.processes[-1 if random.random() < 0.4 else 0].desk

    async def _place(self, random: Random) -> None:
        desk, gesture, draft = self._desk(random), self._gesture(), a_draft(random)
        if random.random() < 0.3:
            twice = [desk.place(draft, gesture), desk.place(draft, gesture)]
            await asyncio.gather(*twice, return_exceptions=True)
        else:
            await desk.place(draft, gesture)

    async def _amend(self, random: Random) -> None:
        order = await self._some_order(random)
        if order is not None:
            quantity = None if random.random() < 0.7 else random.randint(1, order.remaining)
            change = AmendDraft(quantity, random.choice((71_300, 71_400, 71_500)))
            row = await self.process.desk.amend(order.id, change, self._gesture())
            if random.random() < 0.5:
                await asyncio.sleep(random.uniform(0.0, 5.0))
                await self.process.desk.amend(row.id, AmendDraft(None, 71_600), self._gesture())

    async def _cancel(self, random: Random) -> None:
        order = await self._some_order(random)
        if order is not None:
            quantity = None if random.random() < 0.6 else random.randint(1, order.remaining)
            for _ in range(random.choice((1, 1, 2))):
                await self.process.desk.cancel(order.id, quantity, self._gesture())

    async def _some_order(self, random: Random) -> Order | None:
        """An order that can be changed; places one first when there is none."""
        for _ in range(3):
            living = [o for o in self.process.desk.orders() if o.can_change]
            if living:
                return random.choice(living)
            await self.process.desk.place(a_draft(random), self._gesture())
            await asyncio.sleep(random.uniform(0.0, 2.0))
        return None

    async def _elsewhere(self, random: Random) -> None:
        """The trader's phone, or another channel's amendment or cancel of an order placed here."""
        living = [o for o in self.wire.truth.orders.values() if o.left > 0]
        if living and random.random() < 0.6:
            order = random.choice(living)
            if random.random() < 0.5:
                self.wire.truth.cancel(order.ref, None, None, HTS)
            else:
                self.wire.truth.amend(order.ref, order.draft.amended(AmendDraft(None, 71_700), 0), None, None, HTS)
        else:
            self.wire.truth.place(a_draft(random), None, HTS)

    async def _block(self, random: Random) -> None:
        """The kill switch for a while: cancels go on."""
        process = self.process
        process.safety.block()
        self.watch.blocked(process, True)
        for order in [o for o in process.desk.orders() if o.can_change][:3]:
            await process.desk.cancel(order.id, None, self._gesture())
        await asyncio.sleep(random.uniform(0.0, 8.0))
        process.safety.unblock()
        self.watch.blocked(process, False)


def a_draft(random: Random) -> OrderDraft:
    """Few contents, so that twins happen."""
    kind = random.choice((OrderType.LIMIT, OrderType.LIMIT, OrderType.LIMIT, OrderType.LIMIT_IOC, OrderType.MARKET))
    price = random.choice((71_000, 71_100)) if kind.needs_price else None
    side = random.choice((Side.BUY, Side.BUY, Side.SELL))
    quantity = random.choice((5, 10))
    return OrderDraft(Market.STOCK, "005930", random.choice((Venue.KRX, Venue.SOR)), side, kind, quantity, price)


def run_plan(plan: Plan) -> Watch:
    """Live one day; the watch holds what was violated."""
    loop = VirtualLoop()
    holder: list[World] = []

    async def main() -> None:
        world = World(plan, loop)
        holder.append(world)
        await world.live()

    run(main(), loop)
    return holder[0].watch
