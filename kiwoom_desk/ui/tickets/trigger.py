"""One human act, one order: what a click or key press must pass before it becomes a gesture. Pure.

A double click, a held Enter, a press that was meant for what stood there before: each would send twice, or send what
nobody had read (docs/reliability.md 5.3).
"""

from __future__ import annotations

CARRIED_OVER = 0.4
"""Seconds: two presses closer than this are one act, and so is one this soon after the button came up."""


class Trigger:
    """`pull(now)` is true once per act. What an act has begun is followed elsewhere: no other order waits for it."""

    def __init__(self) -> None:
        self._not_before = 0.0

    def shown(self, now: float) -> None:
        """The button has just appeared, or means something else: a press that is already on its way does not count."""
        self._not_before = max(self._not_before, now + CARRIED_OVER)

    def pull(self, now: float) -> bool:
        """`now` is monotonic seconds."""
        if now < self._not_before:
            return False
        self._not_before = now + CARRIED_OVER
        return True

    def answered(self, now: float) -> None:
        """What was sent has its answer, and the button another sentence: not the second half of a double click."""
        self._not_before = max(self._not_before, now + CARRIED_OVER / 2)
