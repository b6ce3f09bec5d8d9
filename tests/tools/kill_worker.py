"""One life of the program without its window, to be killed: settles what the last life left, then trades until it dies.

    python -m tests.tools.kill_worker --data DIR --url URL --serial N --die send:during --nth 2

Lines on its output: `ack KIND REQUEST` once a fact is on disk, `intent SERIAL REQUEST` before an order, `settled FILE`
once everything left over has a verdict; it then waits for a line before it trades. Hooks sit in the ports around the
product, not in it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kiwoom_desk.domain.checks.model import Limits
from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.facts import Answered, Cancelling, Fact, Judged, Matched, Placing
from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.domain.reports import BrokerRef
from kiwoom_desk.kiwoom.gateway import open_gateway
from kiwoom_desk.trading.connection import Connection
from kiwoom_desk.trading.desk import OrderDesk, unsettled
from kiwoom_desk.trading.environments import PRACTICE, Environment
from kiwoom_desk.trading.gestures import Gesture, gesture
from kiwoom_desk.trading.lane import LaneState
from kiwoom_desk.trading.notices import Notices
from kiwoom_desk.trading.ports import (
    AccountName,
    Broker,
    Call,
    Clock,
    Gateway,
    Journal,
    Keys,
    Look,
    MayLeave,
    Sent,
    StreamEvent,
    always,
)
from kiwoom_desk.trading.ports import Urgency as U
from kiwoom_desk.trading.safety import Denied, Safety
from tests.faults.bench import QuickClock, journals
from tests.support.until import until

POINTS = ("intent:before", "intent:after", "send:before", "send:during", "send:after",
          "answer:before", "answer:after", "verdict:before", "verdict:after")  # fmt: skip
CODE = "005930"
SETTLING = 40.0
"""How much faster time passes while the last life's orders are looked for; nothing is sent meanwhile."""


@dataclass
class Death:
    """Kills this process at the `nth` time that `point` is passed."""

    point: str
    nth: int

    def at(self, point: str) -> None:
        if point != self.point:
            return
        self.nth -= 1
        if self.nth <= 0:
            self.now()

    def now(self) -> None:
        sys.stdout.flush()
        os.kill(os.getpid(), signal.SIGKILL)


def key(fact: Fact) -> tuple[str, str] | None:
    """What tells one fact that is waited for from another; None for what the broker can repeat."""
    if isinstance(fact, Placing):
        return "placing", fact.order_id
    if isinstance(fact, Cancelling | Answered | Matched | Judged):
        return type(fact).__name__.lower(), fact.request
    return None


class MortalJournal:
    """`trading.ports.Journal`, with a death before and after every write that somebody waits for."""

    def __init__(self, inner: Journal, death: Death) -> None:
        self._inner, self._death = inner, death

    @property
    def found(self) -> str | None:
        return self._inner.found

    @property
    def broken(self) -> str | None:
        return self._inner.broken

    async def append(self, fact: Fact) -> None:
        point = {"Placing": "intent", "Cancelling": "intent", "Answered": "answer"}.get(type(fact).__name__, "verdict")
        self._death.at(f"{point}:before")
        await self._inner.append(fact)
        print("ack", *(key(fact) or ("other", "-")), flush=True)
        self._death.at(f"{point}:after")

    def note(self, fact: Fact) -> None:
        self._inner.note(fact)

    async def mend(self) -> None:
        await self._inner.mend()

    def replay(self, since: date | None = None) -> Sequence[Fact]:
        return self._inner.replay(since)

    async def close(self) -> None:
        await self._inner.close()


class MortalBroker:
    """`trading.ports.Broker`, with a death before, during and after every send."""

    def __init__(self, inner: Broker, death: Death) -> None:
        self._inner, self._death = inner, death

    def delay(self, call: Call, side: Side) -> float:
        return self._inner.delay(call, side)

    async def turn(self, call: Call, side: Side) -> None:
        await self._inner.turn(call, side)

    async def place(self, draft: OrderDraft, may_leave: MayLeave = always) -> Sent:
        return await self._send(self._inner.place(draft, may_leave))

    async def amend(
        self, of: BrokerRef, original: OrderDraft, change: AmendDraft, may_leave: MayLeave = always
    ) -> Sent:
        return await self._send(self._inner.amend(of, original, change, may_leave))

    async def cancel(self, of: BrokerRef, original: OrderDraft, quantity: int | None) -> Sent:
        return await self._send(self._inner.cancel(of, original, quantity))

    async def _send(self, sending: Awaitable[Sent]) -> Sent:
        self._death.at("send:before")
        task = asyncio.ensure_future(sending)
        if self._death.point == "send:during":
            await asyncio.wait((task,), timeout=random.uniform(0, 0.006))
            self._death.at("send:during")
        sent = await task
        self._death.at("send:after")
        return sent

    async def look(self, day: date, urgency: U = U.BACKGROUND) -> Look:
        return await self._inner.look(day, urgency)

    def events(self) -> AsyncIterator[StreamEvent]:
        return self._inner.events()


