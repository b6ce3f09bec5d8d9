"""The journal as a file: its tables, its hash chain, and how what is left of a damaged one is read.

Everything here is synchronous and knows one SQLite connection; `journal` owns the thread. Each row's hash is SHA-256
over the previous row's hash and the row itself; the first one stands on the identity, so that rows of another
environment or account never fit. A plain hash shows edits and damage; it is no signature.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiwoom_desk.domain.facts import Cancelling, Fact, Placing, request_of
from kiwoom_desk.storage.codec import encode, kind_of
from kiwoom_desk.storage.durable import sync_folder
from kiwoom_desk.trading.ports import JournalBroken

MAJOR, MINOR = 1, 0
"""A reader refuses a greater major; a greater minor only adds what an older reader may pass over."""

BUSY_SECONDS = 2.0

SCHEMA = (
    "CREATE TABLE meta (one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL, hash BLOB NOT NULL) STRICT",
    "CREATE TABLE fact (seq INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, request TEXT, "
    "body TEXT NOT NULL, hash BLOB NOT NULL) STRICT",
    "CREATE UNIQUE INDEX one_send_per_request ON fact (request) WHERE request IS NOT NULL",
    "CREATE TRIGGER fact_is_never_changed BEFORE UPDATE ON fact BEGIN SELECT RAISE(ABORT, 'facts are final'); END",
    "CREATE TRIGGER fact_is_never_removed BEFORE DELETE ON fact BEGIN SELECT RAISE(ABORT, 'facts are final'); END",
    "CREATE TRIGGER meta_is_never_changed BEFORE UPDATE ON meta BEGIN SELECT RAISE(ABORT, 'facts are final'); END",
    "CREATE TRIGGER meta_is_never_removed BEFORE DELETE ON meta BEGIN SELECT RAISE(ABORT, 'facts are final'); END",
)
"""`request` is filled for sends alone: the database itself refuses the second send of one intent."""


class JournalRefused(JournalBroken):
    """This journal may not be used: another environment or account, or a newer program's. It is left untouched."""


class Damaged(Exception):
    """The file is not, or no longer wholly, what was written."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose journal it is. `account` is the tag of `account_tag`, never the number."""

    environment: str
    market: str
    account: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact as the file holds it, before it has its place in the chain."""

    at: str
    kind: str
    request: str | None
    body: str

    @staticmethod
    def of(fact: Fact) -> Entry:
        """Raises CodecError."""
        request = request_of(fact) if isinstance(fact, (Placing, Cancelling)) else None
        return Entry(fact.at.isoformat(), kind_of(fact), request, encode(fact))


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends: the last number and the last hash."""

    seq: int
    hash: bytes

    def after(self, entry: Entry) -> Head:
        """The end of the chain once `entry` follows: each part goes in with its length, so no two rows look alike."""
        seq = self.seq + 1
        digest = hashlib.sha256(self.hash)
        for part in (str(seq), entry.at, entry.kind, entry.request or "", entry.body):
            raw = part.encode()
            digest.update(len(raw).to_bytes(8, "big") + raw)
        return Head(seq, digest.digest())


def genesis(identity: Identity) -> Head:
    text = "\0".join(("kiwoom-desk journal", str(MAJOR), identity.environment, identity.market, identity.account))
    return Head(0, hashlib.sha256(text.encode()).digest())


def connect(path: Path) -> sqlite3.Connection:
    """A connection for the thread that calls, to an existing or a new file that only its owner may read."""
    if not path.exists():
        path.touch(mode=0o600)
        sync_folder(path.parent)
    db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA fullfsync = ON")  # macOS: a plain fsync does not reach the platter there
        db.execute("PRAGMA trusted_schema = OFF")
    except BaseException:
        db.close()
        raise
    return db


