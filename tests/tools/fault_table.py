"""`dev.py fault-matrix`: runs the tests that carry fault ids and writes docs/fault-matrix.md from what they said.

--check    run nothing, only say which ids have neither a test nor a reason
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.faults import FAULTS

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "fault-matrix.md"
REASONS: Mapping[str, str] = {}
"""Why an id has no test, where it has none."""


@dataclass
class Found:
    """The tests of one fault: without their parameters, and how each case ended."""

    results: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def __str__(self) -> str:
        return "<br>".join(f"`{test}` {_summary(results)}" for test, results in sorted(self.results.items()))


def _summary(results: Sequence[str]) -> str:
    words = sorted(set(results))
    return ", ".join(f"{results.count(word)} {word}" for word in words)


class Collector:
    """A pytest plugin: which test proves what, and how it ended."""

    def __init__(self) -> None:
        self.found: dict[str, Found] = defaultdict(Found)
        self._ids: dict[str, set[str]] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            ids = {name for mark in item.iter_markers("fault") for name in mark.args}
            if ids:
                self._ids[item.nodeid] = ids
        items[:] = [item for item in items if item.nodeid in self._ids]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or (report.when == "setup" and not report.passed):
            for name in self._ids.get(report.nodeid, ()):
                self.found[name].results[re.sub(r"\[.*", "", report.nodeid)].append(report.outcome)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        if session.config.option.collectonly:
            for nodeid, ids in self._ids.items():
                for name in ids:
                    self.found[name].results[re.sub(r"\[.*", "", nodeid)].append("collected")


def collect(*, run: bool) -> dict[str, Found]:
    """What every fault is proved by; with `run` also how it ended."""
    collector = Collector()
    arguments = ["-q", "-p", "no:cacheprovider", "--continue-on-collection-errors", str(ROOT / "tests")]
    pytest.main(arguments if run else [*arguments, "--collect-only"], plugins=[collector])
    return collector.found


def table(found: Mapping[str, Found]) -> str:
    rows = []
    for fault in FAULTS:
        proof = str(found[fault.id]) if fault.id in found else f"not covered: {REASONS.get(fault.id, 'NO REASON')}"
        rows.append(f"| {fault.id} | {fault.what} | {fault.expected} | {proof} |")
    cases = sum(len(results) for one in found.values() for results in one.results.values())
    return "\n".join(
        [
            "# The fault matrix",
            "",
            "Written by `python3 dev.py fault-matrix` from the tests themselves: each names the faults of",
            "[reliability.md](reliability.md) 3 that it proves. Do not edit.",
            "",
            "NS not sent, RJ refused, UK unknown and then looked for, BD bound to the broker's number.",
            "",
            f"{len([f for f in FAULTS if f.id in found])} of {len(FAULTS)} faults have a test, {cases} cases in all.",
            "",
            "| Fault | What | Expected | Tests and their last result |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def without_proof(found: Mapping[str, Found]) -> list[str]:
    return [fault.id for fault in FAULTS if fault.id not in found and fault.id not in REASONS]


def main(arguments: Sequence[str]) -> int:
    found = collect(run="--check" not in arguments)
    bare = without_proof(found)
    failed = [name for name, one in found.items() if any("failed" in results for results in one.results.values())]
    if "--check" not in arguments:
        TABLE.write_text(table(found), encoding="utf-8")
        print(f"wrote {TABLE.relative_to(ROOT)}")
    print(f"without test or reason: {', '.join(bare) or 'none'}; failed: {', '.join(sorted(failed)) or 'none'}")
    return int(bool(bare or failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
