"""The journal on a disk that fails: a Korean sentence, a lock, and never a lie.

Faults of docs/reliability.md 3: D01 (a commit that fails), D03 (locked), D05 (corrupt, missing), P09 (cut, flipped).
"""

from __future__ import annotations

import asyncio
import errno
import os
import random
import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kiwoom_desk.domain.facts import Answered, Fact, Noted, NotSent, RequestId
from kiwoom_desk.storage import journal_file
from kiwoom_desk.storage.journal import SqliteJournal
from kiwoom_desk.storage.journal_file import Head
from kiwoom_desk.trading.ports import JournalBroken
from tests.storage.journals import black_box, database, opened, read, using, write
from tests.support.facts import MORNING, accepted, placing, reported
from tests.support.faults import fault

HISTORY: list[Fact] = [fact for n in range(12) for fact in (placing(n), accepted(n), reported(n))]


# --- P09, D05: cut and flipped --------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a power cut leaves it: half of the history in the database, half in its write-ahead log."""
    folder = tmp_path_factory.mktemp("crashed")
    write(folder, HISTORY[:18])

    async def work(journal: SqliteJournal) -> None:
        for fact in HISTORY[18:]:
            await journal.append(fact)
        shutil.copytree(folder / "journals", folder / "copy")

    using(folder, work)
    shutil.rmtree(folder / "journals")
    (folder / "copy").rename(folder / "journals")
    (folder / "journals" / "ours.journal-shm").unlink()
    return folder


def told(folder: Path) -> tuple[list[Fact], list[Fact]]:
    """What the journal replays: its history, and what the repair added."""
    facts = read(folder)
    length = 0
    while length < min(len(facts), len(HISTORY)) and facts[length] == HISTORY[length]:
        length += 1
    return facts[:length], facts[length:]


def check_prefix(folder: Path) -> int:
    """The history up to somewhere, then the sends it lost, from the black box, and a note; nothing else."""
    prefix, added = told(folder)
    lost = [fact for fact in HISTORY[len(prefix) :] if fact in SENDS]
    assert added[: len(lost)] == lost, "no send is forgotten"
    assert all(isinstance(fact, Noted) and fact.what == "journal_repaired" for fact in added[len(lost) :])
    assert read(folder) == [*prefix, *added], "the second opening finds it whole"
    return len(prefix)


SENDS = [fact for fact in HISTORY if fact in {placing(n) for n in range(12)}]


def damaged_copy(crashed: Path, folder: Path) -> Path:
    shutil.copytree(crashed / "journals", folder / "journals")
    return folder


def test_the_crashed_folder_is_whole_when_nothing_is_damaged(crashed: Path, tmp_path: Path) -> None:
    assert check_prefix(damaged_copy(crashed, tmp_path)) == len(HISTORY)
    assert not (tmp_path / "evidence").exists()


@fault("P09")
@pytest.mark.parametrize("seed", range(8))
def test_a_log_cut_at_any_byte_leaves_a_prefix(crashed: Path, tmp_path: Path, seed: int) -> None:
    """P09: what the database itself holds is never lost to its log."""
    chance = random.Random(seed)
    size = (crashed / "journals" / "ours.journal-wal").stat().st_size
    kept = []
    for n in range(10):
        cut = chance.randrange(size)
        folder = damaged_copy(crashed, tmp_path / str(n))
        os.truncate(database(folder).with_name("ours.journal-wal"), cut)
        kept.append((cut, check_prefix(folder)))
    assert all(length >= 18 for _, length in kept)
    assert [length for _, length in sorted(kept)] == sorted(length for _, length in kept), "a later cut keeps no less"


@fault("P09", "D05")
@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("part", ["ours.journal", "ours.journal-wal"])
def test_a_flipped_bit_leaves_a_prefix(crashed: Path, tmp_path: Path, seed: int, part: str) -> None:
    """P09, D05: in the log only what it holds can be lost, in the database anything but the sends."""
    chance = random.Random(seed)
    for n in range(5):
        folder = damaged_copy(crashed, tmp_path / str(n))
        path = folder / "journals" / part
        raw = bytearray(path.read_bytes())
        raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        path.write_bytes(raw)
        length = check_prefix(folder)
        assert part == "ours.journal" or length >= 18


