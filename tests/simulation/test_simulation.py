"""Simulated bad days with the product's own core: `dev.py simulate --seeds N` runs more, `--replay SEED` tells why."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from tests.simulation.world import Plan, run_plan
from tests.tools import simulate as tool
from tests.tools.simulate import Lived, simulate

SEEDS, SECONDS = 100_000, 60.0
"""Or as many as fit into the time. The long run is `dev.py simulate --record` (docs/simulation.md)."""


def test_no_seed_violates_an_invariant() -> None:
    lived = simulate(Lived(1, 1), 1 + SEEDS, SECONDS)
    assert lived.violations == []
    wanted = {"sending", "unconfirmed", "not_placed", "working", "filled", "canceled", "replaced", "rejected"}
    assert wanted <= set(lived.seen), "the days were too quiet to show anything"


@pytest.mark.parametrize("seed", [7, 199, 690, 4841, 6833])
def test_a_seed_repeats_exactly(seed: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    first, second = run_plan(Plan.of(seed)), run_plan(Plan.of(seed))
    assert (first.seen, first.violations) == (second.seen, second.violations)


def test_a_long_run_goes_on_where_its_record_says_and_ends_as_in_one(tmp_path: Path) -> None:
    file = tmp_path / "days.json"
    first = simulate(Lived.read(file, 5), 2_005, 0.0, file)
    assert 5 < first.next < 2_005
    again = Lived.read(file, 5)
    assert (again.next, again.seen, again.violations) == (first.next, first.seen, [])
    end = first.next + 100
    in_parts, in_one = simulate(again, end, file=file), simulate(Lived(5, 5), end)
    assert in_parts.days == end - 5 and Lived.read(file, 5).next == end
    assert (in_parts.days, in_parts.seen) == (in_one.days, in_one.seen)


def test_a_changed_core_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "days.json"
    lived = Lived.read(file, 5)
    lived.next, lived.violations = 50, [(7, "I1", "이 날은 틀렸다")]
    lived.keep(file)
    assert Lived.read(file, 5) == lived
    monkeypatch.setattr(tool, "fingerprint", lambda: "another core")
    assert Lived.read(file, 5) == Lived(5, 5, core="another core")


def test_the_core_of_a_record_is_what_a_day_consists_of(monkeypatch: pytest.MonkeyPatch) -> None:
    before = tool.fingerprint()
    assert before == tool.fingerprint()
    read = Path.read_text
    changed = lambda path, **how: read(path, **how) + ("# " if path.name == "reconciler.py" else "")  # noqa: E731
    monkeypatch.setattr(Path, "read_text", changed)
    assert tool.fingerprint() != before
