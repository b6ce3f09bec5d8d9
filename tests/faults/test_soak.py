"""The soak's own judgement, and a few seconds of it."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import replace

import pytest

from tests.tools.soak import GROWTH, STALL, Sample, Watch, judged, run

CALM = Sample(rss=100.0, tasks=20, timers=16, spent=90, qt_timers=14, stall=0.02, control=0.01, ours=0.01)


def test_a_calm_run_is_judged_calm() -> None:
    assert judged(Watch([CALM] * 50)) == []


@pytest.mark.parametrize(
    ("late", "word"),
    [
        (replace(CALM, rss=100.0 + GROWTH + 1), "memory grows"),
        (replace(CALM, tasks=30), "tasks grow"),
        (replace(CALM, timers=900), "timers grow"),
        (replace(CALM, qt_timers=40), "qt_timers grow"),
        (replace(CALM, stall=0.5, ours=0.4), "a stall of 400 ms"),
    ],
)
def test_what_grows_or_stalls_is_told(late: Sample, word: str) -> None:
    assert any(word in text for text in judged(Watch([CALM] * 40 + [late] * 10)))


def test_a_stall_of_the_machine_is_not_held_against_us() -> None:
    assert judged(Watch([*[CALM] * 49, replace(CALM, stall=0.5, control=0.45, ours=0.05)])) == []


def test_a_wait_on_the_thread_of_the_loop_is_held_against_us() -> None:
    """It computes nothing, and yet nothing is drawn meanwhile."""

    async def stalled() -> Watch:
        watch = Watch()
        asyncio.get_running_loop().call_later(1.3, time.sleep, 3 * STALL)
        with suppress(TimeoutError):
            await asyncio.wait_for(watch.run(), 3.5)
        return watch

    stalls = asyncio.run(stalled()).samples
    worst = max(stalls, key=lambda sample: sample.ours)
    assert worst.ours + worst.control >= 2.9 * STALL
    assert "events" in worst.doing, "it is told where the thread was"


def test_a_few_seconds_end_at_rest() -> None:
    result = run(0.08, seed=2, window=False)
    assert result.violations == [], result.text()
    assert result.trader.sent.total() > 0 and result.orders > 0
