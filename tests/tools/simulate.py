"""`dev.py simulate`: days with faults by the seed, on all cores; a failing seed is shrunk and can be replayed.

--seeds N        how many seeds (default 2,000)
--from K         the first seed
--seconds S      stop after S seconds, whatever N
--record FILE    a long run in parts: goes on where FILE says, and keeps there how far it is (every minute, and at the
                 end). The count begins anew when the core, or what judges it, has changed since
--replay SEED    one seed, its violations in full, and its smallest failing plan
"""

from __future__ import annotations

import argparse
import gc
import json
import logging
import os
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path

from tests.simulation.world import Plan, run_plan

CHUNK = 50
SAVE_EVERY = 60.0
ROOT = Path(__file__).resolve().parents[2]
Violation = tuple[int, str, str]
"""(seed, invariant, what)."""


@dataclass
class Lived:
    """Days lived: seeds `first` up to, not with, `next`. In a record's file: of one core, in whatever many parts."""

    first: int
    next: int
    seconds: float = 0.0
    violations: list[Violation] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    core: str = ""

    @property
    def days(self) -> int:
        return self.next - self.first

    def __str__(self) -> str:
        counts = dict(sorted(self.seen.items()))
        return f"{self.days:,} seeds in {self.seconds:.0f} s, {len(self.violations)} violations; rows seen: {counts}"

    @classmethod
    def read(cls, file: Path, first: int) -> Lived:
        """What the file has of this very core; nothing yet where there is none, or where it is another's."""
        core = fingerprint()
        if file.exists():
            kept = json.loads(file.read_text(encoding="utf-8"))
            if kept["core"] == core:
                violations = [(seed, invariant, what) for seed, invariant, what in kept.pop("violations")]
                return cls(**kept | {"violations": violations, "seen": Counter(kept["seen"])})
        return cls(first, first, core=core)

    def keep(self, file: Path) -> None:
        """Whole or not at all."""
        told = vars(self) | {"seconds": round(self.seconds)}
        text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)
        part = file.with_suffix(".part")
        part.write_text(text + "\n", encoding="utf-8")
        part.replace(file)


def fingerprint() -> str:
    """Of every module that takes part in a simulated day: the product's core, and what it is held against."""
    names = sorted(name for name in sys.modules if name.startswith(("kiwoom_desk.", "tests.simulation.")))
    files = [Path(file) for name in names if (file := sys.modules[name].__file__) is not None]
    told = "".join(f"{file.relative_to(ROOT).as_posix()}\n{file.read_text(encoding='utf-8')}\n" for file in files)
    return sha256(told.encode()).hexdigest()[:16]


def heads_down() -> None:
    """For a process that does nothing else: thousands of bad days would log megabytes, and leave little to collect."""
    logging.disable(logging.CRITICAL)
    gc.set_threshold(50_000)


def run_chunk(seeds: range) -> Lived:
    began, lived = time.monotonic(), Lived(seeds.start, seeds.stop)
    for seed in seeds:
        watch = run_plan(Plan.of(seed))
        lived.violations += [(seed, invariant, what) for invariant, what in watch.violations]
        lived.seen += watch.seen
    lived.seconds = time.monotonic() - began
    return lived


def chunks(first: int, count: int) -> Iterator[range]:
    for start in range(first, first + count, CHUNK):
        yield range(start, min(start + CHUNK, first + count))


def shrink(plan: Plan) -> Plan:
    """Drop acts, one after the other, as long as the same day still fails."""
    for act in range(plan.acts):
        smaller = replace(plan, dropped=plan.dropped | {act})
        if run_plan(smaller).violations:
            plan = smaller
    return plan


def simulate(so_far: Lived, until: int, seconds: float = float("inf"), file: Path | None = None) -> Lived:
    """Go on from `so_far` to the seed `until`, or as far as `seconds` allow, and keep it in `file`.

    Chunks are added to it in the order of their seeds, so that it can be stopped at any moment and go on later."""
    began, before, saved = time.monotonic(), so_far.seconds, time.monotonic()
    workers = os.cpu_count() or 1
    parts = chunks(so_far.next, until - so_far.next)
    with ProcessPoolExecutor(workers, initializer=heads_down) as pool:
        running = deque(pool.submit(run_chunk, part) for part in islice(parts, 3 * workers))
        while running:
            lived = running.popleft().result()
            so_far.next = lived.next
            so_far.violations += lived.violations
            so_far.seen += lived.seen
            so_far.seconds = before + time.monotonic() - began
            if time.monotonic() - began < seconds:
                running += [pool.submit(run_chunk, part) for part in islice(parts, 1)]
            if file is not None and (not running or time.monotonic() - saved > SAVE_EVERY):
                saved = time.monotonic()
                so_far.keep(file)
    return so_far


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py simulate", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=2_000)
    parser.add_argument("--from", dest="first", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--replay", type=int)
    parser.add_argument("--record", type=Path)
    options = parser.parse_args()
    if options.replay is not None:
        plan = Plan.of(options.replay)
        for invariant, what in run_plan(plan).violations:
            print(invariant, what)
        print("smallest failing plan:", shrink(plan))
        return 0
    record, first = options.record, options.first
    so_far = Lived(first, first) if record is None else Lived.read(record, first)
    lived = simulate(so_far, so_far.first + options.seeds, options.seconds, record)
    print(lived)
    for seed, invariant, what in lived.violations[:20]:
        print(f"  seed {seed}: {invariant} {what[:300]}")
    return 1 if lived.violations else 0


if __name__ == "__main__":
    sys.exit(main())
