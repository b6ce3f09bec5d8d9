"""Which broker number belongs to which request of ours: computed from the facts, strongest evidence first.

An own reply (strength 3) beats a match found by a look (strength 2); a weaker claim on a number that is taken is void
(docs/reliability.md R7, docs/decisions.md 3). Everything is decided by the facts' own times and names, never by the
order in which they were learnt.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from kiwoom_desk.domain.facts import Matched, RequestId
from kiwoom_desk.domain.reports import BrokerRef


@dataclass(frozen=True, slots=True)
class Bindings:
    """`ref_of` and `owner` mirror each other; `by_look` are the requests bound by a look only; `contested` those
    whose own reply names a number that an earlier request's own reply already holds."""

    ref_of: Mapping[RequestId, BrokerRef]
    owner: Mapping[BrokerRef, RequestId]
    by_look: frozenset[RequestId]
    contested: frozenset[RequestId]


NOTHING_BOUND = Bindings({}, {}, frozenset(), frozenset())


def bind(own_replies: Iterable[tuple[datetime, RequestId, BrokerRef]], matches: Iterable[Matched]) -> Bindings:
    """`own_replies` are (time the intent was written, request, number of the accepted answer)."""
    ref_of: dict[RequestId, BrokerRef] = {}
    owner: dict[BrokerRef, RequestId] = {}
    contested: set[RequestId] = set()
    for _, request, ref in sorted(own_replies):
        if ref in owner:
            contested.add(request)
        else:
            owner[ref], ref_of[request] = request, ref
    by_look: set[RequestId] = set()
    for match in sorted(matches, key=lambda m: (m.at, m.request, m.ref)):
        if match.ref not in owner and match.request not in ref_of:
            owner[match.ref], ref_of[match.request] = match.request, match.ref
            by_look.add(match.request)
    return Bindings(ref_of, owner, frozenset(by_look), frozenset(contested))
