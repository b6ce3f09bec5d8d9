"""Faults on demand: the book of what is armed, and what of it strikes a request, a frame or the market.

Several faults may strike one request: delays add up, the first that changes `process` or `answer` decides.
Everything here may be called from any thread. The language of the lines is `fault_script`.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from kiwoom_desk.simulator.fault_script import Fault, parse


@dataclass(slots=True, eq=False)
class _Armed:
    fault: Fault
    due: float
    seen: int = 0
    struck: int = 0

    @property
    def spent(self) -> bool:
        return 0 < self.fault.times <= self.struck


@dataclass(slots=True)
class Plan:
    """What happens to one request."""

    process: str = "now"
    wait: float = 0.0
    delay: float = 0.0
    answer: Fault | None = None
    lag: timedelta = timedelta(0)
    fills_first: list[int] = field(default_factory=list)

    def add(self, fault: Fault) -> None:
        if fault.do == "lag":
            self.lag = max(self.lag, timedelta(seconds=fault.seconds))
        if fault.do == "fill_first":
            self.fills_first.append(fault.quantity)
        if fault.process != "now" and self.process == "now":
            self.process = fault.process
            self.wait = fault.seconds if fault.process == "late" else 0.0
        if fault.answer != "real" and self.answer is None:
            self.answer = fault
        self.delay += fault.delay


class FaultBook:
    """The faults that are armed. `struck` lists those that happened, oldest first."""

    def __init__(self, script: Iterable[Mapping[str, Any]] = (), seed: int = 1) -> None:
        self._lock = threading.Lock()
        self._rng = random.Random(seed)
        self._armed: list[_Armed] = []
        self.struck: list[Fault] = []
        self.clock: Callable[[], float] = time.monotonic
        for entry in script:
            self.arm(entry)

    def arm(self, entry: Mapping[str, Any] | None = None, /, **values: Any) -> Fault:
        """Add a fault, given as a script entry or as keywords (`arm(on="kt10000", do="lose_after")`)."""
        fault = parse({**(entry or {}), **values})
        with self._lock:
            self._armed.append(_Armed(fault, self.clock() + fault.after))
        return fault

    def clear(self) -> None:
        with self._lock:
            self._armed.clear()

    def plan(self, names: frozenset[str], page: int) -> Plan:
        """What is to happen to a request that is called by any of `names` and asks for this page."""
        plan = Plan()
        for fault in self._strike(lambda f: f.on in names and f.page in (0, page)):
            plan.add(fault)
        return plan

    def login(self) -> Fault | None:
        return next(iter(self._strike(lambda f: f.on == "login")), None)

    def stream(self, types: frozenset[str]) -> list[Fault]:
        """The faults that strike a frame with entries of these types ("" of a fault means any type)."""
        return self._strike(lambda f: f.on == "stream" and (not f.type or f.type in types))

    def due(self) -> list[Fault]:
        """The market's own acts whose time has come: once, or again `every` so many seconds until they are spent."""
        now = self.clock()
        with self._lock:
            ready = [armed for armed in self._armed if armed.fault.on == "market" and armed.due <= now]
            happening = [armed.fault for armed in ready if self._hits(armed)]
            for armed in ready:
                armed.due = now + armed.fault.every
            self._armed = [a for a in self._armed if a not in ready or (a.fault.every and not a.spent)]
            self.struck += happening
        return happening

    def _strike(self, matches: Callable[[Fault], bool]) -> list[Fault]:
        with self._lock:
            hit = [armed for armed in self._armed if matches(armed.fault) and self._hits(armed)]
            self._armed = [a for a in self._armed if not a.spent]
            self.struck += [armed.fault for armed in hit]
        return [armed.fault for armed in hit]

    def _hits(self, armed: _Armed) -> bool:
        armed.seen += 1
        fault = armed.fault
        if armed.seen < fault.nth or armed.spent:
            return False
        if fault.chance < 1.0 and self._rng.random() >= fault.chance:
            return False
        armed.struck += 1
        return True
