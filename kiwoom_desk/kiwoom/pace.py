"""The request budget: one pacer per app key, so that we refuse ourselves before the broker does (errors.md 5).

Every request passes its TR's gate and its group's gate (orders and queries are counted apart, so a cancel can never
stand behind a query). Who waits is served by urgency, then by arrival; a background query that has waited long enough
counts as waited for, so nothing starves.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.ports import Clock, Urgency

PATIENCE = 3.0
"""Seconds after which a background query counts as one that somebody waits for."""

_ALLOWED = re.compile(r"(총?)유량=([0-9]{1,4})")
_SHARED = re.compile(r"\[170[12][:\]]")


class Group(Enum):
    QUERY = "query"
    ORDER = "order"
    SIGN_IN = "sign_in"


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` in any `per` seconds."""

    count: int
    per: float


@dataclass(frozen=True, slots=True)
class Limits:
    """Budgets of one environment: of each TR by itself, and of each group together."""

    tr: Rate
    groups: Mapping[Group, Rate]


LIMITS: Mapping[World, Limits] = {
    World.LIVE: Limits(Rate(1, 0.25), {Group.QUERY: Rate(5, 1.05), Group.ORDER: Rate(3, 1.05)}),
    World.MOCK: Limits(Rate(1, 1.1), {Group.QUERY: Rate(4, 1.05), Group.ORDER: Rate(4, 1.05)}),
    World.PRACTICE: Limits(Rate(20, 1.0), {Group.QUERY: Rate(40, 1.0), Group.ORDER: Rate(20, 1.0)}),
}
"""errors.md 5, "Recommended client settings"; the practice exchange takes forty per TR."""


class Gate:
    """A sliding window: when the next request may pass, and the memory of those that did."""

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self._passed: deque[float] = deque(maxlen=rate.count)
        self._closed_until = 0.0

    def opens(self) -> float:
        """Monotonic time from which one more may pass."""
        full = len(self._passed) == self.rate.count
        return max(self._closed_until, self._passed[0] + self.rate.per if full else 0.0)

    def take(self, now: float) -> None:
        self._passed.append(now)

    def used(self, now: float) -> float:
        """The share of the window that is spent, 0 to 1."""
        if now < self._closed_until:
            return 1.0
        return sum(1 for at in self._passed if at + self.rate.per > now) / self.rate.count

    def lower(self, allowed: int, until: float) -> None:
        """The broker named `allowed` per second, or 0 when it named none; closed `until` then."""
        if 0 < allowed < self.rate.count / self.rate.per:
            self.rate = Rate(min(self.rate.count, allowed), 1.1 * min(self.rate.count, allowed) / allowed)
            self._passed = deque(self._passed, maxlen=self.rate.count)
        self._closed_until = max(self._closed_until, until)

    def copy(self) -> Gate:
        other = Gate(self.rate)
        other._passed, other._closed_until = deque(self._passed, maxlen=self.rate.count), self._closed_until
        return other


@dataclass(eq=False, slots=True)
class _Waiter:
    gates: tuple[Gate, ...]
    urgency: Urgency
    since: float
    turn: asyncio.Future[None] = field(repr=False)

    def rank(self, now: float) -> Urgency:
        patient = self.urgency is Urgency.BACKGROUND and now - self.since >= PATIENCE
        return Urgency.WAITED_FOR if patient else self.urgency


