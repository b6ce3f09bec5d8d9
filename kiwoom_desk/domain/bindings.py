"""Which broker number belongs to which request of ours: computed from the facts, strongest evidence first.

An own reply (strength 3) beats a match found by a look (strength 2); a weaker claim on a number that is taken is void
(docs/reliability.md R7, docs/decisions.md 3). Of the trader's own choices for a request the last one holds: he can
correct what he picked. Everything is decided by the facts' own times and names, never by the
order in which they were learnt. Each claim costs what it touches, not what the day holds.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from kiwoom_desk.domain.facts import Matched, RequestId
from kiwoom_desk.domain.intents import TRADER
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
        self._picked: dict[RequestId, Matched] = {}

    def picked(self, request: RequestId) -> bool:
        """True when its number is the one that the trader has chosen for it."""
        match = self._picked.get(request)
        return match is not None and request in self.by_look and self.ref_of[request] == match.ref

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

    def match(self, match: Matched) -> Moved:
        """A look, or the trader, has found `match.ref` to be what its request asked for."""
        refs = {match.ref}
        if match.by == TRADER:
            known = self._picked.get(match.request)
            if known is not None and (known.at, known.ref) >= (match.at, match.ref):
                return NOTHING_MOVED
            self._picked[match.request] = match
            if known is not None:
                self._matches.remove(known)
                refs.add(known.ref)
        insort(self._matches, match, key=lambda m: (m.at, m.request, m.ref))
        self._matched |= {match.ref, match.request}
        return self._settle(refs, {match.request})

    def _settle(self, refs: set[BrokerRef], requests: set[RequestId]) -> Moved:
        """Decide anew who owns `refs`; matches all together once one of them is touched, as each depends on others."""
        refs |= {self._replies[request][1] for request in requests if request in self._replies}
        matches = [] if self._matched.isdisjoint(refs | self._claiming(refs) | requests) else self._matches
        refs |= {match.ref for match in matches}
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
