"""One human act. Its nonce makes sure that it leads to one POST at most, however often a click is delivered."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from kiwoom_desk.trading.ports import Clock

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class Gesture:
    """Made at the click or key press, before anything waits. `monotonic` and the PC's own time, `wall`, date it for the
    1.5 s rule (R4): the one does not jump, the other goes on while the computer sleeps."""

    nonce: str
    at: datetime
    monotonic: float
    wall: datetime

    def age(self, clock: Clock) -> float:
        """Seconds since, by the clock that says more."""
        return max(clock.monotonic() - self.monotonic, (clock.wall() - self.wall).total_seconds())


def gesture(clock: Clock) -> Gesture:
    at = clock.now()
    return Gesture(ulid(at), at, clock.monotonic(), clock.wall())


def ulid(at: datetime) -> str:
    """26 characters that sort by time: 48 bits of milliseconds, 80 random bits, Crockford's alphabet."""
    value = (int(at.timestamp() * 1000) << 80) | secrets.randbits(80)
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))
