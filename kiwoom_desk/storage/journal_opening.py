"""Opening a journal: what is whole is taken as it is, what is damaged is set aside as evidence and its prefix goes on.

After the database the black box is read: a send that only the box knows is written into the journal again, without an
answer, so that it is looked for at the broker like any other lost answer (docs/reliability.md 2.5, D05, P09).
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from kiwoom_desk.domain.facts import Noted
from kiwoom_desk.storage import journal_file as file
from kiwoom_desk.storage.black_box import BlackBox, Send
from kiwoom_desk.storage.durable import sync_folder
from kiwoom_desk.storage.journal_file import Damaged, Entry, Head, Identity
from kiwoom_desk.storage.troubles import is_damage, sentence
from kiwoom_desk.trading.ports import JournalBroken

RESTORED_DAYS = 7
"""Sends older than this are only listed: the broker no longer has anything to settle about them."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What opening found. `kept` facts were whole; `evidence` is where a damaged file went; `restored` sends came back
    from the black box, `older` ones are only in the box, `torn` lines of it could not be read."""

    kept: int
    evidence: Path | None = None
    restored: tuple[Send, ...] = ()
    older: tuple[Send, ...] = ()
    torn: int = 0

    @property
    def sentence(self) -> str | None:
        """For the trader, None when all was whole. Live orders should stay locked until it was read."""
        said = []
        if self.evidence is not None:
            said.append(
                f"기록 파일이 손상되어 앞부분 {self.kept:,}건만 살렸습니다. 원본은 {self.evidence.name}에 보관했습니다."
            )
        if self.restored:
            said.append(
                f"기록에 없던 전송 {len(self.restored)}건을 블랙박스에서 되살렸습니다. 접수 여부를 조회로 확인합니다."
            )
        if self.older:
            said.append(f"{RESTORED_DAYS}일보다 오래된 전송 {len(self.older)}건이 기록에 없습니다(블랙박스에는 있음).")
        return " ".join(said) or None


@dataclass(slots=True)
class OpenFile:
    db: sqlite3.Connection
    head: Head
    opening: Opening


def open_file(path: Path, identity: Identity, box: BlackBox, evidence: Path, now: datetime) -> OpenFile:
    """Raises JournalRefused for another's or a newer journal, JournalBroken for a disk that does not let us."""
    try:
        whole, aside = _take(path, identity, evidence, now)
    except (sqlite3.Error, OSError) as error:
        raise JournalBroken(sentence(error)) from error
    try:
        return _restore(whole, box, aside, now)
    except (sqlite3.Error, OSError, Damaged) as error:
        whole.db.close()
        raise JournalBroken(sentence(error)) from error
    except BaseException:
        whole.db.close()
        raise


def prove(path: Path, identity: Identity) -> None:
    """Changes nothing. Raises unless the file is there and whole: Damaged, JournalRefused, sqlite3.Error, OSError."""
    if not path.exists():
        raise FileNotFoundError(errno.ENOENT, "the journal is not there", str(path))
    db = file.connect(path)
    try:
        _read(db, identity, [])
    finally:
        db.close()


@dataclass(slots=True)
class _Whole:
    db: sqlite3.Connection
    head: Head
    requests: set[str]


def _take(path: Path, identity: Identity, evidence: Path, now: datetime) -> tuple[_Whole, Path | None]:
    """The journal at `path`, new or whole; or, when it is damaged, its prefix in a new file and the old one's place."""
    kept: list[Entry] = []
    db: sqlite3.Connection | None = None
    try:
        db = file.connect(path)
        if file.is_new(db):
            file.create(db, identity, now)
        return _read(db, identity, kept), None
    except (Damaged, sqlite3.Error, ValueError, TypeError) as error:
        if isinstance(error, sqlite3.Error) and not is_damage(error):
            if db is not None:
                db.close()
            raise
        aside = _set_aside(path, db, evidence, now)
        _rebuild(path, identity, kept, now)
        return _read(file.connect(path), identity, []), aside
    except BaseException:
        if db is not None:
            db.close()
        raise


def _read(db: sqlite3.Connection, identity: Identity, kept: list[Entry]) -> _Whole:
    """`kept` fills with every entry up to the first damage, also when this raises.

    A stamp or table that is damaged does not keep the rows from being read: they prove themselves by the chain."""
    found: Damaged | sqlite3.DatabaseError | None = None
    try:
        file.check_stamp(db, identity)
        file.quick_check(db)
    except Damaged as damage:
        found = damage
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        found = error
    head = file.genesis(identity)
    for entry, reached in file.verified(db, identity):
        kept.append(entry)
        head = reached
    if found is not None:
        raise found
    return _Whole(db, head, {entry.request for entry in kept if entry.request is not None})


def _set_aside(path: Path, db: sqlite3.Connection | None, evidence: Path, now: datetime) -> Path:
    """Copy the damaged files before SQLite tidies them up. Nothing that lies there already is overwritten."""
    aside = _new_folder(evidence, f"{path.stem}-{now:%Y%m%d-%H%M%S}")
    for part in _parts(path):
        if part.exists():
            shutil.copy2(part, aside / part.name)
    if db is not None:
        db.close()
    return aside


def _parts(path: Path) -> Sequence[Path]:
    return [path.with_name(path.name + tail) for tail in ("", "-wal", "-shm")]


def _new_folder(parent: Path, name: str) -> Path:
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for n in range(1, 10_000):
        folder = parent / f"{name}-{n}"
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            continue
        return folder
    raise OSError("no free name for the evidence")


def _rebuild(path: Path, identity: Identity, kept: Sequence[Entry], now: datetime) -> None:
    """A new file with the prefix, whole before it takes the old name: a crash on the way leaves one of the two."""
    fresh = path.with_name(path.name + ".rebuilt")
    for part in _parts(fresh):
        part.unlink(missing_ok=True)
    db = file.connect(fresh)
    try:
        file.create(db, identity, now)
        file.insert(db, kept, file.genesis(identity))
    finally:
        db.close()  # moves the write-ahead log into the file
    for log in _parts(path)[1:]:  # another file's log must never meet the new one
        log.unlink(missing_ok=True)
    os.replace(fresh, path)
    sync_folder(path.parent)


def _restore(whole: _Whole, box: BlackBox, aside: Path | None, now: datetime) -> OpenFile:
    contents = box.read()
    missing = contents.missing(whole.requests)  # type: ignore[arg-type]
    since = now.date() - timedelta(days=RESTORED_DAYS)
    opening = Opening(
        kept=whole.head.seq,
        evidence=aside,
        restored=tuple(send for send in missing if send.day >= since),
        older=tuple(send for send in missing if send.day < since),
        torn=contents.damaged,
    )
    entries = [Entry.of(send) for send in opening.restored]
    if (opening.evidence or opening.restored) and opening.sentence is not None:
        entries.append(Entry.of(Noted(now, "journal_repaired", opening.sentence)))
    head = file.insert(whole.db, entries, whole.head) if entries else whole.head
    return OpenFile(whole.db, head, opening)
