"""`dev.py soak`: days of trading in minutes, with faults by chance, while memory, tasks, timers and stalls are watched.

--minutes M    how long (default 5); 1.1 acts a second are five busy days (400 sends each) in half an hour
--window       with the real window, under Qt (needs QT_QPA_PLATFORM=offscreen where there is no screen)
--seed K

The exchange is a process of its own. At the end faults go on, and yet every order must come to rest and the blotter
must be the broker's list.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import multiprocessing
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Coroutine, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any

from kiwoom_desk.app import Program
from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.options import Options
from kiwoom_desk.trading.desk import OrderDesk, unsettled
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.safety import Denied
from tests.tools.kill_test import Lists, Row, false_blotter, false_verdicts
from tests.tools.kill_worker import described

ROOT = Path(__file__).parents[2]
CODES = ("005930", "000660", "035720", "069500")
ACTS_A_SECOND = 1.1
STALL = 0.2
"""Seconds beyond what the machine did to us: an idle process's worst pause in the same second, or the time that the
loop's own thread was ready and got no core, whichever is more. Work, locks and waiting for a disk count as ours."""

GROWTH = 24.0
"""MiB that the resident set may grow between the second and the last fifth of the run: the ledger of the day's own
orders stays in memory by design, some kilobytes each."""


def faults() -> list[dict[str, object]]:
    def always(on: str, do: str, chance: float, **more: object) -> dict[str, object]:
        return {"on": on, "do": do, "when": {"times": 0, "chance": chance}, **more}

    elsewhere = {"on": "market", "do": "external_order", "code": "005930", "quantity": 2, "price": 50_000}
    return [
        *(always("order", do, 0.01) for do in ("lose_after", "lose_before", "reset_after", "half_body", "html")),
        always("order", "delay", 0.03, delay=1.0),
        always("order", "limit", 0.01),
        always("order", "status_after", 0.01),
        always("order", "token_error", 0.001),
        always("place", "late_accept", 0.005, seconds=4.0, answer="close"),
        always("cancel", "fill_first", 0.05, quantity=1),
        always("list", "status", 0.02),
        always("list", "lag", 0.02, seconds=6.0),
        *(always("stream", do, 0.01, type="00") for do in ("duplicate", "reorder", "drop")),
        always("stream", "garbage", 0.0005),
        always("stream", "cut", 0.0001),
        *({**elsewhere, "after": 30.0 * n} for n in range(1, 60)),
    ]  # fmt: skip


@dataclass
class Sample:
    rss: float
    tasks: int
    timers: int
    spent: int
    qt_timers: int
    stall: float
    control: float
    ours: float
    """The part of the worst stall that is our doing."""
    doing: str = ""
    """What the loop's thread was seen at during it."""


@dataclass
class Watch:
    """One sample a second, from inside the loop that is watched."""

    samples: list[Sample] = field(default_factory=list)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        with idle_process() as control, Looker() as looker:
            while True:
                control.value, worst, held, ends = 0.0, 0.0, 0.0, time.monotonic() + 1.0
                while time.monotonic() < ends:
                    before, queued = time.monotonic(), without_a_core()
                    looker.beat = before
                    await asyncio.sleep(0.01)
                    stall = time.monotonic() - before - 0.01
                    worst, held = max(worst, stall), max(held, stall - (without_a_core() - queued))
                counts = len(asyncio.all_tasks(loop)), *handles(loop), qt_timers()
                ours = min(held, worst - control.value)
                self.samples.append(Sample(resident(), *counts, worst, control.value, ours, looker.told()))


class Looker(threading.Thread):
    """Looks at what the thread that made it is doing whenever its `beat` (monotonic seconds) is `STALL / 2` old."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._watched, self._over = threading.get_ident(), threading.Event()
        self._seen: list[str] = []
        self._collecting = ""
        self.beat = time.monotonic()

    def __enter__(self) -> Looker:
        gc.callbacks.append(self._collects)
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        gc.callbacks.remove(self._collects)
        self._over.set()
        self.join()

    def _collects(self, phase: str, info: dict[str, int]) -> None:
        self._collecting = f"[garbage of generation {info['generation']}] " if phase == "start" else ""

    def run(self) -> None:
        while not self._over.wait(0.02):
            if time.monotonic() - self.beat > STALL / 2:
                # never a name for the frame: what it holds (widgets among it) would then end in this thread
                calls = traceback.extract_stack(sys._current_frames().get(self._watched))[-8:]
                named = " > ".join(f"{Path(call.filename).stem}.{call.name}:{call.lineno}" for call in calls)
                self._seen.append(f"{self._collecting}{named}")

    def told(self) -> str:
        """What was seen since the last time, the most frequent first."""
        seen, self._seen = self._seen, []
        return "; ".join(f"{count} x {what}" for what, count in Counter(seen).most_common(3))


@contextmanager
def idle_process() -> Iterator[Synchronized[float]]:
    """The control: the worst pause, in seconds, of a process that only sleeps, since its value was last set."""
    spawn = multiprocessing.get_context("spawn")
    worst = spawn.Value("d", 0.0)
    process = spawn.Process(target=idle, args=(worst,), daemon=True)
    process.start()
    try:
        yield worst
    finally:
        process.terminate()
        process.join()


def idle(worst: Synchronized[float]) -> None:
    while True:
        before = time.monotonic()
        time.sleep(0.01)
        worst.value = max(worst.value, time.monotonic() - before - 0.01)


def without_a_core() -> float:
    """Seconds for which this thread was ready to run and had to wait; 0 where the kernel does not count them."""
    with suppress(OSError):
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9
    return 0.0


def resident() -> float:
    """MiB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20


