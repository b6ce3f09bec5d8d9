"""`dev.py laws`: facts commute. What simulated days put on disk is shuffled and repeated, and the orders end the same.

--folds N        how many foldings of a shuffled story (default 2,000)
--from K         the first seed
--seconds S      stop after S seconds, whatever N

Each story is what one program wrote in a day that the seed decides; each folding is held against the one in order.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from random import Random

from kiwoom_desk.domain.facts import Fact, OrderId
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.domain.orders import Order
from tests.simulation.world import Plan, run_plan
from tests.tools.simulate import heads_down

PER_STORY = 50


def stories(seed: int) -> Sequence[Sequence[Fact]]:
    """What the programs of this day have written."""
    return [process.journal.told() for process in run_plan(Plan.of(seed)).world.processes]


def end_of(facts: Sequence[Fact], random: Random | None = None) -> dict[OrderId, Order]:
    """The rows after all of it: learnt at once, or in pieces of any size from one fact up."""
    ledger, told = Ledger(), 0
    while told < len(facts):
        piece = len(facts) if random is None else random.choice((1, 1, 2, 10, len(facts)))
        ledger.add(*facts[told : told + piece])
        told += piece
    return {order.id: order for order in ledger.orders()}


def fold(seed: int, foldings: int = PER_STORY) -> tuple[int, list[str]]:
    """(foldings done, one sentence for each that ended otherwise)."""
    random, done, wrong = Random(seed), 0, list[str]()
    for story in stories(seed):
        end = end_of(story)
        for number in range(foldings):
            mixed = _mixed(story, random)
            done += 1
            folded = end_of(mixed, random)
            if folded != end:
                wrong.append(f"seed {seed}, folding {number}: {_first_difference(end, folded)}")
    return done, wrong


def _mixed(story: Sequence[Fact], random: Random) -> list[Fact]:
    """Every fact at least once, some again: all shuffled, or only what is near each other, as on a bad line."""
    mixed = [*story, *random.choices(story, k=random.randint(0, 1 + len(story) // 2))] if story else []
    if random.random() < 0.5:
        random.shuffle(mixed)
    else:
        reach = random.choice((2.0, 5.0, 20.0))
        places = sorted((index + random.uniform(0, reach), index) for index in range(len(mixed)))
        mixed = [mixed[index] for _, index in places]
    return mixed


def _first_difference(one: dict[OrderId, Order], other: dict[OrderId, Order]) -> str:
    return next(
        f"{one.get(i)} / {other.get(i)}" for i in sorted(one.keys() | other.keys()) if one.get(i) != other.get(i)
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="dev.py laws", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folds", type=int, default=2_000)
    parser.add_argument("--from", dest="first", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    options = parser.parse_args()
    began, done, wrong, seed = time.monotonic(), 0, list[str](), options.first
    batch = 8 * (os.cpu_count() or 1)
    with ProcessPoolExecutor(os.cpu_count(), initializer=heads_down) as pool:
        while done < options.folds and time.monotonic() - began < options.seconds:
            for ran, failures in pool.map(fold, range(seed, seed + batch)):
                done += ran
                wrong += failures
            seed += batch
    print(f"{done:,} foldings of the facts of {seed - options.first:,} days in {time.monotonic() - began:.0f} s")
    print("\n".join(wrong[:20]) or "each ended the same")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
