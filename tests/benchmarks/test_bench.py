"""What has to be fast, as ratios measured in one run: `python3 dev.py bench`. A plain test run only tries them out.

Every figure is held against something in the same run (an empty loop of the same shape, one row against a thousand),
so that it says something on any machine. No limits here: a slow machine is not a failure.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kiwoom_desk.domain.facts import Accepted
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.storage.account_tag import identity_of
from kiwoom_desk.storage.journal import open_journal
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.ports import AccountName
from tests.support.day import answered, at, draft, listed, placing, ref

MEASURE = os.environ.get("KIWOOM_DESK_BENCH") == "1"
MANY = 2_000 if MEASURE else 40


def seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def fill(ledger: Ledger, count: int) -> None:
    for n in range(count):
        name = f"O{n}"
        ledger.add(placing(name, n, draft(10, 70_000 + n)))
        ledger.add(answered(name, n + 0.1, Accepted(ref(100 + n))))
        ledger.add(listed(100 + n, n + 0.2, draft(10, 70_000 + n)))


def test_a_fact_costs_the_same_late_in_a_busy_day(capsys: pytest.CaptureFixture[str]) -> None:
    """One report, and one order with its answer, into an empty ledger against one that holds a whole day."""
    small, large = Ledger(), Ledger()
    fill(small, 10)
    whole = seconds(lambda: fill(large, MANY))

    def reports(ledger: Ledger, base: int) -> float:
        times = []
        for n in range(200):
            fact = listed(90_000 + base + n, 9_000 + n, channel="영웅문4")
            times.append(seconds(lambda fact=fact: ledger.add(fact)))  # type: ignore[misc]
        return statistics.median(times)

    def orders(ledger: Ledger, base: int) -> float:
        times = []
        for n in range(200):
            facts = placing(f"L{n}", 9_000 + n), answered(f"L{n}", 9_000.1 + n, Accepted(ref(200_000 + base + n)))
            times.append(seconds(lambda facts=facts: [ledger.add(fact) for fact in facts]))  # type: ignore[misc]
        return statistics.median(times)

    first, late = reports(small, 0), reports(large, 500)
    first_order, late_order = orders(small, 0), orders(large, 500)
    facts = [fact for order in large.orders() for fact in large.story(order.id)]
    again = seconds(lambda: Ledger(facts))
    with capsys.disabled():
        print(f"\nledger: {MANY} orders in {whole:.3f} s, all at once in {again:.3f} s; a late report costs", end=" ")
        print(f"{late / first:.2f} x an early one, a late order with its answer {late_order / first_order:.2f} x")
    assert len(large.orders()) == MANY + 400


def test_a_send_waits_for_the_disk_and_little_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An append to the journal against a bare write and fsync of as many bytes."""

    async def appends() -> list[float]:
        folder = tmp_path / "journals"
        identity = identity_of(folder, World.MOCK, Market.STOCK, AccountName("1234567811"))
        journal = open_journal(folder, "bench", identity, tmp_path, at(0))
        times = []
        for n in range(max(20, MANY // 10)):
            began = time.perf_counter()
            await journal.append(placing(f"O{n}", n))
            times.append(time.perf_counter() - began)
        await journal.close()
        return times

    def syncs() -> list[float]:
        times = []
        with (tmp_path / "bare").open("wb") as file:
            for _ in range(max(20, MANY // 10)):
                began = time.perf_counter()
                file.write(b"x" * 400)
                file.flush()
                os.fsync(file.fileno())
                times.append(time.perf_counter() - began)
        return times

    ours, bare = statistics.median(asyncio.run(appends())), statistics.median(syncs())
    with capsys.disabled():
        print(f"\njournal: an append takes {ours / bare:.1f} x a bare write with fsync ({ours * 1000:.2f} ms)")
    assert ours > 0
