"""Faults on demand: what can go wrong between a client and its broker, scripted or by seeded chance.

A fault is *where* it strikes, *when* it strikes and *what* happens then. A script is a JSON list of such objects:

    [{"on": "kt10000", "do": "lose_after"},
     {"on": "list", "when": {"page": 2}, "do": "status", "status": 503},
     {"on": "stream", "when": "always", "type": "00", "do": "duplicate"},
     {"on": "market", "after": 5, "do": "external_order", "code": "005930", "quantity": 3, "price": 70000}]

`on`    a TR id, or "place", "amend", "cancel", "order" (all three), "list" (order lists), "query" (everything that is
        neither order nor token), "token", "any"; "login" or "stream" on the WebSocket; "market" for things of their
        own.
`when`  "once" (default), "always", or an object of `nth` (first match that is struck, from 1), `times` (how many;
        0: all), `chance` (0 to 1, drawn from the book's seed) and `page` (1: first pages only, 2: the later ones).
`do`    one of `HTTP`, `STREAM` or `MARKET` below. Requests are described by three independent parts, and every name in
        `HTTP` is a preset of them that a script may override:
        `process`  now | skip | twice | late (only after `seconds`; the client may be gone by then)
        `answer`   real | close | reset | silence | half | malformed | html | status | no_number | drip | refuse | limit
                   | endless | repeated
        `delay`    seconds between processing and answering
Several faults may strike one request: delays add up, the first that changes `process` or `answer` decides.
Everything here may be called from any thread.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any, Final

HTTP: Final[dict[str, dict[str, Any]]] = {
    "lose_before": {"process": "skip", "answer": "close"},
    "lose_after": {"answer": "close"},
    "reset_before": {"process": "skip", "answer": "reset"},
    "reset_after": {"answer": "reset"},
    "silence_before": {"process": "skip", "answer": "silence"},
    "silence_after": {"answer": "silence"},
    "delay": {"delay": 3.0},
    "late_accept": {"process": "late", "seconds": 5.0},
    "lost_then_accepted": {"process": "late", "seconds": 5.0, "answer": "close"},
    "duplicate": {"process": "twice"},
    "limit": {"process": "skip", "answer": "limit"},
    "status": {"process": "skip", "answer": "status"},
    "status_after": {"answer": "status"},
    "token_error": {"process": "skip", "answer": "refuse", "return_code": 3, "code": "8005"},
    "refuse": {"process": "skip", "answer": "refuse"},
    "half_body": {"answer": "half"},
    "html": {"answer": "html"},
    "malformed": {"answer": "malformed"},
    "no_number": {"answer": "no_number"},
    "drip": {"answer": "drip", "seconds": 0.5},
    "endless": {"answer": "endless"},
    "repeated_key": {"answer": "repeated"},
    "lag": {"seconds": 5.0},
    "fill_first": {},
}
STREAM: Final = frozenset({"cut", "drop", "duplicate", "reorder", "half_open", "garbage", "binary", "huge"})
MARKET: Final = frozenset({"external_order", "external_cancel", "take", "vi", "expire_tokens", "cut_streams"})
PROCESS: Final = ("now", "skip", "twice", "late")
ANSWERS: Final = (
    "real", "close", "reset", "silence", "half", "malformed", "html", "status", "no_number", "drip", "refuse", "limit",
    "endless", "repeated",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of a script; see the module. `quantity`, `price`, `code`, `side` … serve the market's acts."""

    on: str
    do: str
    nth: int = 1
    times: int = 1
    chance: float = 1.0
    page: int = 0
    process: str = "now"
    answer: str = "real"
    delay: float = 0.0
    seconds: float = 0.0
    status: int = 503
    return_code: int = 3
    code: str = ""
    text: str = ""
    type: str = ""
    after: float = 0.0
    account: str = "stock"
    venue: str = "KRX"
    side: str = "buy"
    order_type: str = ""
    number: int = 0
    quantity: int = 0
    price: int = 0
    channel: str = "영웅문4"


@dataclass(slots=True)
class _Armed:
    fault: Fault
    due: float
    seen: int = 0
    struck: int = 0


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


def parse(entry: Mapping[str, Any]) -> Fault:
    """One fault from its JSON object. Raises ValueError for anything it does not know."""
    values = dict(entry)
    when = values.pop("when", "once")
    if when == "always":
        values["times"] = 0
    elif isinstance(when, Mapping):
        values |= when
    elif when != "once":
        raise ValueError(f"unknown 'when': {when!r}")
    unknown = values.keys() - {f.name for f in fields(Fault)}
    if unknown or not {"on", "do"} <= values.keys():
        raise ValueError(f"a fault needs 'on' and 'do' and knows no {sorted(unknown)}")
    if values["do"] == "delay" and "seconds" in values:
        values.setdefault("delay", values["seconds"])
    fault = Fault(**{**HTTP.get(values["do"], {}), **values})
    _check(fault)
    return fault


def _check(fault: Fault) -> None:
    known = {"stream": STREAM, "market": MARKET, "login": frozenset({"refuse"})}.get(fault.on, frozenset(HTTP))
    if fault.do not in known:
        raise ValueError(f"{fault.on!r} knows no {fault.do!r}; there are {', '.join(sorted(known))}")
    if fault.process not in PROCESS or fault.answer not in ANSWERS:
        raise ValueError(f"unknown process {fault.process!r} or answer {fault.answer!r}")


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
        """The market's own acts whose time has come."""
        now = self.clock()
        with self._lock:
            ready = [armed for armed in self._armed if armed.fault.on == "market" and armed.due <= now]
            self._armed = [armed for armed in self._armed if armed not in ready]
            self.struck += [armed.fault for armed in ready]
        return [armed.fault for armed in ready]

    def _strike(self, matches: Callable[[Fault], bool]) -> list[Fault]:
        with self._lock:
            hit = [armed for armed in self._armed if matches(armed.fault) and self._hits(armed)]
            self._armed = [a for a in self._armed if not a.fault.times or a.struck < a.fault.times]
            self.struck += [armed.fault for armed in hit]
        return [armed.fault for armed in hit]

    def _hits(self, armed: _Armed) -> bool:
        armed.seen += 1
        fault = armed.fault
        if armed.seen < fault.nth or (fault.times and armed.struck >= fault.times):
            return False
        if fault.chance < 1.0 and self._rng.random() >= fault.chance:
            return False
        armed.struck += 1
        return True
