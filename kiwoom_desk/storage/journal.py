"""The journal: the durable, append-only list of facts of one account in one environment, in one SQLite file.

WAL with `synchronous = FULL`: what `append` has returned from survives a kill and a power cut. The file goes on over
days; `replay(since)` reads the part that a start needs. Every send also leaves a line in the black box, after the
commit and before `append` returns.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

from kiwoom_desk.domain.facts import Fact, Noted
from kiwoom_desk.domain.instruments import SEOUL
from kiwoom_desk.storage import journal_file as file
from kiwoom_desk.storage.black_box import BlackBox, Send
from kiwoom_desk.storage.codec import CodecError, decode
from kiwoom_desk.storage.journal_file import Damaged, Entry, Identity, JournalRefused
from kiwoom_desk.storage.journal_opening import OpenFile, Opening, open_file, prove
from kiwoom_desk.storage.never_sent import NeverSent
from kiwoom_desk.storage.proof import Proof, proof_of
from kiwoom_desk.storage.troubles import DAMAGED, FOREIGN, PASSING, TWICE, UNWRITABLE, is_damage, sentence
from kiwoom_desk.storage.writer import Unique, Writer
from kiwoom_desk.trading.ports import JournalBroken

log = logging.getLogger(__name__)

SENDS = frozenset({"placing", "cancelling"})
NOTED = "noted"


class SqliteJournal:
    """The port `Journal`. Made by `open_journal`; `opening` tells what was found."""

    def __init__(
        self,
        path: Path,
        identity: Identity,
        box: BlackBox,
        evidence: Path,
        opened: OpenFile,
        closed: Callable[[], None],
    ) -> None:
        self.path, self.identity, self._box, self._evidence = path, identity, box, evidence
        self._closed = closed
        self._db, self._head = opened.db, opened.head
        self._never_sent = NeverSent()
        self._writer = Writer(self._write, f"journal {path.stem}")
        self._unwritable: str | None = None
        self.opening: Opening = opened.opening

    # --- the port ------------------------------------------------------------------------------------------------
    async def append(self, fact: Fact) -> None:
        """Returns when it is on disk; a caller that is cancelled meanwhile changes nothing about that.

        Raises JournalBroken; also for a second send of one request, which does not break the journal."""
        if self.broken is not None:
            raise JournalBroken(self.broken)
        try:
            done = self._writer.put(Entry.of(fact))
        except CodecError as error:
            raise JournalBroken(UNWRITABLE) from error
        try:
            await asyncio.wrap_future(done)
        except Unique:
            raise JournalBroken(TWICE) from None

    def note(self, fact: Fact) -> None:
        """Queued, on disk within 50 ms or with the next `append`. Never raises; `broken` tells."""
        try:
            self._writer.note(Entry.of(fact))
        except CodecError:
            log.exception("a fact that cannot be written")
            self._unwritable = UNWRITABLE

    def replay(self, since: date | None = None) -> Sequence[Fact]:
        """Everything written so far in order of writing; with `since`, from the first fact of that day or later on.

        What was noted by hand comes whatever its age: a block on new orders holds until it is lifted.
        Waits for the disk, so it belongs to a start. Raises JournalBroken when the file no longer proves itself."""
        self._writer.call(lambda: None).result()
        try:
            return _facts(self.path, self.identity, since)
        except (Damaged, CodecError) as error:
            raise JournalBroken(DAMAGED) from error
        except (sqlite3.Error, OSError) as error:
            raise JournalBroken(sentence(error)) from error

    def prove(self, facts: Iterable[Fact]) -> Proof:
        """What the file holds of `facts`, with what is missing. Waits for the disk, so it belongs into a thread."""
        with suppress(JournalBroken):  # closed: then all of it is written
            self._writer.call(lambda: None).result()
        return proof_of(facts, self.path, self.identity, self._box.path, self._head.seq)

    @property
    def broken(self) -> str | None:
        """Stays until `reopen` succeeds."""
        return self._writer.broken or self._unwritable

    @property
    def found(self) -> str | None:
        return self.opening.sentence

    async def close(self) -> None:
        """Write what waits and close the file; what a broken disk has not taken by then is lost. Idempotent."""
        try:
            await asyncio.wrap_future(self._writer.close(self._shut))
        except JournalBroken:
            return
        self._closed()

    # --- after a fault -------------------------------------------------------------------------------------------
    async def mend(self) -> None:
        """Try the disk again after a fault that may pass by itself. Raises JournalBroken as long as it lasts.

        What is damaged, gone or another's stays as it lies, and the journal broken: that takes a start."""
        if self.broken not in PASSING:
            raise JournalBroken(self.broken or UNWRITABLE)
        await asyncio.wrap_future(self._writer.call(self._prove))
        await self.reopen()
        await self.append(Noted(datetime.now(SEOUL), "journal_mended", "기록이 다시 됩니다."))

    async def reopen(self) -> None:
        """Try the disk again: the file is opened and verified as at a start, then what waited is written.

        Raises JournalBroken, and then all stays as it was."""
        await asyncio.wrap_future(self._writer.call(self._open_again))
        self._unwritable = None
        await asyncio.wrap_future(self._writer.call(lambda: None))
        if self.broken is not None:
            raise JournalBroken(self.broken)

    # --- in the writer's thread ----------------------------------------------------------------------------------
    def _write(self, entries: Sequence[Entry]) -> None:
        """First the journal, then the box, then the caller hears: what fails on the way was never sent."""
        try:
            self._head = file.insert(self._db, entries, self._head)
            self._box.write(_sends(entries))
        except Exception as error:
            if isinstance(error, sqlite3.IntegrityError) and error.sqlite_errorname == "SQLITE_CONSTRAINT_UNIQUE":
                raise Unique from error
            self._never_sent.add(entries)
            if isinstance(error, OSError):  # the box: the journal still takes what we have to say
                self._tell_apart()
                raise JournalBroken(sentence(error)) from error
            if isinstance(error, sqlite3.Error):
                raise JournalBroken(sentence(error)) from error
            if isinstance(error, Damaged):
                raise JournalBroken(FOREIGN) from error
            raise

    def _tell_apart(self) -> None:
        """Say of sends that were written but refused to their caller that they never left, or the next start would
        take them for lost ones. What cannot be said now is said when the disk is mended."""
        try:
            self._head = self._never_sent.settle(self._db, self._head)
        except (sqlite3.Error, Damaged) as error:
            log.warning("a send that never left could not be marked yet: %s", error)

    def _prove(self) -> None:
        self._box.close()
        try:
            prove(self.path, self.identity)
            self._box.prove()
        except (Damaged, JournalRefused, sqlite3.Error, OSError) as error:
            if isinstance(error, (Damaged, JournalRefused)) or is_damage(error):
                self._writer.broken = DAMAGED
                raise JournalBroken(DAMAGED) from error
            raise JournalBroken(sentence(error)) from error

    def _open_again(self) -> None:
        self._shut()
        opened = open_file(self.path, self.identity, self._box, self._evidence, datetime.now(SEOUL))
        self._db, self._head = opened.db, opened.head
        if opened.opening.sentence is not None:
            self.opening = opened.opening
        self._tell_apart()
        self._writer.mend()

    def _shut(self) -> None:
        """Both files, whatever becomes of one: the account has to be free again."""
        for close in (self._db.close, self._box.close):
            try:
                close()
            except (sqlite3.Error, OSError) as error:
                log.warning("the journal did not close cleanly: %s", error)


