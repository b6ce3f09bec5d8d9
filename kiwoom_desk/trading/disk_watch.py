"""A disk that does not take what has to be written: orders are locked, and it is tried until it does.

Nothing that lies there is overwritten: what is damaged takes a start, with the trader looking (D01 to D05).
"""

from __future__ import annotations

import logging

from kiwoom_desk.trading.notices import Level, Notice, Notices
from kiwoom_desk.trading.ports import Clock, Journal, JournalBroken
from kiwoom_desk.trading.safety import Safety

log = logging.getLogger(__name__)

EVERY = 3.0


class DiskWatch:
    """Of one account's journal; `run` for ever."""

    def __init__(self, owner: str, journal: Journal, clock: Clock, safety: Safety, notices: Notices) -> None:
        self._key = f"disk {owner}"
        self._journal = journal
        self._clock = clock
        self._safety = safety
        self._notices = notices

    async def run(self) -> None:
        while True:
            await self.look()
            await self._clock.sleep(EVERY)

    async def look(self) -> None:
        """One look, and when the journal is broken one try."""
        if self._journal.broken is None:
            return
        self._safety.lock(self._key, f"기록 불가: {self._journal.broken}")
        try:
            await self._journal.mend()
        except JournalBroken as still:
            log.info("the journal is still broken: %s", still)
            return
        self._safety.unlock(self._key)
        self._notices.give(Notice(Level.GOOD, "다시 기록할 수 있습니다.", self._clock.now()))
