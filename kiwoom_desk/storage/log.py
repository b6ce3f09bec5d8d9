"""The log: a file that turns over, through a net that masks what must never be written.

The first net is in the code that logs: named fields, no headers, no bodies. This one is the second: it knows the
secrets of this run and the shapes of the others, and it works on the finished line, tracebacks included.
"""

from __future__ import annotations

import io
import logging
import os
import re
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path

MASK = "****"
SHORTEST_SECRET = 6
"""A shorter word is in too many other words to be masked everywhere."""

_SHAPES = (
    re.compile(r"(?i)(bearer\s+)[^\s\"',;]+"),
    re.compile(
        r"(?i)([\"']?(?:app_?key|secret_?key|secret|token|authorization|password)[\"']?\s*[:=]\s*)[\"']?[^\s\"',;}]+"
    ),
    re.compile(r"()\d{8,}"),
)
"""Bearer tokens, values of telling names, and digits in a row long enough to be an account."""


class Scrubber:
    """Masks registered secrets wherever they stand, and what looks like one."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()

    def hide(self, *secrets: str) -> None:
        """From now on these never appear in what passes through here."""
        self._secrets.update(secret for secret in secrets if len(secret) >= SHORTEST_SECRET)

    def clean(self, text: str) -> str:
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, MASK)
        for shape in _SHAPES:
            text = shape.sub(rf"\g<1>{MASK}", text)
        return text


class _CleanFormatter(logging.Formatter):
    def __init__(self, scrubber: Scrubber) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")
        self._scrubber = scrubber

    def format(self, record: logging.LogRecord) -> str:
        return self._scrubber.clean(super().format(record))


class _PrivateFile(RotatingFileHandler):
    """Readable by its owner alone from its first byte on."""

    def _open(self) -> io.TextIOWrapper:
        fd = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        return io.TextIOWrapper(os.fdopen(fd, "ab"), encoding="utf-8", errors="backslashreplace")


def start_logging(
    folder: Path, scrubber: Scrubber, *, level: int = logging.INFO, size: int = 2_000_000, files: int = 5
) -> Callable[[], None]:
    """Log everything of `level` and above to `folder/kiwoom-desk.log`; returns the call that ends it.

    Libraries that would log requests speak from WARNING on. Raises OSError when the file cannot be opened."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = _PrivateFile(folder / "kiwoom-desk.log", maxBytes=size, backupCount=files, encoding="utf-8")
    handler.setFormatter(_CleanFormatter(scrubber))
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(level)
    for chatty in ("httpx", "httpcore", "websockets", "asyncio", "keyring", "uvicorn"):
        logging.getLogger(chatty).setLevel(logging.WARNING)

    def end() -> None:
        root.removeHandler(handler)
        root.setLevel(before)
        handler.close()

    return end
