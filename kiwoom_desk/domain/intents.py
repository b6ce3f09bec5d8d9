"""One request of ours with everything its own facts say: at most one POST, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from kiwoom_desk.domain.facts import (
    Accepted,
    Answered,
    AnswerLost,
    Cancelling,
    Judged,
    Matched,
    NotSent,
    Outcome,
    Placing,
    Refused,
    RequestId,
    Verdict,
)
from kiwoom_desk.domain.reports import BrokerRef

TRADER, MACHINE = "trader", "machine"
"""Who judged (`Judged.by`, `Matched.by`)."""

_STRENGTH: dict[type[Outcome], int] = {AnswerLost: 0, NotSent: 1, Refused: 2, Accepted: 3}


@dataclass(frozen=True, slots=True)
class Intent:
    """`begun` is what was written before the send, None while only its answer is known (facts arrive in any order).

    `judged` is the last judgement, `nones` what the trader has ever turned down, `found` the last word that a number is
    it, and `picked` the trader's last such word. `contradicted` that two answers disagree about whether it was taken,
    `contested` that an earlier request's own reply holds the number that this one's names (the ledger knows)."""

    request: RequestId
    begun: Placing | Cancelling | None = None
    answer: Answered | None = None
    judged: Judged | None = None
    nones: frozenset[Judged] = frozenset()
    found: Matched | None = None
    picked: Matched | None = None
    contradicted: bool = False
    contested: bool = False

    @property
    def outcome(self) -> Outcome | None:
        return None if self.answer is None else self.answer.outcome

    @property
    def ended_at(self) -> datetime | None:
        return None if self.answer is None else self.answer.at

    @property
    def lost(self) -> bool:
        """No usable answer: it is to be looked for."""
        return isinstance(self.outcome, AnswerLost) or self.misnamed

    @property
    def misnamed(self) -> bool:
        """Accepted under a number that cannot be its own: another request's, or that of the order it changes."""
        return isinstance(self.outcome, Accepted) and (self.contested or self.own_ref is None)

    @property
    def absent(self) -> bool:
        """Judged so, after the attempt had ended and after it was last found: a verdict older than that has no evidence
        for this end, and does not come back when the number that was found turns out to be another's (R7)."""
        if not self.lost or self.judged is None or self.answer is None or self.judged.verdict is not Verdict.ABSENT:
            return False
        return self.judged.at >= self.answer.at and _after(self.judged, self.found)

    @property
    def turned_down(self) -> frozenset[BrokerRef]:
        """Numbers of which the trader says that they are not it. A later pick takes back what he said before."""
        return frozenset(ref for none in self.nones if _after(none, self.picked) for ref in none.candidates)

    @property
    def ever_turned_down(self) -> frozenset[BrokerRef]:
        return frozenset(ref for none in self.nones for ref in none.candidates)

    @property
    def own_ref(self) -> BrokerRef | None:
        """The number its own reply names. A reply that names the number to be changed has named none."""
        if not isinstance(self.outcome, Accepted):
            return None
        return None if self.begun is not None and self.begun.of == self.outcome.ref else self.outcome.ref

    @property
    def written_at(self) -> datetime | None:
        return None if self.begun is None else self.begun.at


def began(intent: Intent, fact: Placing | Cancelling) -> Intent:
    return replace(intent, begun=fact)


def answered(intent: Intent, fact: Answered) -> Intent:
    """The strongest answer holds; of equals the earliest, so that repetition and order do not matter."""
    known = intent.answer
    if known is None:
        return replace(intent, answer=fact)
    first, second = sorted((known, fact), key=lambda a: (-_STRENGTH[type(a.outcome)], a.at, repr(a.outcome)))
    contradicted = intent.contradicted or (
        second.outcome != first.outcome and not isinstance(second.outcome, AnswerLost)
    )
    return replace(intent, answer=first, contradicted=contradicted)


def judged(intent: Intent, fact: Judged) -> Intent:
    """The last word holds; the trader's and the machine's are equal in that."""
    if fact.by == TRADER and fact.verdict is Verdict.ABSENT:
        intent = replace(intent, nones=intent.nones | {fact})
    return replace(intent, judged=fact) if _after(fact, intent.judged) else intent


def found(intent: Intent, fact: Matched) -> Intent:
    """Somebody says that this number is it; whose number it then is, the bindings decide."""
    if fact.by == TRADER and _after(fact, intent.picked):
        intent = replace(intent, picked=fact)
    return replace(intent, found=fact) if _after(fact, intent.found) else intent


def moment(word: Judged | Matched) -> tuple[datetime, bool, str]:
    """Orders what is said about one request; at the same instant the trader has the last word."""
    return word.at, word.by == TRADER, repr(word)


def _after(word: Judged | Matched, other: Judged | Matched | None) -> bool:
    return other is None or moment(word) > moment(other)
