"""What went wrong with the disk, as a sentence for the trader."""

from __future__ import annotations

import errno
import sqlite3

LOCKED = "다른 프로그램이 기록 파일을 잠그고 있습니다."
FULL = "디스크에 남은 공간이 없습니다."
READ_ONLY = "기록 파일에 쓸 수 없습니다(읽기 전용이거나 권한이 없습니다)."
DAMAGED = "기록 파일이 손상되었습니다."
DISK = "디스크 오류로 기록하지 못했습니다."
FOREIGN = "다른 프로그램이 같은 기록 파일에 쓰고 있습니다."
TWICE = "이미 기록된 주문 요청입니다. 같은 요청은 다시 보내지 않습니다."
UNWRITABLE = "기록할 수 없는 내용이 있습니다(프로그램 오류)."
CLOSED = "기록이 이미 닫혔습니다."

PASSING = frozenset({LOCKED, FULL, READ_ONLY, DISK})
"""Faults that may pass by themselves; the others take a start with the trader looking."""

_BY_ERRNO = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EFBIG: FULL,
    errno.EROFS: READ_ONLY,
    errno.EACCES: READ_ONLY,
    errno.EPERM: READ_ONLY,
}
_BY_SQLITE = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_PROTOCOL: LOCKED,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: READ_ONLY,
    sqlite3.SQLITE_PERM: READ_ONLY,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
}


def sentence(error: BaseException) -> str:
    """The Korean sentence for an error of SQLite or the operating system."""
    if isinstance(error, OSError):
        return _BY_ERRNO.get(error.errno or 0, DISK)
    if is_damage(error):
        return DAMAGED
    code = getattr(error, "sqlite_errorcode", None)
    return DISK if code is None else _BY_SQLITE.get(code & 0xFF, DISK)


def is_damage(error: BaseException) -> bool:
    """True when the file itself is at fault, not the disk, a lock or a permission."""
    if not isinstance(error, sqlite3.Error):
        return False
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # raised by Python's own wrapper: text or a type that cannot be
        return True
    return (code & 0xFF) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_FORMAT)
