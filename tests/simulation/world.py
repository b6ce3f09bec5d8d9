"""One simulated bad day from one seed: processes that are killed, a human who clicks, a wire that loses things.

The core is the product's own (desk, reconciler, ledger, matching); only the ports differ. Ninety seconds of faults,
then a healed phase in which everything has to come right (docs/reliability.md 3.2).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from random import Random

from kiwoom_desk.domain.checks.model import Limits
from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.facts import Placing
from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.orders import WAITING, Order
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
from tests.simulation.truth import HTS, OURS, Declined

FAULTY = 90.0
QUIET = FAULTY - 5
HEALED, QUIETENING = 140.0, 60.0
WIDE, TIGHT = Limits(5_000_000, 40_000_000, 30), Limits(1_000_000, 3_000_000, 4)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a seed decides before anything happens; a failing seed shrinks by dropping `acts`.

    The acts of a day happen `within` so many seconds: some days are a rush. Gold has no pushes: its days are lived by
    looking alone."""

    seed: int
    acts: int
    within: float = QUIET
    faulty: float = FAULTY
    midnight_after: float | None = None
    second_instance: bool = False
    limits: Limits = WIDE
    market: Market = Market.STOCK
    dropped: frozenset[int] = field(default_factory=frozenset)

    @classmethod
    def of(cls, seed: int) -> Plan:
        random = Random(seed * 7919 + 1)
        midnight = random.uniform(20.0, 120.0) if random.random() < 0.15 else None
        rush = random.random() < 0.2
        acts, within = (random.randint(8, 20), random.uniform(4.0, 20.0)) if rush else (random.randint(2, 9), QUIET)
        limits = TIGHT if random.random() < 0.15 else WIDE
        second = random.random() < 0.12
        market = Market.GOLD if random.random() < 0.1 else Market.STOCK
        return cls(seed, acts, within, FAULTY, midnight, second, limits, market)


