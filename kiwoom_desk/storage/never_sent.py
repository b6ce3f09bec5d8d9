"""Sends whose caller was told that they could not be recorded, so that not a byte left, but which the file may hold.

A commit can succeed before the black box fails, or fail after all of it was written. Such a send reads like one whose
answer was lost; so the journal gets the answer NotSent for it (docs/reliability.md 2.5).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from kiwoom_desk.domain.facts import Answered, NotSent, RequestId
from kiwoom_desk.storage import journal_file as file
from kiwoom_desk.storage.journal_file import Entry, Head

WHY = "기록을 마치지 못해 보내지 않았습니다."


class NeverSent:
    """For the journal's writer alone."""

    def __init__(self) -> None:
        self._sends: list[Entry] = []

    def add(self, entries: Sequence[Entry]) -> None:
        """The sends among `entries`, which failed together."""
        self._sends += [entry for entry in entries if entry.request is not None]

    def settle(self, db: sqlite3.Connection, head: Head) -> Head:
        """Answer for those that the file holds, and forget all. Raises sqlite3.Error or Damaged; then all is kept."""
        answers = [Entry.of(_answer(entry)) for entry in self._sends if _holds(db, entry)]
        head = file.insert(db, answers, head) if answers else head
        self._sends.clear()
        return head


def _holds(db: sqlite3.Connection, entry: Entry) -> bool:
    """This very send: another one under the same request may have left."""
    return bool(db.execute("SELECT body FROM fact WHERE request = ?", (entry.request,)).fetchone() == (entry.body,))


def _answer(entry: Entry) -> Answered:
    assert entry.request is not None
    return Answered(RequestId(entry.request), datetime.fromisoformat(entry.at), NotSent(WHY))
