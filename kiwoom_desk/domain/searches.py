"""When a request without an answer was looked for: from the loss of its answer until that was settled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from kiwoom_desk.domain.facts import Answered, AnswerLost, Fact, Judged, Looked, Matched
from kiwoom_desk.domain.intents import Intent


@dataclass(frozen=True, slots=True)
class Search:
    """Looks at `day` that ended from `began` on, until `ended` (None: it goes on)."""

    day: date
    began: datetime
    ended: datetime | None

    def holds(self, look: Looked) -> bool:
        return look.day == self.day and self.began <= look.at and (self.ended is None or look.at <= self.ended)


def search(intent: Intent, facts: Iterable[Fact], *, bound: bool) -> Search | None:
    """None for a request whose answer was never lost. `facts` are its own, `bound` that it has a number by now."""
    if intent.begun is None:
        return None
    lost: list[datetime] = []
    settled: list[datetime] = []
    for fact in facts:
        if isinstance(fact, Answered):
            usable = not isinstance(fact.outcome, AnswerLost) and not intent.misnamed
            (settled if usable else lost).append(fact.at)
        elif isinstance(fact, Matched | Judged):
            settled.append(fact.at)
    if not lost:
        return None
    goes_on = intent.lost and not bound and intent.judged is None
    return Search(intent.begun.day, min(lost), None if goes_on or not settled else max(settled))