def create(db: sqlite3.Connection, identity: Identity, created: datetime) -> None:
    """The tables and the stamp, all or nothing."""
    body = json.dumps(
        {
            "major": MAJOR,
            "minor": MINOR,
            "environment": identity.environment,
            "market": identity.market,
            "account": identity.account,
            "created": created.isoformat(),
        }
    )
    db.execute("BEGIN IMMEDIATE")
    try:
        for statement in SCHEMA:
            db.execute(statement)
        db.execute("INSERT INTO meta VALUES (1, ?, ?)", (body, hashlib.sha256(body.encode()).digest()))
        db.execute("COMMIT")
    except BaseException:
        roll_back(db)
        raise


def is_new(db: sqlite3.Connection) -> bool:
    return bool(db.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,))


def check_stamp(db: sqlite3.Connection, identity: Identity) -> None:
    """Raises JournalRefused for a whole stamp that is not ours, Damaged for one that cannot be read."""
    meta = _read_meta(db)
    if meta.get("major") != MAJOR:
        raise JournalRefused("더 새로운 판의 프로그램이 만든 기록입니다. 프로그램을 업데이트한 뒤 여십시오.")
    if (meta.get("environment"), meta.get("market")) != (identity.environment, identity.market):
        raise JournalRefused("다른 환경(연습·모의·실전)의 주문 기록이라 열지 않습니다.")
    if meta.get("account") != identity.account:
        raise JournalRefused("다른 계좌의 주문 기록이라 열지 않습니다.")
    if meta.get("minor") != MINOR:
        raise JournalRefused("더 새로운 판의 프로그램이 만든 기록입니다. 프로그램을 업데이트한 뒤 여십시오.")
    if {sql for (sql,) in db.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")} != set(SCHEMA):
        raise Damaged("the tables are not as they were made")


def _read_meta(db: sqlite3.Connection) -> dict[str, object]:
    rows = db.execute("SELECT body, hash FROM meta").fetchall()
    if len(rows) != 1 or hashlib.sha256(rows[0][0].encode()).digest() != rows[0][1]:
        raise Damaged("the stamp is damaged")
    meta = json.loads(rows[0][0])
    if not isinstance(meta, dict):
        raise Damaged("the stamp is damaged")
    return meta


def verified(db: sqlite3.Connection, identity: Identity) -> Iterator[tuple[Entry, Head]]:
    """All rows as long as each fits the one before. Raises Damaged or sqlite3.Error where that ends."""
    head = genesis(identity)
    rows = db.execute("SELECT seq, at, kind, request, body, hash FROM fact ORDER BY seq")
    for seq, at, kind, request, body, digest in rows:
        if not all(type(part) is str for part in (at, kind, request or "", body)):
            raise Damaged(f"row {seq} holds what was never written")
        entry = Entry(at, kind, request, body)
        head = head.after(entry)
        if (seq, digest) != (head.seq, head.hash):
            raise Damaged(f"row {seq} does not fit the row before")
        yield entry, head


def quick_check(db: sqlite3.Connection) -> None:
    """SQLite's own look at every page. Raises Damaged."""
    result = db.execute("PRAGMA quick_check(1)").fetchone()
    if result != ("ok",):
        raise Damaged(str(result))


def insert(db: sqlite3.Connection, entries: Iterable[Entry], head: Head) -> Head:
    """In one transaction; the new end of the chain when it is on disk.

    Raises sqlite3.IntegrityError for a second send of one request, Damaged when `head` is not the end of the file
    (another program writes to it), sqlite3.Error for the disk; then nothing was written, or at worst all of it after
    an error of the disk in the commit itself.
    """
    db.execute("BEGIN IMMEDIATE")
    try:
        if db.execute("SELECT coalesce(max(seq), 0) FROM fact").fetchone() != (head.seq,):
            raise Damaged("another program writes to this journal")
        for entry in entries:
            head = head.after(entry)
            values = (head.seq, entry.at, entry.kind, entry.request, entry.body, head.hash)
            db.execute("INSERT INTO fact VALUES (?, ?, ?, ?, ?, ?)", values)
        db.execute("COMMIT")
    except BaseException:
        roll_back(db)
        raise
    return head


def roll_back(db: sqlite3.Connection) -> None:
    """Never raises: it runs when something else has gone wrong already."""
    with suppress(sqlite3.Error):
        if db.in_transaction:
            db.execute("ROLLBACK")
