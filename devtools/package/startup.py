"""How long a start takes, frozen against from source: from the call until the program has locked an account's journal.

That is after the window is painted and the practice exchange answered. The two take turns, so that what else the
machine does hits both; what is worth telling is the ratio.
"""

import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from devtools import Stop

Start = Callable[[Path], "subprocess.Popen[bytes]"]
"""Starts the program with this data folder."""

ROUNDS = 7
COLD_ROUNDS = 3
PATIENCE = 180.0
DROP_CACHES = Path("/proc/sys/vm/drop_caches")


def compare(frozen: Start, source: Start) -> dict[str, object]:
    """Medians in seconds and their ratio, warm, and cold where this system lets its file cache be dropped.

    Raises:
        Stop: One of them did not come up.
    """
    starts = {"frozen": frozen, "source": source}
    for start in starts.values():
        _seconds(start)  # the first start of each fills caches and is not counted
    figures = {"warm": _figures(starts, ROUNDS, lambda: None)}
    if _can_drop_caches():
        figures["cold"] = _figures(starts, COLD_ROUNDS, _drop_caches)
    return dict(figures)


def _figures(starts: Mapping[str, Start], rounds: int, before: Callable[[], None]) -> dict[str, float]:
    taken: dict[str, list[float]] = {name: [] for name in starts}
    for _ in range(rounds):
        for name, start in starts.items():
            before()
            taken[name].append(_seconds(start))
    medians = {name: statistics.median(times) for name, times in taken.items()}
    rounded = {name: round(seconds, 2) for name, seconds in medians.items()}
    return {**rounded, "ratio": round(medians["frozen"] / medians["source"], 2)}


def _seconds(start: Start) -> float:
    data = Path(tempfile.mkdtemp(prefix="kiwoom-desk-start-"))
    began = time.monotonic()
    process = start(data)
    try:
        while not any(True for _ in data.rglob("locks/*.lock")):
            if time.monotonic() - began > PATIENCE or process.poll() is not None:
                raise Stop("the program that was to be measured did not come up")
            time.sleep(0.005)
        return time.monotonic() - began
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(data, ignore_errors=True)


def _can_drop_caches() -> bool:
    return os.access(DROP_CACHES, os.W_OK)  # the file cannot be read, only written


def _drop_caches() -> None:
    DROP_CACHES.write_text("3", encoding="ascii")
