"""Simulated bad days with the product's own core: `dev.py simulate --seeds N` runs more, `--replay SEED` tells why."""

from __future__ import annotations

import logging

import pytest

from tests.simulation.world import Plan, run_plan
from tests.tools.simulate import simulate

SEEDS = 10_000


def test_no_seed_violates_an_invariant() -> None:
    done, found, seen = simulate(1, SEEDS, float("inf"))
    assert done == SEEDS
    assert found == []
    wanted = {"sending", "unconfirmed", "not_placed", "working", "filled", "canceled", "replaced", "rejected"}
    assert wanted <= set(seen), "the days were too quiet to show anything"


@pytest.mark.parametrize("seed", [7, 199, 690, 4841, 6833])
def test_a_seed_repeats_exactly(seed: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    first, second = run_plan(Plan.of(seed)), run_plan(Plan.of(seed))
    assert (first.seen, first.violations) == (second.seen, second.violations)
