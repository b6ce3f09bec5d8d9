"""A bug of ours: logged, said, live taken out of the trader's hands, and the orders asked about again.

Rule: U05 of the fault matrix (docs/fault-matrix.md). Nothing is sent.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from kiwoom_desk.trading.notices import Level, Notice, Notices
from kiwoom_desk.trading.ports import Clock
from kiwoom_desk.trading.safety import Safety

log = logging.getLogger(__name__)

AFTER_A_BUG = 2.0
"""Seconds until what ended in a bug is started again."""

SAID_FOR = 60.0
"""Seconds for which the same bug at the same place is not said again."""


class Bugs:
    """Those of one owner. `look` asks for a look at the orders."""

    def __init__(self, clock: Clock, safety: Callable[[], Safety], notices: Notices, look: Callable[[], None]) -> None:
        self._clock = clock
        self._safety = safety
        self._notices = notices
        self._look = look
        self._said: dict[tuple[str, str], float] = {}

    def found(self, where: str, error: BaseException) -> None:
        """`where` is Korean, for the trader."""
        self.say(where, error)
        self._look()

    def say(self, where: str, error: BaseException) -> None:
        """As `found`, without a look: for a bug in looking itself."""
        log.error("%s failed", where, exc_info=error)
        self._safety().disarm("프로그램 오류가 있었습니다.")
        now, what = self._clock.monotonic(), (where, type(error).__name__)
        if now - self._said.get(what, -SAID_FOR) < SAID_FOR:
            return
        self._said[what] = now
        text = f"프로그램 오류: {where} ({what[1]}). 주문 상태를 다시 확인합니다."
        self._notices.give(Notice(Level.ALARM, text, self._clock.now(), sound="alarm"))

    async def keep_alive(self, where: str, work: Callable[[], Awaitable[None]]) -> None:
        """`work` until it ends by itself; begun again whenever a bug ended it."""
        while True:
            try:
                return await work()
            except Exception as bug:  # noqa: BLE001 - it is logged where it is found
                self.found(where, bug)
            await self._clock.sleep(AFTER_A_BUG)
