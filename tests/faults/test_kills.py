"""Killed at every point of a send (P01 to P06), and a repair that is killed (P07). `dev.py kill-test` runs more."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.storage.journals import database, read, write
from tests.support.facts import accepted, placing
from tests.support.faults import fault
from tests.tools.kill_test import WHERE, KillTest, doubled_posts, false_blotter, false_verdicts, go_on, lost_facts

ROOT = Path(__file__).parents[2]


@fault("P01", "P02", "P03", "P04", "P05", "P06")
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a Unix thing; Windows ends processes otherwise")
def test_a_life_killed_at_each_point_is_told_truly_by_the_next(tmp_path: Path) -> None:
    with KillTest(tmp_path, seed=5) as test:
        for where in WHERE:
            test.round(where)
        test.settle()
    assert test.report.violations == []
    assert test.report.checks >= len(WHERE) - 1 and test.report.orders > 5 and test.report.facts > 20


def test_a_life_that_dies_before_it_is_told_to_go_on_ends_no_run() -> None:
    """900 rounds of 1,000 were lived and their report lost: the pipe's end came out of its closing."""
    with subprocess.Popen([sys.executable, "-c", ""], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as life:
        assert life.stdout is not None and life.stdout.read() == ""  # it is gone
        go_on(life)


REPAIR = """
import os, signal, sys
from pathlib import Path
import kiwoom_desk.storage.journal_opening as opening
from tests.storage.journals import opened
real, left = getattr(opening.os, 'replace'), int(sys.argv[2])
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
if left == 0:
    opening._rebuild = die
elif left == 1:
    opening.os.replace = die
else:
    opening.sync_folder = die
opened(Path(sys.argv[1]))
"""


@fault("P07")
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a Unix thing")
@pytest.mark.parametrize("step", [0, 1, 2], ids=["before the new file", "before it takes the name", "just after"])
def test_a_repair_that_is_killed_leaves_one_of_both_files_and_is_done_again(tmp_path: Path, step: int) -> None:
    history = [fact for n in range(6) for fact in (placing(n), accepted(n))]
    write(tmp_path, history)
    raw = bytearray(database(tmp_path).read_bytes())
    at = raw.find(b"01ORDER0000000000000000004")
    raw[at] ^= 1
    database(tmp_path).write_bytes(raw)
    life = subprocess.run(
        [sys.executable, "-c", REPAIR, str(tmp_path), str(step)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert life.returncode == -signal.SIGKILL
    facts = read(tmp_path)
    sends = [fact for fact in history if fact in {placing(n) for n in range(6)}]
    assert [fact for fact in facts if fact in sends] == sends, "no send is forgotten"
    assert len([fact for fact in facts if fact in history]) >= len(sends)
    assert read(tmp_path) == facts


# --- the comparison itself can fail --------------------------------------------------------------------------------
def ours(number: int | None = 7, **changes: Any) -> dict[str, Any]:
    same = {"id": "A", "own": True, "state": "working", "number": number, "quantity": 3, "price": 100}
    figures = {"filled": 0, "remaining": 3, "doubts": [], "replaces": None, "of": None, "cancels": 0}
    return {**same, **figures, **changes}


def theirs(number: int = 7, **changes: str) -> dict[str, str]:
    same = {"ord_no": f"{number:07}", "ord_qty": "3", "ord_uv": "100", "cntr_qty": "0", "ord_remnq": "3"}
    return {**same, "mdfy_cncl": "", "io_tp_nm": "현금매수", "ori_ord": "0000000", **changes}


def everything(orders: list[dict[str, Any]], rows: list[dict[str, str]]) -> list[str]:
    return [*false_blotter(orders, rows), *false_verdicts(orders, rows), *doubled_posts(orders, rows)]


def test_agreement_is_no_violation() -> None:
    assert everything([ours()], [theirs()]) == []
    assert lost_facts({("placing", "A")}, {("placing", "A"), ("answered", "A")}) == []


@pytest.mark.parametrize(
    ("orders", "rows", "word"),
    [
        ([], [theirs()], "not shown"),
        ([ours()], [], "not the broker's"),
        ([ours(), ours(id="B")], [theirs()], "2 times"),
        ([ours(filled=1, remaining=2)], [theirs()], "shown"),
        ([ours(own=False)], [theirs()], "elsewhere"),
        ([ours(doubts=["differs"])], [theirs()], "doubted"),
        ([ours(None, state="not_placed")], [theirs()], "the broker has it"),
        ([ours(None, state="unconfirmed")], [], "no verdict"),
        ([ours(), ours(8, own=False)], [theirs(), theirs(8)], "2 orders, 1 intents"),
        ([ours()], [theirs(), theirs(9, mdfy_cncl="취소확인", ori_ord="0000007")], "1 cancels, 0 asked"),
    ],
)
def test_every_kind_of_lie_is_seen(orders: list[dict[str, Any]], rows: list[dict[str, str]], word: str) -> None:
    assert any(word in text for text in everything(orders, rows)), everything(orders, rows)


def test_a_lost_fact_is_seen() -> None:
    assert lost_facts({("placing", "A"), ("answered", "A")}, {("placing", "A")})
