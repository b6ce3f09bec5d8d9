"""Who owns which number: the same however the claims come in, and each step tells what it has moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from kiwoom_desk.domain.bindings import Bindings
from kiwoom_desk.domain.facts import Judged, Matched, RequestId, Verdict
from kiwoom_desk.domain.reports import BrokerRef
from tests.support.day import at, ref

A, B = RequestId("A"), RequestId("B")
Reply = tuple[RequestId, datetime, BrokerRef | None]
Claim = Reply | Matched | Judged


def bound_by(replies: Iterable[Reply] = (), matches: Iterable[Matched] = ()) -> Bindings:
    bound = Bindings()
    for request, written, number in replies:
        bound.reply(request, written, number)
    for match in matches:
        bound.heed(match)
    return bound


MATCHES = [Matched(A, at(5), ref(1), "m"), Matched(A, at(6), ref(2), "m"), Matched(B, at(4), ref(2), "m")]


@given(st.permutations(MATCHES))
def test_matches_bind_by_their_times_and_never_twice(mixed: list[Matched]) -> None:
    bound = bound_by(matches=mixed)
    assert bound.ref_of == {B: ref(2), A: ref(1)}
    assert bound.owner == {ref(2): B, ref(1): A} and bound.by_look == {A, B}


def test_an_own_reply_takes_a_number_from_a_match_and_of_two_own_replies_the_older_intent_keeps_it() -> None:
    bound = bound_by([(B, at(9), ref(1))], [Matched(A, at(5), ref(1), "m")])
    assert bound.owner == {ref(1): B} and A not in bound.ref_of
    bound = bound_by([(B, at(9), ref(1)), (A, at(3), ref(1))])
    assert bound.owner == {ref(1): A} and bound.contested == {B}


REQUESTS, MOMENTS, REFS = st.sampled_from("ABC").map(RequestId), st.integers(0, 3).map(at), st.integers(1, 3).map(ref)
NONE = st.builds(Judged, REQUESTS, MOMENTS, st.just(Verdict.ABSENT), st.just("trader"))
CLAIMS = st.lists(
    st.tuples(REQUESTS, MOMENTS, st.none() | REFS)
    | st.builds(Matched, REQUESTS, MOMENTS, REFS, st.sampled_from(("machine", "trader")))
    | NONE,
    max_size=12,
)


def decided_at_once(claims: Sequence[Claim]) -> tuple[dict[BrokerRef, RequestId], set[RequestId], set[RequestId]]:
    """The rule of docs/reliability.md R7, read from the top: owners, those bound by a look, those contested."""
    replies = {c[0]: c for c in claims if isinstance(c, tuple)}
    owner: dict[BrokerRef, RequestId] = {}
    contested, by_look = set[RequestId](), set[RequestId]()
    for _, request, number in sorted((w, r, n) for r, w, n in replies.values() if n is not None):
        if owner.setdefault(number, request) != request:
            contested.add(request)
    words = sorted((c for c in claims if not isinstance(c, tuple)), key=lambda w: (w.at, repr(w)))
    last = {word.request: word for word in words if word.by == "trader"}
    found = [word for word in words if isinstance(word, Matched)]
    picks = [word for word in found if last.get(word.request) is word]
    machine = [m for m in found if m.by == "machine" and (m.request not in last or m.at > last[m.request].at)]
    for match in (*sorted(picks, key=by_time, reverse=True), *sorted(machine, key=by_time)):
        if match.ref not in owner and match.request not in owner.values():
            owner[match.ref] = match.request
            by_look.add(match.request)
    return owner, by_look, contested


def by_time(match: Matched) -> tuple[datetime, RequestId, BrokerRef]:
    return match.at, match.request, match.ref


@given(CLAIMS)
@settings(max_examples=1_000, deadline=None)
def test_claims_as_they_come_in_end_as_decided_all_at_once_and_tell_what_they_moved(claims: list[Claim]) -> None:
    bound = Bindings()
    for count, claim in enumerate(claims, 1):
        owner, contested = dict(bound.owner), set(bound.contested)
        moved = bound.reply(*claim) if isinstance(claim, tuple) else bound.heed(claim)
        assert (bound.owner, bound.by_look, bound.contested) == decided_at_once(claims[:count])
        assert bound.ref_of == {request: number for number, request in bound.owner.items()}
        turned = {number for number, _ in owner.items() ^ bound.owner.items()}
        assert moved.refs == turned
        assert moved.requests == {request for _, request in owner.items() ^ bound.owner.items()}
        assert moved.turned == contested ^ bound.contested
