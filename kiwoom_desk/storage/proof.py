"""What the journal's file itself proves of facts: their rows with their places in the hash chain, and what is gone.

The chain alone cannot tell that its end was cut off; so it is compared with what this program has written and with the
sends in the black box.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kiwoom_desk.domain.facts import Fact, RequestId
from kiwoom_desk.storage import journal_file as file
from kiwoom_desk.storage.black_box import BlackBox, Contents
from kiwoom_desk.storage.codec import CodecError, encode
from kiwoom_desk.storage.journal_file import Damaged, Entry, Head, Identity
from kiwoom_desk.storage.troubles import DAMAGED, is_damage


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it lies on disk: enough to compute its hash again. Hashes in hexadecimal."""

    seq: int
    prev: str
    at: str
    kind: str
    request: str | None
    body: str
    hash: str


@dataclass(frozen=True, slots=True)
class Proof:
    """`rows` hold facts that were asked for, `absent` are those that no whole row holds. `first` is the hash on which
    the file stands, `last` that of the last of its `length` rows that fit, `fault` why no more of them do.

    `cut` rows were written by this run and are gone, `sends` of the black box are not in the file, and `torn` lines of
    it could not be read (None: the whole box)."""

    rows: tuple[Row, ...]
    absent: tuple[Fact, ...]
    length: int
    first: str
    last: str
    fault: str | None = None
    cut: int = 0
    sends: int = 0
    torn: int | None = 0

    @property
    def whole(self) -> bool:
        return not (self.absent or self.fault or self.cut or self.sends) and self.torn == 0

    @property
    def sentences(self) -> Sequence[str]:
        """In Korean: first the chain, then all that is missing."""
        chain = f"해시 사슬 확인: 기록 파일의 {self.length:,}건이 모두 이어집니다. 마지막 해시 {self.last}"
        if self.fault is not None:
            chain = (
                f"해시 사슬이 {self.length:,}건 뒤에서 끊겼습니다({self.fault}). 그 앞까지의 마지막 해시 {self.last}"
            )
        missing = (
            (len(self.absent), "이 묶음의 사실 {:,}건이 기록 파일에 없습니다(프로그램의 메모리에만 있음)."),
            (self.cut, "이번 실행이 쓴 기록의 끝 {:,}건이 파일에서 없어졌습니다."),
            (self.sends, "블랙박스에 있는 전송 {:,}건이 기록 파일에 없습니다."),
            (self.torn or 0, "블랙박스의 {:,}줄을 읽을 수 없습니다."),
        )
        told = [chain, *(text.format(count) for count, text in missing if count)]
        if self.torn is None:
            told.append("블랙박스를 읽지 못해 전송과 견주지 못했습니다.")
        if self.whole:
            told.append("이 묶음의 사실이 모두 기록 파일에 있고, 블랙박스의 전송도 모두 기록 파일에 있습니다.")
        return told


def proof_of(facts: Iterable[Fact], path: Path, identity: Identity, box: Path, written: int) -> Proof:
    """Read the journal at `path`, which may be in use, and its black box; `written` rows should be there.

    Changes nothing and never raises: what cannot be read is part of what is told."""
    sends = _sends(box)  # before the journal, which takes each send first
    wanted = {_body(fact): fact for fact in facts}
    first = head = file.genesis(identity)
    rows: list[Row] = []
    requests: set[RequestId] = set()
    fault = None
    try:
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            for entry, reached in file.verified(db, identity):
                if entry.body in wanted:
                    rows.append(_row(entry, head, reached))
                if entry.request is not None:
                    requests.add(RequestId(entry.request))
                head = reached
        finally:
            db.close()
    except (Damaged, sqlite3.Error) as error:
        fault = _why(error, path)
    found = {row.body for row in rows}
    return Proof(
        tuple(rows),
        tuple(fact for body, fact in wanted.items() if body not in found),
        head.seq,
        first.hash.hex(),
        head.hash.hex(),
        fault,
        max(0, written - head.seq),
        0 if sends is None else len(sends.missing(requests)),
        None if sends is None else sends.damaged,
    )


def _body(fact: Fact) -> str:
    """What no journal can hold is in none."""
    try:
        return encode(fact)
    except CodecError:
        return repr(fact)


def _sends(box: Path) -> Contents | None:
    try:
        return BlackBox(box).read()
    except OSError:
        return None


def _row(entry: Entry, before: Head, after: Head) -> Row:
    return Row(after.seq, before.hash.hex(), entry.at, entry.kind, entry.request, entry.body, after.hash.hex())


def _why(error: Exception, path: Path) -> str:
    if isinstance(error, Damaged):
        return "다음 행이 앞 행과 맞지 않습니다"
    if not path.exists():
        return "기록 파일이 없습니다"
    return DAMAGED.rstrip(".") if is_damage(error) else "기록 파일을 읽지 못했습니다"