class VariableClock(QuickClock):
    """Quick at first; `steady` lets time pass as it does."""

    def steady(self) -> None:
        wall, mono = self.now(), self.monotonic()
        self._rate, self._mark = 1.0, time.monotonic() - mono
        self.no_earlier(wall)


class Life:
    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._death = Death(options.die, options.nth)
        self._clock = VariableClock(SETTLING)
        self._serial: int = options.serial
        self._chance = random.Random(options.serial)
        self._journal: Journal | None = None

    async def live(self) -> None:
        where = PRACTICE.at(self._options.url)
        keys = Keys("practice-appkey", "practice-secretkey")
        books = journals(self._options.data, self._clock)

        def open_books(environment: Environment, market: Market, account: AccountName) -> Journal:
            self._journal = books.open(environment, market, account)
            return MortalJournal(self._journal, self._death)

        def open_wire(environment: Environment, market: Market, keys: Keys, clock: Clock) -> Gateway:
            gateway = open_gateway(environment, market, keys, clock)
            gateway.broker = MortalBroker(gateway.broker, self._death)  # type: ignore[misc]
            return gateway

        safety = Safety(where, self._clock, Limits)
        connection = Connection(where, {Market.STOCK: keys}, self._clock, safety, Notices(), open_wire, open_books)
        await connection.open()
        lane = connection.lanes[Market.STOCK]
        if lane.state is not LaneState.READY or lane.desk is None:
            sys.exit(f"the lane did not open: {lane.sentence}")
        await self._settle(connection, lane.desk)
        self._clock.steady()
        await connection.look_now()  # the broker's clock anew, now that ours keeps its pace
        await self._trade(lane.desk)
        self._death.now()

    async def _settle(self, connection: Connection, desk: OrderDesk) -> None:
        await connection.look_now()
        try:
            await until(lambda: not unsettled(desk.orders()))
        except TimeoutError:
            looks = connection.lanes[Market.STOCK].reconciler
            waiting = [(described(o), o.looks, o.candidates, o.changes) for o in unsettled(desk.orders())]
            sys.exit(f"not settled: {waiting}; {looks.failure if looks else ''}")
        await connection.look_now()
        await connection.look_now()
        assert self._journal is not None
        state = {
            "keys": [found for fact in self._journal.replay() if (found := key(fact)) is not None],
            "orders": [described(o) for o in desk.orders()],
        }
        path = self._options.data / "settled.json"
        path.write_text(json.dumps(state), encoding="utf-8")
        print("settled", path, flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)

    # --- trading -------------------------------------------------------------------------------------------------
    async def _trade(self, desk: OrderDesk) -> None:
        print("working", flush=True)
        for _ in range(self._options.acts):
            resting = [o for o in desk.orders() if o.can_change and o.own]
            act = self._choose(len(resting))
            with suppress(Denied):
                if act == "place":
                    await desk.place(self._draft(), self._name())
                elif act == "amend":
                    order = self._chance.choice(resting)
                    assert order.draft.price is not None
                    await desk.amend(order.id, AmendDraft(None, order.draft.price + 100), self._name())
                else:
                    order = self._chance.choice(resting)
                    await desk.cancel(order.id, None, self._name())

    def _choose(self, resting: int) -> str:
        if resting > 8:
            return "cancel"
        return self._chance.choice(("place", "place", "amend", "cancel")) if resting > 1 else "place"

    def _name(self) -> Gesture:
        made = gesture(self._clock)
        print("intent", self._serial, made.nonce, flush=True)
        return made

    def _draft(self) -> OrderDraft:
        """A content that no other order of the whole test has: far below the market it rests, above it fills."""
        self._serial += 1
        n = self._serial
        if n % 7 == 0:
            quantity, price = 1 + n % 3, 72_500 + 100 * (n // 21 % 150)
        else:
            quantity, price = 1 + n % 40, self._options.low + 100 * (n // 40 % 100)
        return OrderDraft(Market.STOCK, CODE, Venue.KRX, Side.BUY, OrderType.LIMIT, quantity, price)


def described(order: Order) -> dict[str, object]:
    return {
        "id": order.id,
        "own": order.own,
        "state": order.state.value,
        "number": None if order.ref is None else order.ref.number,
        "quantity": order.draft.quantity,
        "price": order.draft.price,
        "filled": order.filled,
        "remaining": order.remaining,
        "doubts": sorted(d.value for d in order.doubts),
        "replaces": order.replaces,
        "of": None if order.of is None else order.of.number,
        "cancels": sum(1 for c in order.changes if c.cancel and c.request is not None),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="kill_worker")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--url", required=True)
    parser.add_argument("--serial", type=int, required=True)
    parser.add_argument("--low", type=int, required=True, help="a price at which a buy rests")
    parser.add_argument("--acts", type=int, default=6)
    parser.add_argument("--die", default="never")
    parser.add_argument("--nth", type=int, default=1)
    asyncio.run(Life(parser.parse_args(arguments)).live())


if __name__ == "__main__":
    main()
