"""docs/fault-matrix.md tells of every fault, and of tests that are there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.support.faults import FAULTS, fault
from tests.tools.fault_table import REASONS, ROOT, TABLE, Found, table, without_proof

ROW = re.compile(r"\| ([A-Z]\d\d) \| (.*) \| (.*) \| (.*) \|")
TEST = re.compile(r"`([^`]+)::(\w+)` ([^<]+)")


def rows() -> list[tuple[str, ...]]:
    return [found.groups() for line in TABLE.read_text(encoding="utf-8").splitlines() if (found := ROW.fullmatch(line))]


@cache
def functions(path: Path) -> dict[str, str]:
    """The tests of a file with their source, decorators included, and "" for all the rest of it."""
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    found, rest = {}, set(range(1, len(lines) + 1))
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            span = range(first, (node.end_lineno or first) + 1)
            found[node.name] = "\n".join(lines[n - 1] for n in span)
            rest -= set(span)
    return {**found, "": "\n".join(lines[n - 1] for n in sorted(rest))}


def test_the_table_lists_exactly_the_faults() -> None:
    assert [row[:3] for row in rows()] == [(f.id, f.what, f.expected) for f in FAULTS]
    assert len(FAULTS) == 112


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_every_fault_has_a_test_that_is_there_or_a_reason(row: tuple[str, ...]) -> None:
    name, _, _, proof = row
    tests = TEST.findall(proof)
    if not tests:
        assert name in REASONS and proof == f"not covered: {REASONS[name]}"
    for path, test, result in tests:
        there = functions(ROOT / path)
        assert test in there, f"{path} has no {test}"
        carried = f'"{name}"' in there[test] or name.lower() + "_" in there[""]
        assert carried, f"{test} does not carry {name}; python3 dev.py fault-matrix"
        assert "failed" not in result and "passed" in result, f"{test}: {result}"


def test_an_id_that_is_no_fault_is_refused() -> None:
    with pytest.raises(KeyError):
        fault("Z99")


def test_what_has_no_proof_is_told() -> None:
    found = Found()
    found.results["tests/a.py::test_a"] += ["passed", "passed", "skipped"]
    assert without_proof({f.id: found for f in FAULTS[1:]}) == [FAULTS[0].id]
    assert "`tests/a.py::test_a` 2 passed, 1 skipped |" in table({"N01": found})
