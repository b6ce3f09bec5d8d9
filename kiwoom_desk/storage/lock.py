"""One program per environment and account: an operating system lock on a file, gone with the process however it ends.

The program that comes second leaves a mark beside the lock, which the first one polls to raise its window. No socket.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

FAR = 1 << 30
"""The locked byte lies beyond the process number: Windows keeps others from reading what is locked."""


class InstanceLock:
    """The lock `name` in `folder`. One object, one lock; a second one in the same process is refused as well."""

    def __init__(self, folder: Path, name: str) -> None:
        self._path = folder / f"{name}.lock"
        self._mark = folder / f"{name}.raise"
        self._fd: int | None = None

    @property
    def held(self) -> bool:
        return self._fd is not None

    def acquire(self) -> bool:
        """True when this is the first program now (also when asked again). Raises OSError when the file cannot be."""
        if self._fd is not None:
            return True
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        if not _lock(fd):
            os.close(fd)
            return False
        self._fd = fd
        try:
            os.ftruncate(fd, 0)
            os.write(fd, f"{os.getpid()}\n".encode("ascii"))
            self._mark.unlink(missing_ok=True)
        except OSError:  # whoever cannot have it whole does not keep it from the next try
            self.release()
            raise
        return True

    def owner(self) -> int | None:
        """The process that holds the lock, or held it last."""
        try:
            return int(self._path.read_bytes())
        except (OSError, ValueError):
            return None

    def ask_to_raise(self) -> None:
        """Ask the program that holds the lock to show its window. Raises OSError."""
        os.close(os.open(self._mark, os.O_WRONLY | os.O_CREAT, 0o600))

    def raise_requested(self) -> bool:
        """True once for each time that another start asked; cheap enough to be polled several times a second."""
        try:
            self._mark.unlink()
        except OSError:
            return False
        return True

    def release(self) -> None:
        """Idempotent. The file stays: taking it away would let two programs lock two files of one name."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


if sys.platform == "win32":
    import msvcrt

    def _lock(fd: int) -> bool:
        os.lseek(fd, FAR, os.SEEK_SET)
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        os.lseek(fd, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _lock(fd: int) -> bool:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