def test_a_changed_row_is_found_and_the_file_kept_as_it_was(crashed: Path, tmp_path: Path) -> None:
    folder = damaged_copy(crashed, tmp_path)
    db = sqlite3.connect(database(folder), isolation_level=None)
    db.execute("DROP TRIGGER fact_is_never_changed")
    db.execute("UPDATE fact SET body = replace(body, '\"filled\":6', '\"filled\":9') WHERE seq = 21")
    db.execute(journal_file.SCHEMA[3])
    db.close()
    before = database(folder).read_bytes()

    async def look(journal: SqliteJournal) -> None:
        assert journal.opening.kept == 20
        assert journal.opening.evidence is not None
        assert (journal.opening.evidence / "ours.journal").read_bytes() == before
        assert journal.opening.sentence is not None and "20건" in journal.opening.sentence

    using(folder, look)
    prefix, added = told(folder)
    assert prefix == HISTORY[:20]
    assert added[:-1] == [fact for fact in HISTORY[20:] if fact in SENDS]


@fault("D05")
@pytest.mark.parametrize(
    "content", [b"", b"\0" * 8192, b"not a database at all", b"SQLite format 3\0" + b"\xff" * 5000]
)
def test_a_file_that_is_no_database_gives_way_to_the_black_box(crashed: Path, tmp_path: Path, content: bytes) -> None:
    folder = damaged_copy(crashed, tmp_path)
    database(folder).with_name("ours.journal-wal").unlink()
    database(folder).write_bytes(content)
    facts = read(folder)
    assert facts[:-1] == SENDS
    if content:
        kept = list((folder / "evidence").glob("*/ours.journal"))
        assert [path.read_bytes() for path in kept] == [content]


@fault("D05")
def test_a_missing_database_gives_way_to_the_black_box(crashed: Path, tmp_path: Path) -> None:
    folder = damaged_copy(crashed, tmp_path)
    for path in folder.glob("journals/ours.journal*"):
        path.unlink()
    assert read(folder)[:-1] == SENDS


def test_evidence_is_never_overwritten(tmp_path: Path) -> None:
    for n in range(3):
        write(tmp_path, [])
        database(tmp_path).write_bytes(b"damage number %d" % n)
        write(tmp_path, [])
    kept = sorted((tmp_path / "evidence").glob("*/ours.journal"))
    assert [path.read_bytes() for path in kept] == [b"damage number %d" % n for n in range(3)]


def test_old_sends_are_listed_and_not_looked_for_again(tmp_path: Path) -> None:
    old = MORNING - timedelta(days=30)
    write(tmp_path, [placing(1, old), placing(2)])
    database(tmp_path).unlink()

    async def look(journal: SqliteJournal) -> None:
        assert journal.opening.restored == (placing(2),)
        assert journal.opening.older == (placing(1, old),)

    using(tmp_path, look)
    assert read(tmp_path)[0] == placing(2)


def test_a_torn_line_of_the_black_box_hides_no_other(tmp_path: Path) -> None:
    write(tmp_path, [placing(1), placing(2)])
    with black_box(tmp_path).open("rb+") as file:
        file.truncate(black_box(tmp_path).stat().st_size - 9)
    write(tmp_path, [placing(3)])
    database(tmp_path).unlink()

    async def look(journal: SqliteJournal) -> None:
        assert journal.opening.restored == (placing(1), placing(3))
        assert journal.opening.torn == 1

    using(tmp_path, look)


