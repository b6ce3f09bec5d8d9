"""The black box: one line on disk per send, beside the journal, so that a corrupt database cannot hide a send.

A line is the CRC-32 of the rest as eight hex digits, a blank, and the fact as `codec` writes it: what was sent, when,
and under which request. Lines are only ever added. A line is written after the journal has committed the same fact and
before the first byte leaves, so the journal knows every line unless it has lost its end: that is what `missing` finds
(docs/reliability.md 2.5).
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kiwoom_desk.domain.facts import Cancelling, Fact, Placing, RequestId, request_of
from kiwoom_desk.storage.codec import CodecError, decode, encode
from kiwoom_desk.storage.durable import sync_folder

Send = Placing | Cancelling


@dataclass(frozen=True, slots=True)
class Contents:
    """What could be read: the sends in order of writing, and how many lines were damaged."""

    sends: tuple[Send, ...]
    damaged: int

    def missing(self, known: Iterable[RequestId]) -> tuple[Send, ...]:
        """The sends whose request is not in `known`."""
        seen = set(known)
        return tuple(send for send in self.sends if request_of(send) not in seen)


class BlackBox:
    """One text file. Not for two threads at once: the journal's writer owns it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None

    def write(self, sends: Iterable[Send]) -> None:
        """Returns when the lines are on disk. Raises OSError; what was written by then stays and does no harm."""
        lines = b"".join(_line(send) for send in sends)
        if lines:
            self._put(lines)

    def prove(self) -> None:
        """Raises OSError unless the disk takes a line; the empty one says nothing."""
        self._put(b"\n")

    def _put(self, lines: bytes) -> None:
        fd = self._open()
        view = memoryview(lines)
        while view:
            view = view[os.write(fd, view) :]
        os.fsync(fd)

    def read(self) -> Contents:
        """Everything that is whole; a damaged line is counted and passed over. Raises OSError, but not for no file."""
        try:
            lines = self.path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return Contents((), 0)
        sends = [_send(line) for line in lines if line]
        whole = tuple(send for send in sends if send is not None)
        return Contents(whole, len(sends) - len(whole))

    def close(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def _open(self) -> int:
        if self._fd is None:
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
            fd = os.open(self.path, flags, 0o600)
            self._fd = fd
            size = os.fstat(fd).st_size
            if not size:
                sync_folder(self.path.parent)
            elif self.path.read_bytes()[-1:] != b"\n":  # a torn last line must not swallow the next one
                os.write(fd, b"\n")
        return self._fd


def _line(send: Send) -> bytes:
    body = encode(send).encode()
    return b"%08x %s\n" % (zlib.crc32(body), body)


def _send(line: bytes) -> Send | None:
    crc, _, body = line.partition(b" ")
    if crc != b"%08x" % zlib.crc32(body):
        return None
    try:
        fact: Fact = decode(body.decode())
    except (CodecError, UnicodeDecodeError):
        return None
    return fact if isinstance(fact, (Placing, Cancelling)) else None
