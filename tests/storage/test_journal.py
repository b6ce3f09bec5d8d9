"""The journal on a working disk: durable, append-only, one writer, ours alone."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiwoom_desk.domain.facts import Fact, Noted
from kiwoom_desk.storage import journal_file, writer
from kiwoom_desk.storage.journal import SqliteJournal, open_journal
from kiwoom_desk.storage.journal_file import Identity, JournalRefused
from kiwoom_desk.trading.ports import JournalBroken
from tests.storage.journals import OURS, black_box, database, opened, read, using, write
from tests.support import facts as some
from tests.support.facts import MORNING, accepted, cancelling, placing, reported
from tests.support.faults import fault


@settings(max_examples=25, deadline=None)
@given(st.lists(some.facts, max_size=8, unique_by=lambda f: getattr(f, "order_id", id(f))))
def test_what_was_appended_is_replayed_in_order_after_a_restart(
    tmp_path_factory: pytest.TempPathFactory, facts: list[Fact]
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    write(folder, facts)
    assert read(folder) == facts


def test_an_appended_fact_is_seen_by_another_connection_at_once(tmp_path: Path) -> None:
    async def work(journal: SqliteJournal) -> None:
        await journal.append(placing(1))
        with sqlite3.connect(database(tmp_path)) as other:
            assert other.execute("SELECT kind FROM fact").fetchall() == [("placing",)]
        other.close()

    using(tmp_path, work)


def test_notes_are_written_without_anybody_waiting(tmp_path: Path) -> None:
    async def work(journal: SqliteJournal) -> None:
        journal.note(reported(1))
        other = sqlite3.connect(database(tmp_path))
        while other.execute("SELECT count(*) FROM fact").fetchone() == (0,):
            time.sleep(0.005)  # noqa: ASYNC251 - the loop stands still: the writer needs nothing of it
        other.close()

    using(tmp_path, work)
    assert read(tmp_path) == [reported(1)]


def test_notes_go_along_with_the_next_append_in_the_order_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "FLUSH_SECONDS", 3600.0)

    async def work(journal: SqliteJournal) -> None:
        journal.note(reported(1))
        journal.note(reported(2))
        await journal.append(placing(3))
        journal.note(reported(4))
        assert journal.replay() == [reported(1), reported(2), placing(3), reported(4)], "a replay waits for the notes"

    using(tmp_path, work)


def test_closing_writes_what_waits_and_can_be_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "FLUSH_SECONDS", 3600.0)

    async def work(journal: SqliteJournal) -> None:
        journal.note(reported(1))
        await journal.close()
        await journal.close()
        journal.note(reported(2))
        with pytest.raises(JournalBroken, match="닫혔"):
            await journal.append(placing(1))

    using(tmp_path, work)
    assert read(tmp_path) == [reported(1)]


def test_many_appends_at_once_share_transactions_and_lose_nothing(tmp_path: Path) -> None:
    async def work(journal: SqliteJournal) -> None:
        await asyncio.gather(*(journal.append(placing(n)) for n in range(200)))

    using(tmp_path, work)
    assert read(tmp_path) == [placing(n) for n in range(200)]


def test_the_event_loop_goes_on_while_the_disk_works(tmp_path: Path) -> None:
    """The writer stands still (another connection holds the file), the loop does not."""

    async def work(journal: SqliteJournal) -> None:
        other = sqlite3.connect(database(tmp_path), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.ensure_future(journal.append(placing(1)))
        for _ in range(20):
            await asyncio.sleep(0)
        assert not waiting.done()
        other.execute("ROLLBACK")
        other.close()
        await waiting

    using(tmp_path, work)
    assert read(tmp_path) == [placing(1)]


def test_a_cancelled_waiter_does_not_take_the_fact_back(tmp_path: Path) -> None:
    async def work(journal: SqliteJournal) -> None:
        waiting = asyncio.ensure_future(journal.append(accepted(1)))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    using(tmp_path, work)
    assert read(tmp_path) == [accepted(1)]


@pytest.mark.parametrize("send", [placing(1), cancelling(1)])
def test_a_second_send_of_one_request_is_refused_and_the_journal_goes_on(tmp_path: Path, send: Fact) -> None:
    async def work(journal: SqliteJournal) -> None:
        await journal.append(send)
        results = await asyncio.gather(
            journal.append(reported(1)), journal.append(send), journal.append(accepted(1)), return_exceptions=True
        )
        assert results[0] is None and results[2] is None
        assert isinstance(results[1], JournalBroken) and "이미 기록된" in str(results[1])
        assert journal.broken is None

    using(tmp_path, work)
    assert read(tmp_path) == [send, reported(1), accepted(1)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE fact SET body = '{}'",
        "DELETE FROM fact",
        "UPDATE meta SET body = '{}'",
        "DELETE FROM meta",
        "INSERT INTO fact SELECT seq + 1, at, kind, request, body, hash FROM fact",
    ],
)
def test_the_database_itself_refuses_to_change_what_is_written(tmp_path: Path, statement: str) -> None:
    write(tmp_path, [placing(1)])
    db = sqlite3.connect(database(tmp_path))
    with pytest.raises(sqlite3.IntegrityError):
        db.execute(statement)
    db.close()
    assert read(tmp_path) == [placing(1)]


@pytest.mark.parametrize(
    ("other", "word"),
    [
        (Identity("live", "stock", OURS.account), "다른 환경"),
        (Identity("practice", "gold", OURS.account), "다른 환경"),
        (Identity("practice", "stock", "another"), "다른 계좌"),
    ],
)
def test_the_journal_of_another_environment_or_account_is_refused_untouched(
    tmp_path: Path, other: Identity, word: str
) -> None:
    write(tmp_path, [placing(1)])
    before = database(tmp_path).read_bytes()
    with pytest.raises(JournalRefused, match=word):
        opened(tmp_path, other)
    assert database(tmp_path).read_bytes() == before
    assert read(tmp_path) == [placing(1)]
    assert not (tmp_path / "evidence").exists()


@fault("P08")
@pytest.mark.parametrize("newer", ["MAJOR", "MINOR"])
def test_a_newer_programs_journal_is_refused_untouched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, newer: str
) -> None:
    with monkeypatch.context() as future:
        future.setattr(journal_file, newer, 9)
        write(tmp_path, [placing(1)])
    before = database(tmp_path).read_bytes()
    with pytest.raises(JournalRefused, match="더 새로운 판"):
        opened(tmp_path)
    assert database(tmp_path).read_bytes() == before


def test_a_replay_can_begin_at_a_day(tmp_path: Path) -> None:
    tomorrow = MORNING + timedelta(days=1)
    late = Noted(MORNING, "alarm", "어제의 일을 오늘 적음")
    facts: list[Fact] = [placing(1), accepted(1), placing(2, tomorrow), late, accepted(2, tomorrow)]
    write(tmp_path, facts)
    assert read(tmp_path, MORNING.date()) == facts
    assert read(tmp_path, tomorrow.date()) == facts[2:], "what was written later is never left out"
    assert read(tmp_path, (tomorrow + timedelta(days=1)).date()) == [late], "a block holds until it is lifted"


def test_two_journals_on_one_file_cannot_both_write(tmp_path: Path) -> None:
    async def work(journal: SqliteJournal) -> None:
        second = opened(tmp_path)
        await journal.append(placing(1))
        with pytest.raises(JournalBroken, match="다른 프로그램"):
            await second.append(placing(2))
        assert second.broken is not None
        await second.reopen()
        await second.append(placing(2))
        await second.close()

    using(tmp_path, work)
    assert read(tmp_path) == [placing(1), placing(2)]


def test_only_the_owner_may_read_the_files(tmp_path: Path) -> None:
    async def work(journal: SqliteJournal) -> None:
        await journal.append(placing(1))
        files = list((tmp_path / "journals").iterdir())
        assert {"ours.journal", "ours.journal-wal", "ours.blackbox"} <= {f.name for f in files}
        assert all(stat.S_IMODE(f.stat().st_mode) & 0o077 == 0 for f in files)

    using(tmp_path, work)


def test_every_send_is_in_the_black_box_when_append_returns(tmp_path: Path) -> None:
    async def work(journal: SqliteJournal) -> None:
        await journal.append(placing(1))
        assert black_box(tmp_path).read_text(encoding="utf-8").count("\n") == 1
        await journal.append(accepted(1))
        await journal.append(cancelling(1))
        assert black_box(tmp_path).read_text(encoding="utf-8").count("\n") == 2

    using(tmp_path, work)


def test_every_commit_is_synchronous(tmp_path: Path) -> None:
    """A kill cannot show this; a power cut would."""
    connection = journal_file.connect(tmp_path / "any.journal")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    connection.close()


def test_the_thread_ends_with_the_journal(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    write(tmp_path, [placing(1)])
    for thread in set(threading.enumerate()) - before:
        if thread.name.startswith("journal"):
            thread.join(30)
            assert not thread.is_alive()


def test_a_fact_that_cannot_be_written_locks_and_says_so(tmp_path: Path) -> None:
    async def work(journal: SqliteJournal) -> None:
        journal.note(Noted(MORNING, "armed", 5))  # type: ignore[arg-type]
        assert journal.broken is not None and "프로그램 오류" in journal.broken
        with pytest.raises(JournalBroken):
            await journal.append(placing(1))
        await journal.reopen()
        await journal.append(placing(1))

    using(tmp_path, work)
    assert read(tmp_path) == [placing(1)]


def test_a_bug_in_the_writing_breaks_the_journal_and_leaves_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bug(*_: object) -> None:
        raise ZeroDivisionError

    async def work(journal: SqliteJournal) -> None:
        with monkeypatch.context() as wrong:
            wrong.setattr(journal_file, "insert", bug)
            with pytest.raises(JournalBroken, match="프로그램 오류"):
                await journal.append(placing(1))
        assert journal.broken is not None
        await journal.reopen()
        await journal.append(placing(1))

    using(tmp_path, work)
    assert read(tmp_path) == [placing(1)]


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(JournalBroken):
        open_journal(tmp_path / "file" / "journals", "ours", OURS, tmp_path, MORNING)