class Pacer:
    """Hands out turns. All state changes are synchronous; one alarm at most sleeps until the next gate opens."""

    def __init__(self, limits: Limits, clock: Clock, jitter: random.Random | None = None) -> None:
        self._limits, self._clock = limits, clock
        self._jitter = jitter or random.Random()
        self._groups = {group: Gate(rate) for group, rate in limits.groups.items()}
        self._trs: dict[str, Gate] = {}
        self._waiting: list[_Waiter] = []
        self._alarm: asyncio.Task[None] | None = None

    async def turn(self, tr: str, group: Group, urgency: Urgency) -> None:
        """Waits for the turn and takes it. Cancelling withdraws; a turn already given is then spent, never sent."""
        turn = asyncio.get_running_loop().create_future()
        waiter = _Waiter(self._gates(tr, group), urgency, self._clock.monotonic(), turn)
        self._waiting.append(waiter)
        self._serve()
        try:
            await turn
        finally:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
                self._serve()

    def delay(self, tr: str, group: Group, urgency: Urgency) -> float:
        """Seconds a request made now would wait, as far as can be seen; 0 when free."""
        now = self._clock.monotonic()
        mine = self._gates(tr, group)
        ahead = [w for w in sorted(self._waiting, key=lambda w: w.rank(now)) if w.rank(now) <= urgency]
        copies = {gate: gate.copy() for gates in (mine, *(w.gates for w in ahead)) for gate in gates}
        for waiter in ahead:
            at = max(now, *(copies[gate].opens() for gate in waiter.gates))
            for gate in waiter.gates:
                copies[gate].take(at)
        return max(now, *(copies[gate].opens() for gate in mine)) - now

    def limited(self, tr: str, group: Group, text: str) -> None:
        """The broker said "too many": slow down for good to what its text allows, and pause a moment.

        1701 and 1702 are about all requests or a group of them, whether or not they say how many (errors.md 2)."""
        found = _ALLOWED.search(text)
        shared = bool(found and found[1]) or _SHARED.search(text) is not None
        gate = self._groups.get(group) if shared else None
        until = self._clock.monotonic() + self._jitter.uniform(1.1, 1.3)
        (gate or self._tr(tr)).lower(int(found[2]) if found else 0, until)
        self._serve()

    def free(self) -> float:
        """How much of the scarcer group's budget is free, 0 to 1."""
        now = self._clock.monotonic()
        return 1.0 - max((gate.used(now) for gate in self._groups.values()), default=0.0)

    def close(self) -> None:
        """Withdraws everybody who still waits."""
        for waiter in self._waiting:
            waiter.turn.cancel()
        self._waiting.clear()
        self._rearm(None)

    def _gates(self, tr: str, group: Group) -> tuple[Gate, ...]:
        shared = self._groups.get(group)
        return (self._tr(tr),) if shared is None else (self._tr(tr), shared)

    def _tr(self, tr: str) -> Gate:
        return self._trs.setdefault(tr, Gate(self._limits.tr))

    def _serve(self) -> None:
        """Gives every turn that can be given now. What a more urgent one waits for is held back from the others."""
        now = self._clock.monotonic()
        held: dict[Gate, tuple[Urgency, float]] = {}
        soonest: float | None = None
        for waiter in sorted(self._waiting, key=lambda w: w.rank(now)):
            at = _ready(waiter, held, now)
            if at <= now:
                self._give(waiter, now)
                continue
            soonest = at if soonest is None else min(soonest, at)
            for gate in waiter.gates:
                held.setdefault(gate, (waiter.rank(now), at))
        self._rearm(soonest)

    def _give(self, waiter: _Waiter, now: float) -> None:
        self._waiting.remove(waiter)
        if not waiter.turn.done():
            for gate in waiter.gates:
                gate.take(now)
            waiter.turn.set_result(None)

    def _rearm(self, at: float | None) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = None if at is None else asyncio.ensure_future(self._ring(at))

    async def _ring(self, at: float) -> None:
        # Timers may fire a little early, so the gates are asked again rather than believed (architecture.md 6).
        await self._clock.sleep(max(0.001, at - self._clock.monotonic()))
        self._alarm = None
        self._serve()


def _ready(waiter: _Waiter, held: Mapping[Gate, tuple[Urgency, float]], now: float) -> float:
    """When `waiter` may go: its own gates, and after those of higher rank that wait for one of them."""
    moments: Sequence[float] = [gate.opens() for gate in waiter.gates]
    ahead = [held[g][1] for g in waiter.gates if g in held and held[g][0] < waiter.rank(now)]
    return max([*moments, *ahead])
