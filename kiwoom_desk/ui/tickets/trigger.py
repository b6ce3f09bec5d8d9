"""One human act, one order: what a click or key press must pass before it becomes a gesture. Pure.

A double click, a held Enter, a press that was meant for what stood there before: each would send twice, or send what
nobody had read (docs/reliability.md 5.3).
"""

from __future__ import annotations

CARRIED_OVER = 0.4
"""Seconds: two presses closer than this are one act, and so is one this soon after the button came up."""


class Trigger:
    """`pull(now)` is true once per act; until `released` is called after the send it stays false."""

    def __init__(self) -> None:
        self._busy = False
        self._not_before = 0.0

    @property
    def busy(self) -> bool:
        return self._busy

    def shown(self, now: float) -> None:
        """The button has just appeared or changed place: a press that is already on its way does not count."""
        self._not_before = max(self._not_before, now + CARRIED_OVER)

    def pull(self, now: float) -> bool:
        """`now` is monotonic seconds."""
        if self._busy or now < self._not_before:
            return False
        self._busy = True
        self._not_before = now + CARRIED_OVER
        return True

    def again(self, now: float) -> bool:
        """A further act while the first is under way: never the second half of the double click that began it."""
        return self._busy and now >= self._not_before

    def released(self, now: float) -> None:
        """The send has returned; the next act may follow, but not the second half of a double click."""
        self._busy = False
        self._not_before = max(self._not_before, now + CARRIED_OVER / 2)
