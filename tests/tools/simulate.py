"""`dev.py simulate`: days with faults by the seed, on all cores; a failing seed is shrunk and can be replayed.

--seeds N        how many seeds (default 2,000)
--from K         the first seed
--seconds S      stop after S seconds, whatever N
--replay SEED    one seed, its violations in full, and its smallest failing plan
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import replace
from itertools import islice

from tests.simulation.world import Plan, run_plan

CHUNK = 50


def run_chunk(seeds: range) -> tuple[int, list[tuple[int, str, str]], Counter[str]]:
    """(seeds run, (seed, invariant, what) for each violation, states seen)."""
    logging.disable(logging.CRITICAL)
    gc.set_threshold(50_000)
    found: list[tuple[int, str, str]] = []
    seen: Counter[str] = Counter()
    for seed in seeds:
        watch = run_plan(Plan.of(seed))
        found += [(seed, invariant, what) for invariant, what in watch.violations]
        seen += watch.seen
    return len(seeds), found, seen


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


def simulate(first: int, count: int, seconds: float) -> tuple[int, list[tuple[int, str, str]], Counter[str]]:
    """Run until `count` seeds or `seconds` are over. Few chunks wait at a time, so that neither costs more."""
    deadline, done = time.monotonic() + seconds, 0
    found: list[tuple[int, str, str]] = []
    seen: Counter[str] = Counter()
    workers = os.cpu_count() or 1
    parts = chunks(first, count)
    with ProcessPoolExecutor(workers) as pool:
        running = {pool.submit(run_chunk, part) for part in islice(parts, 2 * workers)}
        while running:
            over, running = wait(running, return_when=FIRST_COMPLETED)
            for future in over:
                ran, violations, states = future.result()
                done += ran
                found += violations
                seen += states
            if time.monotonic() < deadline:
                running |= {pool.submit(run_chunk, part) for part in islice(parts, len(over))}
    return done, found, seen


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py simulate", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=2_000)
    parser.add_argument("--from", dest="first", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--replay", type=int)
    options = parser.parse_args()
    if options.replay is not None:
        plan = Plan.of(options.replay)
        for invariant, what in run_plan(plan).violations:
            print(invariant, what)
        print("smallest failing plan:", shrink(plan))
        return 0
    began = time.monotonic()
    done, found, seen = simulate(options.first, options.seeds, options.seconds)
    print(f"{done:,} seeds in {time.monotonic() - began:.0f} s, {len(found)} violations; rows seen: {dict(seen)}")
    for seed, invariant, what in found[:20]:
        print(f"  seed {seed}: {invariant} {what[:300]}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
