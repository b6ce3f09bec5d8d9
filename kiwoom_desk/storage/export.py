"""What leaves the program as a file: tables for Excel, and a bundle of evidence with its checksums.

CSV follows RFC 4180 with a UTF-8 mark, so that Excel in Korea shows Hangul; text that a spreadsheet would take for a
formula or a number gets an apostrophe in front (005930 would lose its zeros), numbers stay numbers.
"""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from kiwoom_desk.storage.durable import write_whole
from kiwoom_desk.storage.troubles import DISK, FULL

Cell = str | int | float | None

FORMULA = tuple("=+-@\t\r\n\0＝＋－＠")
"""How a cell begins that a spreadsheet may execute; the last four are the same signs in full width."""

NUMBER = re.compile(r"[0-9]+([eE][0-9]+)?")
"""Text that a spreadsheet would turn into a number: a code, an order number, and 52E001, which would become 520."""

_UNSAVED = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.ENOENT: "그 폴더가 없습니다.",
    errno.EACCES: "다른 프로그램(엑셀 등)이 그 파일을 열어 두었거나 쓸 권한이 없습니다.",
    errno.EPERM: "다른 프로그램(엑셀 등)이 그 파일을 열어 두었거나 쓸 권한이 없습니다.",
    errno.EROFS: "그 자리에는 쓸 수 없습니다(읽기 전용).",
}


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A whole CSV file. None is an empty cell."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    for row in (header, *rows):
        writer.writerow([_harmless(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig", "backslashreplace")


def _harmless(cell: Cell) -> Cell:
    spoilt = isinstance(cell, str) and (cell.startswith(FORMULA) or NUMBER.fullmatch(cell))
    return f"'{cell}" if spoilt else cell


def why_unsaved(error: OSError) -> str:
    """Why a file could not be written where the trader wanted it, in Korean."""
    return _UNSAVED.get(error.errno or 0, DISK)


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
