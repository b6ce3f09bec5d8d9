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

    `judged` is the last judgement, `turned_down` the numbers of which the trader has said that they are not it.
    `contradicted` that two answers disagree about whether it was taken, `contested` that an earlier request's own reply
    holds the number that this one's names (the ledger knows)."""

    request: RequestId
    begun: Placing | Cancelling | None = None
    answer: Answered | None = None
    judged: Judged | None = None
    turned_down: frozenset[BrokerRef] = frozenset()
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
        """Judged so, after the attempt had ended: a verdict older than that has no evidence for this end."""
        if not self.lost or self.judged is None or self.answer is None:
            return False
        return self.judged.verdict is Verdict.ABSENT and self.judged.at >= self.answer.at

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
    """The last word holds; the trader's and the machine's are equal in that. What the trader turned down stays so."""
    if fact.by == TRADER and fact.verdict is Verdict.ABSENT:
        intent = replace(intent, turned_down=intent.turned_down | frozenset(fact.candidates))
    if intent.judged is None or (fact.at, repr(fact)) > (intent.judged.at, repr(intent.judged)):
        return replace(intent, judged=fact)
    return intent