class Process:
    """One run of the program: what a kill ends. The disk and the wire stay."""

    def __init__(self, world: World, disk: Disk) -> None:
        self.world = world
        self.serial = world.next_serial()
        self.disk = disk
        self.journal = SimJournal(disk, world.random, world.rates, self._die)
        self.safety = Safety(LIVE, world.clock, lambda: world.plan.limits)
        self.safety.account = AccountName("1234567811")
        broker = SimBroker(world.wire, self.journal)
        self.desk = OrderDesk(
            world.plan.market,
            broker,
            self.journal,
            world.clock,
            self.safety,
            today=self._today,
            there=world.wire.known_time,
            value_of=worth,
        )
        facts = self.journal.replay()
        self.desk.recover(facts)
        self.safety.restore(facts)
        world.watch.restarted(self)
        self.safety.keep(self.desk.learn)
        self.desk.subscribe(partial(world.watch.row_changed, self))
        self.reconciler = Reconciler(self.desk, broker, world.clock, today=self._today)
        self.tasks = Tasks("process")
        self._broker = broker
        self.death = asyncio.Event()
        self.armed_until = world.clock.now()

    def _today(self) -> date:
        return self.world.wire.server_now().date()

    def start(self) -> None:
        if self.world.plan.market is Market.STOCK:
            self.tasks.spawn(self._follow(), "stream")
        self.tasks.spawn(self.reconciler.run(), "looks")
        self.arm(self.world.random.choice((1, 600)))

    def arm(self, minutes: int) -> None:
        self.safety.arm("5678", minutes)
        self.armed_until = self.world.clock.now() + timedelta(minutes=minutes)

    def disarm(self) -> None:
        self.safety.disarm("시험")
        self.armed_until = self.world.clock.now()

    def waits(self) -> bool:
        """Something here is not known yet, or rests from a day that is over."""
        today = self._today()
        return any(
            order.state in WAITING or (order.can_change and order.ref is not None and order.ref.day < today)
            for order in self.desk.orders()
        )

    def _die(self) -> None:
        self.journal.dead = True
        self.world.watch.died(self)
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
        self.watch = Watch(self)
        self.wire = Wire(self.random, self.rates, self.clock, skew, self.watch.posting)
        self._serial = 0
        self.processes = [Process(self, Disk()) for _ in range(2 if plan.second_instance else 1)]
        self._gestures = 0
        self.made: dict[str, Gesture] = {}
        self.pressed_on: dict[str, Order] = {}

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
        await asyncio.sleep(self.plan.faulty)
        self.rates.heal()
        await asyncio.sleep(QUIETENING)
        traffic.cancel()
        for end in await asyncio.gather(*people, return_exceptions=True):
            if end is not None:
                self.watch.fail("a bug", repr(end))
        await self._until_nothing_waits()
        for reaper in reapers:
            reaper.cancel()
        for process in self.processes:
            for mistaken in (self.random if self.random.random() < 0.5 else None, None, None):
                await process.reconciler.look()
                await self._settle(process, mistaken)
        self.watch.at_rest()

    async def _until_nothing_waits(self) -> None:
        """The looks go on until every order is known; what waits longer than HEALED is told at the end (I12)."""
        for _ in range(int((HEALED - QUIETENING) / 10.0)):
            await asyncio.sleep(10.0)
            if not any(process.waits() for process in self.processes):
                return

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
        await asyncio.sleep(random.uniform(0.0, self.plan.within))
        act = random.choice(self.acts)
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
        nonce = f"G{self._gestures:05d}"
        self.made[nonce] = Gesture(nonce, self.clock.now(), self.clock.monotonic(), self.clock.wall())
        return self.made[nonce]

    def _press(self, shown: Order) -> Gesture:
        """On a row as the trader has seen it, which may be a while ago."""
        gesture = self._gesture()
        self.pressed_on[gesture.nonce] = shown
        return gesture

    def _draft(self, random: Random) -> OrderDraft:
        draft = a_draft(random)
        return draft if self.plan.market is Market.STOCK else in_gold(draft)

    @property
    def acts(self) -> Sequence[Callable[[Random], Awaitable[None]]]:
        often = (self._place, self._place, self._place, self._amend, self._cancel, self._elsewhere)
        return (*often, *often, self._block, self._disarm, self._choose, self._set_clock)

    def _process(self, random: Random) -> Process:
        """Mostly the first; the second, where there is one, is another program with the same key."""
        return self.processes[-1 if random.random() < 0.4 else 0]

    async def _place(self, random: Random) -> None:
        """One press, one press delivered twice (the second time perhaps after a restart, with other words in the
        ticket), or two presses of the same order. A stranger may have sent the same just before."""
        which = self.processes.index(self._process(random))
        desk, gesture, draft = self.processes[which].desk, self._gesture(), self._draft(random)
        if random.random() < 0.15:
            self.wire.truth.place(draft, None, random.choice((OURS, HTS)))
            await asyncio.sleep(random.uniform(0.0, 8.0))
            gesture = self._gesture()
        chance = random.random()
        if chance < 0.1:
            await together(desk.place(draft, gesture), desk.place(draft, gesture))
        elif chance < 0.2:
            await together(desk.place(draft, gesture))
            await asyncio.sleep(random.choice((0.0, 0.2, 1.0)))
            await self.processes[which].desk.place(nearly(draft, random), gesture)
        elif chance < 0.5:
            first = asyncio.ensure_future(desk.place(draft, gesture))
            await asyncio.sleep(random.choice((0.0, 0.3, 1.0, 2.5, 9.0)))
            await together(first, desk.place(draft, self._gesture()))
        else:
            await desk.place(draft, gesture)

    async def _amend(self, random: Random) -> None:
        desk = self._process(random).desk
        order = await self._some_order(desk, random)
        if order is None:
            return
        quantity = None if random.random() < 0.7 else random.randint(1, order.remaining)
        change = AmendDraft(quantity, random.choice((71_300, 71_400, 71_500)))
        if random.random() < 0.2:
            await together(*(desk.amend(order.id, change, self._press(order), order) for _ in range(2)))
            return
        row = await desk.amend(order.id, change, self._press(order), order)
        if random.random() < 0.5:
            await asyncio.sleep(random.uniform(0.0, 5.0))
            await desk.amend(row.id, AmendDraft(None, 71_600), self._press(row), row)

    async def _cancel(self, random: Random) -> None:
        desk = self._process(random).desk
        order = await self._some_order(desk, random)
        if order is not None:
            quantity = None if random.random() < 0.6 else random.randint(1, order.remaining)
            for _ in range(random.choice((1, 1, 2))):
                await desk.cancel(order.id, quantity, self._press(order), order)

    async def _some_order(self, desk: OrderDesk, random: Random) -> Order | None:
        """An order that can be changed; places one first when there is none."""
        for _ in range(3):
            living = [o for o in desk.orders() if o.can_change]
            if living:
                return random.choice(living)
            await desk.place(self._draft(random), self._gesture())
            await asyncio.sleep(random.uniform(0.0, 2.0))
        return None

    async def _elsewhere(self, random: Random) -> None:
        """The trader's phone, or another program with our key: an order like one of ours, an amendment, a cancel."""
        truth, channel = self.wire.truth, random.choice((HTS, HTS, "영웅문S#", OURS))
        living = [o for o in truth.orders.values() if o.left > 0]
        if not living or random.random() < 0.5:
            unsure = [o.draft for o in self.process.desk.orders() if o.state in WAITING]
            draft = random.choice(unsure) if unsure and random.random() < 0.8 else self._draft(random)
            for _ in range(random.choice((1, 1, 2))):
                truth.place(draft if random.random() < 0.5 else nearly(draft, random), None, channel)
            return
        order = random.choice(living)
        part = None if random.random() < 0.5 else random.randint(1, order.left)
        if random.random() < 0.5:
            truth.cancel(order.ref, part, None, channel)
        else:
            price = random.choice((71_300, 71_700))
            truth.amend(order.ref, order.draft.amended(AmendDraft(None, price), 0), part, None, channel)

    async def _block(self, random: Random) -> None:
        """The kill switch for a while, over restarts too: cancels go on."""
        which = random.randrange(len(self.processes))
        process = self.processes[which]
        process.safety.block()
        self.watch.blocked(process, True)
        for order in [o for o in process.desk.orders() if o.can_change][:3]:
            await together(process.desk.cancel(order.id, None, self._press(order), order))
        await asyncio.sleep(random.choice((0.0, 3.0, 20.0)))
        process = self.processes[which]
        process.safety.unblock()
        self.watch.blocked(process, False)

    async def _set_clock(self, random: Random) -> None:
        """The PC's clock is set forward, or it slept and the clock we go by stood still; the heartbeat notices."""
        ahead = random.choice((2.0, 60.0, 600.0))
        self.clock.sleep_unnoticed(ahead)
        await asyncio.sleep(random.uniform(0.0, 1.0))
        self.clock.sleep_unnoticed(-ahead)
        self.clock.jump(ahead)
        for process in self.processes:
            process.disarm()
            process.desk.waiting.withdraw_all()
            process.reconciler.soon()
            process.arm(600)

    async def _choose(self, random: Random) -> None:
        await self._settle(self._process(random), random if random.random() < 0.3 else None)

    async def _settle(self, process: Process, mistaken: Random | None = None) -> None:
        """A trader who looks it up elsewhere and knows which number is the order's, if it has one by now. When he is
        `mistaken`, he says "none" in a hurry, or takes another's for his; the next time he makes good what he said. His
        choice may end a row of yesterday, which stays before his eyes."""
        made = {o.sent.order_id: o.ref for o in self.wire.truth.orders.values() if isinstance(o.sent, Placing)}
        for order in process.desk.ledger.orders():
            number = made.get(order.id)
            wrong = order.picked and order.ref != number
            if not (order.candidates or wrong or number in order.turned_down):
                continue
            word = number if number in order.choices else None
            if mistaken is not None:
                others = [ref for ref in order.choices if ref not in (number, order.ref)]
                word = mistaken.choice([None, *others])
            with suppress(Denied):
                await process.desk.settle(order.id, word, order.choices, order.ref if order.picked else None)

    async def _disarm(self, random: Random) -> None:
        process = self._process(random)
        process.disarm()
        await asyncio.sleep(random.uniform(0.0, 8.0))
        process.arm(600)


