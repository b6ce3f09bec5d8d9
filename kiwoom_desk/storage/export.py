"""What leaves the program as a file: tables for Excel, JSON, and a bundle of evidence with its checksums.

CSV follows RFC 4180 with a UTF-8 mark, so that Excel in Korea shows Hangul; text that a spreadsheet would take for a
formula gets an apostrophe in front, numbers stay numbers.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import sqlite3
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kiwoom_desk.domain.facts import Fact
from kiwoom_desk.storage import journal_file as file
from kiwoom_desk.storage.codec import encode
from kiwoom_desk.storage.durable import write_whole
from kiwoom_desk.storage.journal_file import Damaged, Identity

Cell = str | int | float | None

FORMULA = tuple("=+-@\t\r\n\0＝＋－＠")
"""How a cell begins that a spreadsheet may execute; the last four are the same signs in full width."""


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A whole CSV file. None is an empty cell."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    for row in (header, *rows):
        writer.writerow([_harmless(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig", "backslashreplace")


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def json_bytes(facts: Iterable[Fact]) -> bytes:
    """The facts as a JSON list, each as the journal holds it."""
    return json.dumps([json.loads(encode(fact)) for fact in facts], indent=1).encode("ascii")


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """The hash chain of a journal as it lies on disk: how many rows fit, the last hash, and why it ends early."""

    rows: int
    last: str
    fault: str | None

    @property
    def sentence(self) -> str:
        if self.fault is None:
            return f"해시 사슬 확인: {self.rows:,}건이 모두 이어집니다. 마지막 해시 {self.last}"
        return f"해시 사슬이 {self.rows:,}건 뒤에서 끊겼습니다({self.fault}). 그 앞까지의 마지막 해시 {self.last}"


def check_chain(path: Path, identity: Identity) -> ChainCheck:
    """Walk the chain of the journal at `path`, which may be in use. Changes nothing. Raises OSError, sqlite3.Error."""
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    head = file.genesis(identity)
    fault = None
    try:
        for _, reached in file.verified(db, identity):
            head = reached
    except (Damaged, sqlite3.DatabaseError) as error:
        fault = str(error)
    finally:
        db.close()
    return ChainCheck(head.seq, head.hash.hex(), fault)


def write_bundle(path: Path, files: Mapping[str, bytes]) -> None:
    """A zip with `files` and their SHA-256 sums, there as a whole or not at all. Raises OSError.

    Names are plain file names; ValueError for any that could leave the folder where the zip is unpacked."""
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in {**files, "SHA256SUMS": sums.encode()}.items():
            if not name or set(name) & set('/\\:*?"<>|\0') or name.startswith("."):
                raise ValueError(f"not a plain file name: {name!r}")
            bundle.writestr(name, content)
    write_whole(path, packed.getvalue())