def handles(loop: asyncio.AbstractEventLoop) -> tuple[int, int]:
    """Calls that wait for their time, and those that no longer do but whose timer lives on until then.

    Under qasync these are the deadlines of requests that have ended: as many as were made within ten seconds."""
    timer = getattr(loop, "_timer", None)
    waiting: Iterable[asyncio.Handle] = getattr(loop, "_scheduled", ())
    if timer is not None:
        waiting = getattr(timer, "_SimpleTimer__callbacks").values()  # noqa: B009
    ended = [handle.cancelled() for handle in tuple(waiting)]
    return ended.count(False), ended.count(True)


def qt_timers() -> int:
    """QTimers that are alive anywhere, as far as the collector sees them."""
    if "PySide6.QtCore" not in sys.modules:
        return 0
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    windows = QApplication.topLevelWidgets() if QApplication.instance() else []
    return sum(len(window.findChildren(QTimer)) for window in windows)


class Trader:
    """Places, amends and cancels at random, as fast as told."""

    def __init__(self, program: Program, seed: int, lows: dict[str, int]) -> None:
        self._program, self._lows = program, lows
        self._chance = random.Random(seed)
        self.sent: Counter[str] = Counter()
        self.denied: Counter[str] = Counter()
        self.reconnected = 0

    @property
    def desk(self) -> OrderDesk:
        assert self._program.workspace.connection is not None
        desk = self._program.workspace.connection.lanes[Market.STOCK].desk
        assert desk is not None
        return desk

    async def trade(self, seconds: float) -> None:
        ends, acts = time.monotonic() + seconds, set[asyncio.Task[None]]()
        while time.monotonic() < ends:
            if self._program.workspace.safety.locked_because:
                await asyncio.gather(*acts)
                await self._program.workspace.switch(World.PRACTICE)  # what 다시 연결 does: a lock asks for it
                self.reconnected += 1
            task = asyncio.ensure_future(self._act())
            acts.add(task)
            task.add_done_callback(acts.discard)
            await asyncio.sleep(self._chance.expovariate(ACTS_A_SECOND))
        await asyncio.gather(*acts)

    async def _act(self) -> None:
        resting = [o for o in self.desk.orders() if o.own and o.can_change]
        verb = "cancel" if len(resting) > 12 else self._chance.choice(("place", "place", "amend", "cancel"))
        made = self._program.workspace.gesture()
        try:
            if verb == "place" or not resting:
                verb = "place"
                await self.desk.place(self._draft(), made)
            elif verb == "amend":
                order = self._chance.choice(resting)
                await self.desk.amend(order.id, AmendDraft(None, (order.draft.price or 0) + 100), made)
            else:
                order = self._chance.choice(resting)
                part = 1 if order.remaining > 1 and self._chance.random() < 0.3 else None
                await self.desk.cancel(order.id, part, made)
            self.sent[verb] += 1
        except Denied as denied:
            self.denied[str(denied).split(".")[0][:30]] += 1

    def _draft(self) -> OrderDraft:
        code = self._chance.choice(CODES)
        low = self._lows[code]
        price = low + 500 * self._chance.randint(0, 8)
        if self._chance.random() < 0.1:  # through the market: it fills
            price = -(-low * 3 // 2 // 1000) * 1000
        venue = self._chance.choice((Venue.KRX, Venue.KRX, Venue.NXT))
        return OrderDraft(Market.STOCK, code, venue, Side.BUY, OrderType.LIMIT, self._chance.randint(1, 5), price)


@dataclass
class Result:
    watch: Watch
    trader: Trader
    violations: list[str]
    seconds: float
    orders: int

    def text(self) -> str:
        samples = self.watch.samples
        early, late = fifth(samples, 1), fifth(samples, 4)

        def most(name: str) -> str:
            return f"{max(getattr(sample, name) for sample in samples) * 1000:.0f}"

        lines = [
            f"{self.seconds:.0f} s, {sum(self.trader.sent.values())} sends {dict(self.trader.sent)}, denied "
            f"{dict(self.trader.denied)}, {self.trader.reconnected} times connected anew, {self.orders} orders at the "
            "broker",
            f"memory {median(early, 'rss'):.1f} -> {median(late, 'rss'):.1f} MiB, "
            f"largest {max(s.rss for s in samples):.1f}",
            f"tasks {median(early, 'tasks'):.0f} -> {median(late, 'tasks'):.0f}, waiting calls "
            f"{median(early, 'timers'):.0f} -> {median(late, 'timers'):.0f} (deadlines of ended requests "
            f"{median(early, 'spent'):.0f} -> {median(late, 'spent'):.0f}), Qt timers "
            f"{median(early, 'qt_timers'):.0f} -> {median(late, 'qt_timers'):.0f}",
            f"worst stall {most('stall')} ms (control {most('control')} ms, ours {most('ours')} ms)",
            f"during the longest of ours: {max(samples, key=lambda sample: sample.ours).doing or 'not seen'}",
            *self.violations,
            f"{len(self.violations)} violations",
        ]
        return "\n".join(lines)


def fifth(samples: Sequence[Sample], number: int) -> Sequence[Sample]:
    size = max(1, len(samples) // 5)
    return samples[number * size : (number + 1) * size] or samples


def median(samples: Sequence[Sample], name: str) -> float:
    return float(statistics.median(getattr(sample, name) for sample in samples))


def judged(watch: Watch) -> list[str]:
    """What grew, and what stalled."""
    samples, found = watch.samples, []
    early, late = fifth(samples, 1), fifth(samples, 4)
    if median(late, "rss") - median(early, "rss") > GROWTH:
        found.append("memory grows")
    for name, slack in (("tasks", 5), ("qt_timers", 5), ("timers", 10)):
        if median(late, name) > median(early, name) + slack:
            found.append(f"{name} grow")
    return [*found, *(f"a stall of {s.ours * 1000:.0f} ms: {s.doing}" for s in samples if s.ours > STALL)]


async def at_rest(trader: Trader, program: Program, lists: Lists) -> tuple[list[str], int]:
    """Wait until no order is unsettled, then hold the blotter against the list; the last word counts."""
    connection = program.workspace.connection
    assert connection is not None
    ends = time.monotonic() + 120
    found, rows = ["never compared"], list[Row]()
    while found and time.monotonic() < ends:
        await asyncio.sleep(1.0)
        waiting = unsettled(trader.desk.orders())
        if waiting:
            found = [f"{len(waiting)} orders are unsettled after two minutes"]
            continue
        await connection.look_now()
        with suppress(ValueError, KeyError, OSError):
            rows = await asyncio.get_running_loop().run_in_executor(None, lists.day)
            found = compared(trader.desk, rows)
    return found, len(rows)


def compared(desk: OrderDesk, rows: Sequence[Row]) -> list[str]:
    elsewhere = {int(row["ord_no"]) for row in rows if "REST" not in row["comm_ord_tp"]}
    orders = [described(order) for order in desk.orders()]
    theirs = [{**o, "own": True} if o["number"] in elsewhere and not o["own"] else o for o in orders]
    return [*false_blotter(theirs, rows), *(v for v in false_verdicts(theirs, rows) if "no verdict" in v)]


async def soak(program: Program, greeting: Row, minutes: float, seed: int) -> Result:
    lists = Lists(greeting)
    lows = {code: lists.low(code) for code in CODES}
    began, watch = time.monotonic(), Watch()
    await program.workspace.switch(World.PRACTICE)
    trader = Trader(program, seed, lows)
    watching = asyncio.ensure_future(watch.run())
    await trader.trade(minutes * 60)
    watching.cancel()
    gc.collect()
    violations, orders = await at_rest(trader, program, lists)
    return Result(watch, trader, [*judged(watch), *violations], time.monotonic() - began, orders)


def run(minutes: float, seed: int, *, window: bool) -> Result:
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        script = Path(folder) / "faults.json"
        script.write_text(json.dumps(faults()), encoding="utf-8")
        command = [sys.executable, "-m", "kiwoom_desk.simulator", "--seed", str(seed), "--faults", str(script)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as exchange:
            assert exchange.stdout is not None
            greeting: Row = json.loads(exchange.stdout.readline())
            options = Options(practice_url=greeting["rest"], data_dir=Path(folder) / "data")
            try:
                return (
                    _windowed(options, greeting, minutes, seed) if window else _bare(options, greeting, minutes, seed)
                )
            finally:
                exchange.terminate()


def _bare(options: Options, greeting: Row, minutes: float, seed: int) -> Result:
    return asyncio.run(_within(Program(options), greeting, minutes, seed))


async def _within(program: Program, greeting: Row, minutes: float, seed: int) -> Result:
    try:
        return await soak(program, greeting, minutes, seed)
    finally:
        await program.close()


def _windowed(options: Options, greeting: Row, minutes: float, seed: int) -> Result:
    from kiwoom_desk.start import make_application, show_window
    from kiwoom_desk.ui import aio

    make_application()
    results: list[Result] = []

    async def main() -> int:
        program = Program(options)
        window = show_window(program)
        aio.spawn(program.heartbeat.run(), "시계 확인")
        results.append(await _within(program, greeting, minutes, seed))
        window.hide()
        return 0

    story: Coroutine[Any, Any, int] = main()
    aio.run_app(lambda: story)
    return results[0]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="dev.py soak")
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--window", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    result = run(options.minutes, options.seed, window=options.window)
    print(result.text())
    return int(bool(result.violations))


if __name__ == "__main__":
    sys.exit(main())