async def together(*sends: Awaitable[object]) -> None:
    """All of them, each denied or killed by itself; bugs of ours come through."""
    for end in await asyncio.gather(*sends, return_exceptions=True):
        if isinstance(end, BaseException) and not isinstance(end, Denied | asyncio.CancelledError):
            raise end


def worth(draft: OrderDraft) -> int:
    """Won; a market order at the going price."""
    return draft.quantity * (draft.price or 71_000)


def nearly(draft: OrderDraft, random: Random) -> OrderDraft:
    """Another order: one thing is different."""
    other: list[OrderDraft] = [
        replace(draft, quantity=draft.quantity + 5),
        replace(draft, side=Side.SELL if draft.side is Side.BUY else Side.BUY),
        replace(draft, code="035720" if draft.market is Market.STOCK else "M04020100"),
    ]
    if draft.price is not None:
        other.append(replace(draft, price=draft.price + 100))
    return random.choice(other)


def a_draft(random: Random) -> OrderDraft:
    """Few contents, so that twins happen, and orders that differ in one thing only."""
    kind = random.choice((OrderType.LIMIT, OrderType.LIMIT, OrderType.LIMIT, OrderType.LIMIT_IOC, OrderType.MARKET))
    price = random.choice((71_000, 71_100)) if kind.needs_price else None
    side = random.choice((Side.BUY, Side.BUY, Side.SELL))
    code = random.choice(("005930", "005930", "005930", "000660"))
    venue = random.choice((Venue.KRX, Venue.KRX, Venue.SOR, Venue.NXT))
    return OrderDraft(Market.STOCK, code, venue, side, kind, random.choice((5, 10)), price)


def in_gold(draft: OrderDraft) -> OrderDraft:
    """The same wish at the gold counter, which knows one venue, two lines and no order without a price."""
    kind = draft.type if draft.type.needs_price else OrderType.LIMIT
    code = "M04020000" if draft.code == "005930" else "M04020100"
    price = draft.price or 71_000
    return replace(draft, market=Market.GOLD, venue=Venue.KRX, code=code, type=kind, price=price)


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