def open_journal(
    folder: Path,
    name: str,
    identity: Identity,
    evidence: Path,
    now: datetime,
    *,
    closed: Callable[[], None] = lambda: None,
) -> SqliteJournal:
    """The journal `name` in `folder`, made when there is none. `closed` is called once it is closed.

    A damaged file is set aside under `evidence` and its prefix goes on. Raises JournalRefused (another environment or
    account, a newer program) and JournalBroken (the disk), both with a Korean sentence; nothing is changed then.
    """
    path = folder / f"{name}.journal"
    box = BlackBox(folder / f"{name}.blackbox")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise JournalBroken(sentence(error)) from error
    opened = open_file(path, identity, box, evidence, now)
    return SqliteJournal(path, identity, box, evidence, opened, closed)


def _sends(entries: Sequence[Entry]) -> list[Send]:
    facts = [decode(entry.body) for entry in entries if entry.kind in SENDS]
    return [fact for fact in facts if isinstance(fact, Send)]


def _facts(path: Path, identity: Identity, since: date | None) -> list[Fact]:
    first = "" if since is None else since.isoformat()
    db = file.connect(path)
    try:
        facts: list[Fact] = []
        begun = False
        for entry, _ in file.verified(db, identity):
            begun = begun or entry.at >= first
            if begun or entry.kind == NOTED:
                facts.append(decode(entry.body))
        return facts
    finally:
        db.close()
