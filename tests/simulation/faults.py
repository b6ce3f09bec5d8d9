"""How bad a simulated day is: rates drawn per seed, so that quiet and hot runs mix (most are 0, some fourfold)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from random import Random


@dataclass(slots=True)
class Rates:
    """Probabilities per happening. `healed` days have none of them."""

    not_sent: float = 0.08
    slow_connection: float = 0.08
    lost_before: float = 0.10
    lost_after: float = 0.15
    late_delivery: float = 0.06
    duplicate_post: float = 0.03
    limited: float = 0.06
    slow_answer: float = 0.15
    push_lost: float = 0.15
    push_late: float = 0.20
    push_twice: float = 0.15
    stream_cut: float = 0.06
    list_fails: float = 0.15
    list_lags: float = 0.20
    list_outage: float = 0.04
    bug_of_ours: float = 0.02
    kill: float = 0.05
    disk_fails: float = 0.03
    disk_slow: float = 0.05
    blank_channel: float = 0.05
    slow_turn: float = 0.08
    offset_unknown: float = 0.10

    @classmethod
    def drawn(cls, random: Random) -> Rates:
        """Each rate times 0, 0, 1 or 4."""
        rates = cls()
        for f in fields(rates):
            setattr(rates, f.name, min(0.6, getattr(rates, f.name) * random.choice((0, 0, 1, 4))))
        return rates

    def heal(self) -> None:
        for f in fields(self):
            setattr(self, f.name, 0.0)