# --- D03: locked ----------------------------------------------------------------------------------------------------
@fault("D03")
def test_a_locked_file_breaks_the_journal_until_it_is_opened_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D03, with a shorter patience than the two seconds of the product."""
    monkeypatch.setattr(journal_file, "BUSY_SECONDS", 0.05)

    async def work(journal: SqliteJournal) -> None:
        await journal.append(placing(1))
        other = sqlite3.connect(database(tmp_path), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalBroken, match="잠그고"):
            await journal.append(placing(2))
        journal.note(reported(1))
        with pytest.raises(JournalBroken, match="잠그고"):
            await journal.append(placing(3))
        other.execute("ROLLBACK")
        other.close()
        with pytest.raises(JournalBroken):
            await journal.append(placing(4))
        assert journal.broken is not None, "the lock stays until somebody opens it again"
        await journal.reopen()
        assert journal.broken is None
        await journal.append(placing(5))

    using(tmp_path, work)
    assert read(tmp_path) == [placing(1), reported(1), placing(5)], "what was noted meanwhile is not lost"


def test_opening_again_while_the_fault_lasts_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_file, "BUSY_SECONDS", 0.05)

    async def work(journal: SqliteJournal) -> None:
        other = sqlite3.connect(database(tmp_path), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalBroken):
            await journal.append(placing(1))
        journal.note(reported(1))
        with pytest.raises(JournalBroken):
            await journal.reopen()
        assert journal.broken is not None
        other.execute("ROLLBACK")
        other.close()
        await journal.reopen()
        await journal.append(placing(1))

    using(tmp_path, work)
    assert read(tmp_path) == [reported(1), placing(1)]


@fault("D03")
def test_a_fault_that_passes_is_mended_and_the_disk_has_to_prove_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_file, "BUSY_SECONDS", 0.05)

    async def work(journal: SqliteJournal) -> None:
        other = sqlite3.connect(database(tmp_path), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalBroken):
            await journal.append(placing(1))
        with pytest.raises(JournalBroken, match="잠그고"):
            await journal.mend()
        assert journal.broken is not None
        other.execute("ROLLBACK")
        other.close()
        journal.note(reported(1))
        await journal.mend()
        await journal.append(placing(2))

    using(tmp_path, work)
    kept = read(tmp_path)
    assert [fact for fact in kept if not isinstance(fact, Noted)] == [reported(1), placing(2)]
    assert any(isinstance(fact, Noted) and fact.what == "journal_mended" for fact in kept)


@pytest.mark.parametrize("harm", ["gone", "damaged"])
def test_mending_leaves_a_missing_or_damaged_file_as_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    """D05: what takes a start, with the trader looking, is not done behind his back."""
    monkeypatch.setattr(journal_file, "BUSY_SECONDS", 0.05)
    write(tmp_path, [placing(1)])

    async def work(journal: SqliteJournal) -> None:
        other = sqlite3.connect(database(tmp_path), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(JournalBroken):
            await journal.append(placing(2))
        other.execute("ROLLBACK")
        if harm == "damaged":
            other.execute("DROP TRIGGER fact_is_never_changed")
            other.execute("UPDATE fact SET body = '{}'")
        other.close()
        if harm == "gone":
            database(tmp_path).rename(tmp_path / "elsewhere")
        for _ in range(2):
            with pytest.raises(JournalBroken):
                await journal.mend()
        assert database(tmp_path).exists() is (harm == "damaged")
        assert not (tmp_path / "evidence").exists()

    using(tmp_path, work)


@fault("D01")
def test_what_was_written_but_refused_to_its_caller_reads_as_never_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The black box fails after the commit: the trader is told that nothing left, and so is the next start."""

    async def work(journal: SqliteJournal) -> None:
        with monkeypatch.context() as full:
            full.setattr(os, "fsync", _no_space)
            with pytest.raises(JournalBroken, match="공간"):
                await journal.append(placing(1))
            assert journal.broken is not None

    using(tmp_path, work)
    sent, answer = read(tmp_path)
    assert sent == placing(1)
    assert isinstance(answer, Answered) and isinstance(answer.outcome, NotSent)
    assert answer.request == RequestId(placing(1).order_id)


def test_what_a_failing_commit_left_behind_reads_as_never_sent_once_it_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = journal_file.insert

    def commits_and_fails(*arguments: Any) -> Head:
        real(*arguments)
        raise sqlite3.OperationalError("disk I/O error in the commit")

    async def work(journal: SqliteJournal) -> None:
        await journal.append(placing(1))
        with monkeypatch.context() as failing:
            failing.setattr(journal_file, "insert", commits_and_fails)
            with pytest.raises(JournalBroken):
                await journal.append(placing(2))
        with pytest.raises(JournalBroken):
            await journal.append(placing(3))
        await journal.reopen()

    using(tmp_path, work)
    answers = [fact for fact in read(tmp_path) if isinstance(fact, Answered)]
    assert [(a.request, type(a.outcome)) for a in answers] == [(RequestId(placing(2).order_id), NotSent)]


def _no_space(_: int) -> None:
    raise OSError(errno.ENOSPC, "no space")


def test_a_black_box_that_does_not_close_leaves_the_account_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fails at the very end keeps nobody out of his own account."""
    freed: list[bool] = []

    async def work() -> None:
        journal = opened(tmp_path)
        monkeypatch.setattr(journal, "_closed", lambda: freed.append(True))
        shut = journal._box.close

        def fails() -> None:
            shut()
            raise OSError(errno.EIO, "I/O error")

        monkeypatch.setattr(journal._box, "close", fails)
        await journal.close()

    asyncio.run(work())
    assert freed == [True]
