"""The journal whose process is killed, or has no room or no rights: each in a process of its own.

Faults of docs/reliability.md 3: D01 (full), D04 (read-only), P03 and P06 (killed).
"""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from kiwoom_desk.domain.facts import Fact, Placing
from kiwoom_desk.storage.journal import SqliteJournal
from kiwoom_desk.trading.ports import JournalBroken
from tests.storage.journals import database, opened, read, using, write
from tests.support.facts import accepted, placing, reported
from tests.support.faults import fault

ROOT = Path(__file__).parents[2]


# --- D01, D04: full, read-only --------------------------------------------------------------------------------------
def run(code: str, folder: Path) -> str:
    """What `code` prints in a process of its own, since it takes its own disk or rights away."""
    process = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return process.stdout


FULL = """
import asyncio, resource, sys
from pathlib import Path
from kiwoom_desk.trading.ports import JournalBroken
from tests.storage.journals import opened
from tests.support.facts import placing, reported
async def main():
    journal = opened(Path(sys.argv[1]))
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
    n = 0
    try:
        while True:
            await journal.append(placing(n))
            n += 1
    except JournalBroken as broken:
        print(n)
        print(broken)
    journal.note(reported(n))
    print(journal.broken)
    try:
        await journal.reopen()
    except JournalBroken as broken:
        print('still:', broken)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    await journal.reopen()
    await journal.append(placing(n + 1))
    await journal.close()
asyncio.run(main())
"""


@fault("D01")
@pytest.mark.skipif(sys.platform == "win32", reason="limits of file size are a Unix thing")
def test_a_full_disk_breaks_the_journal_and_room_mends_it(tmp_path: Path) -> None:
    """D01: files may not grow beyond 300 kB; every acknowledged fact is there, the one that failed was never sent."""
    said = run(FULL, tmp_path).splitlines()
    count = int(said[0])
    assert count > 10
    assert said[1] == said[2] and ("디스크" in said[1])
    facts = read(tmp_path)
    assert facts[:count] == [placing(n) for n in range(count)]
    rest = [fact for fact in facts[count:] if fact != placing(count)]
    assert rest == [reported(count), placing(count + 1)]


READ_ONLY = """
import asyncio, os, sys
from pathlib import Path
folder = Path(sys.argv[1])
from kiwoom_desk.trading.ports import JournalBroken
from tests.storage.journals import opened
if os.getuid() == 0:  # whom no right is ever refused
    os.setgid(65534)
    os.setuid(65534)
try:
    asyncio.run(opened(folder).close())
except JournalBroken as broken:
    print(broken)
"""


@fault("D04")
@pytest.mark.skipif(sys.platform == "win32", reason="rights are set otherwise on Windows")
@pytest.mark.parametrize("written", [True, False])
def test_a_read_only_folder_is_a_sentence_and_nothing_is_touched(tmp_path: Path, written: bool) -> None:
    """D04"""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "journals").mkdir()
    if written:
        write(folder, [placing(1)])
        database(folder).chmod(0o444)
    (folder / "journals").chmod(0o555)
    for parent in (folder, *folder.parents[:3]):
        if parent != Path("/tmp"):
            parent.chmod(0o755)
    before = sorted((path.name, path.read_bytes()) for path in (folder / "journals").iterdir())
    assert "쓸 수 없습니다" in run(READ_ONLY, folder)
    assert sorted((path.name, path.read_bytes()) for path in (folder / "journals").iterdir()) == before


# --- kill -9 --------------------------------------------------------------------------------------------------------
WRITER = """
import asyncio, sys
from pathlib import Path
from tests.storage.journals import opened
from tests.support.facts import accepted, placing, reported
async def main():
    journal = opened(Path(sys.argv[1]))
    n = int(sys.argv[2])
    while True:
        await journal.append(placing(n))
        print('placing', n, flush=True)
        journal.note(reported(n))
        await journal.append(accepted(n))
        print('accepted', n, flush=True)
        n += 1
asyncio.run(main())
"""


def killed_after(folder: Path, start: int, lines: int, pause: float) -> list[str]:
    """Run the writer, kill it at a random instant once it has acknowledged `lines` facts; what it acknowledged."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), str(start)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    seen = [process.stdout.readline() for _ in range(lines)]
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(pause)  # not a wait for anything: the instant of the kill
    process.kill()
    rest, _ = process.communicate()
    return [line for line in [*seen, *rest.splitlines(keepends=True)] if line.endswith("\n")]


@fault("P03", "P06")
def test_a_killed_writer_has_kept_every_acknowledged_fact(tmp_path: Path) -> None:
    """P03–P06: after each of several kills in one folder; more rounds are a tool's business."""
    chance = random.Random(7)
    expected: set[Fact] = set()
    start = 0
    for _ in range(4):
        for line in killed_after(tmp_path, start, 1 + chance.randrange(30), chance.uniform(0, 0.02)):
            kind, n = line.split()
            expected.add(placing(int(n)) if kind == "placing" else accepted(int(n)))
        facts = read(tmp_path)
        assert expected <= set(facts)
        placings = [fact for fact in facts if isinstance(fact, Placing)]
        assert placings == [placing(n) for n in range(len(placings))], "in order, none doubled"
        assert not (tmp_path / "evidence").exists()
        start = len(placings)


def test_two_writers_at_once_never_break_the_chain(tmp_path: Path) -> None:
    async def work(journal: SqliteJournal) -> None:
        second = opened(tmp_path)
        results = await asyncio.gather(
            *(j.append(placing(n)) for n in range(20) for j in (journal, second)), return_exceptions=True
        )
        assert any(isinstance(result, JournalBroken) for result in results)
        await second.close()

    using(tmp_path, work)
    facts = read(tmp_path)
    assert facts == [placing(n) for n in range(len(facts))]
    assert not (tmp_path / "evidence").exists()
