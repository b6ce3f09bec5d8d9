"""Which broker number belongs to which request of ours: computed from the facts, strongest evidence first.

An own reply (strength 3) beats a match found by a look (strength 2); a weaker claim on a number that is taken is void
(docs/reliability.md R7, docs/decisions.md 3). Between them stands what the trader has picked, the latest pick first: he
can correct himself, and the machine's older word on that request is void. Everything is decided by the facts' own times
and names, never by the order in which they were learnt. Each claim costs what it touches, not what the day holds.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from kiwoom_desk.domain.facts import Judged, Matched, RequestId
from kiwoom_desk.domain.intents import TRADER, moment
from kiwoom_desk.domain.reports import BrokerRef


@dataclass(frozen=True, slots=True)
class Moved:
    """What a claim has changed: `refs` have another owner, `requests` had or have one of them, and `turned` lost or
    got back their claim on the number that their own reply names."""

    refs: frozenset[BrokerRef]
    requests: frozenset[RequestId]
    turned: frozenset[RequestId]


NOTHING_MOVED = Moved(frozenset(), frozenset(), frozenset())


class Bindings:
    """`ref_of` and `owner` mirror each other; `by_look` are the requests bound by a look only; `contested` those
    whose own reply names a number that an earlier request's own reply already holds. To be read, not written."""

    def __init__(self) -> None:
        self.ref_of: dict[RequestId, BrokerRef] = {}
        self.owner: dict[BrokerRef, RequestId] = {}
        self.by_look: set[RequestId] = set()
        self.contested: set[RequestId] = set()
        self._replies: dict[RequestId, tuple[datetime, BrokerRef]] = {}
        self._claimants: defaultdict[BrokerRef, set[RequestId]] = defaultdict(set)
        self._matches: list[Matched] = []
        self._matched: set[BrokerRef | RequestId] = set()
        self._said: dict[RequestId, Matched | Judged] = {}

    def picked(self, request: RequestId) -> bool:
        """True when its number is the one that the trader has chosen for it."""
        said = self._said.get(request)
        return isinstance(said, Matched) and self.ref_of.get(request) == said.ref and request in self.by_look

    def reply(self, request: RequestId, written: datetime | None, ref: BrokerRef | None) -> Moved:
        """The own reply to what was written at `written` names `ref`; None: it names none any more."""
        before = self._replies.pop(request, None)
        claim = None if written is None or ref is None else (written, ref)
        if claim is not None:
            self._replies[request] = claim
        if claim == before:
            return NOTHING_MOVED
        if before is not None:
            self._claimants[before[1]].discard(request)
        if claim is not None:
            self._claimants[claim[1]].add(request)
        return self._settle({named[1] for named in (before, claim) if named is not None}, {request})

    def heed(self, word: Matched | Judged) -> Moved:
        """A look, or the trader, has found `ref` to be what the request asked for; or he said that none is it."""
        if word.by == TRADER:
            known = self._said.get(word.request)
            if known is not None and moment(known) >= moment(word):
                return NOTHING_MOVED
            self._said[word.request] = word
        elif isinstance(word, Matched):
            insort(self._matches, word, key=_by_time)
        if isinstance(word, Matched):
            self._matched.add(word.ref)
        self._matched.add(word.request)
        return self._settle({word.ref} if isinstance(word, Matched) else set(), {word.request})

    def _found(self) -> list[Matched]:
        """The trader's picks, the latest first, then what looks have found, the earliest first."""
        picks = sorted((said for said in self._said.values() if isinstance(said, Matched)), key=_by_time, reverse=True)
        newer = [m for m in self._matches if m.request not in self._said or m.at > self._said[m.request].at]
        return [*picks, *newer]

    def _settle(self, refs: set[BrokerRef], requests: set[RequestId]) -> Moved:
        """Decide anew who owns `refs`; matches all together once one of them is touched, as each depends on others."""
        refs |= {self._replies[request][1] for request in requests if request in self._replies}
        matches: list[Matched] = []
        if not self._matched.isdisjoint(refs | self._claiming(refs) | requests):
            matches = self._found()
            refs |= {match.ref for match in matches} | {self.ref_of[request] for request in self.by_look}
        near = requests | self._claiming(refs)
        owned, contested = {ref: self.owner.get(ref) for ref in refs}, self.contested & near
        for ref in refs:
            self._let_go(ref)
        self.contested -= near
        for ref in refs:
            claims = sorted((self._replies[request][0], request) for request in self._claimants.get(ref, ()))
            for _, request in claims[:1]:
                self._own(request, ref)
            self.contested |= {request for _, request in claims[1:]}
        for match in matches:
            if match.ref not in self.owner and match.request not in self.ref_of:
                self._own(match.request, match.ref)
                self.by_look.add(match.request)
        moved = frozenset(ref for ref, owner in owned.items() if owner != self.owner.get(ref))
        owners = {owner for ref in moved for owner in (owned[ref], self.owner.get(ref)) if owner is not None}
        return Moved(moved, frozenset(owners), frozenset(contested ^ (self.contested & near)))

    def _claiming(self, refs: set[BrokerRef]) -> set[RequestId]:
        return {request for ref in refs for request in self._claimants.get(ref, ())}

    def _own(self, request: RequestId, ref: BrokerRef) -> None:
        self.owner[ref], self.ref_of[request] = request, ref

    def _let_go(self, ref: BrokerRef) -> None:
        request = self.owner.pop(ref, None)
        if request is not None:
            del self.ref_of[request]
            self.by_look.discard(request)


def _by_time(match: Matched) -> tuple[datetime, RequestId, BrokerRef]:
    return match.at, match.request, match.ref
