"""A lost request is found by content, time, channel and count, one to one, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.domain.broker_orders import BrokerOrder, merge
from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.facts import AnswerLost, Cancelling, Placing, Reported
from kiwoom_desk.domain.instruments import Side, Venue
from kiwoom_desk.domain.intents import Intent
from kiwoom_desk.domain.matching import Finding, Found, TooMany, Unseen, match
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.reports import OrderReport, ReportKind, Source
from tests.support.day import amending, answered, at, cancelling, draft, listed, placing, ref

LOST = AnswerLost("끊김")


def lost(begun: Placing | Cancelling, ended: float) -> Intent:
    request = begun.order_id if isinstance(begun, Placing) else begun.request
    return Intent(answered(request, ended, LOST).request, begun, answered(request, ended, LOST))


def row(fact: Reported) -> BrokerOrder:
    return merge(None, fact.report)


def look(
    intents: Sequence[Intent], rows: Sequence[Reported], began: float = 10, offset: float | None = 0
) -> list[Finding]:
    """Findings of one look that began at `began`."""
    known = None if offset is None else timedelta(seconds=offset)
    return list(match(intents, [row(r) for r in rows], began=at(began), server_offset=known))


A = lost(placing("A", 1), 9)
FITS = listed(100, 10.1, ordered=1)


def test_the_one_row_that_fits_is_the_order() -> None:
    assert look([A], [FITS]) == [Found(A.request, ref(100))]
    assert look([A], []) == [Unseen(A.request)]


@pytest.mark.parametrize(
    "other",
    [
        draft(11),
        draft(price=71_300),
        draft(code="000660"),
        draft(side=Side.SELL),
        draft(venue=Venue.NXT),
        draft(type=OrderType.LIMIT_IOC),
    ],
    ids=["quantity", "price", "code", "side", "venue", "type"],
)
def test_a_row_that_differs_in_one_thing_is_another_order(other: OrderDraft) -> None:
    assert look([A], [listed(100, 10.1, other, ordered=1)]) == [Unseen(A.request)]


def test_a_stop_is_told_by_its_trigger_where_the_list_has_it() -> None:
    stop = draft(type=OrderType.STOP_LIMIT, trigger=72_000)
    mine = lost(placing("A", 1, stop), 9)
    assert look([mine], [listed(100, 10.1, replace(stop, trigger=73_000), ordered=1)]) == [Unseen(mine.request)]
    assert look([mine], [listed(100, 10.1, replace(stop, trigger=None), ordered=1)]) == [Found(mine.request, ref(100))]


def test_a_type_without_price_may_be_listed_with_the_price_it_got_and_a_sor_order_where_it_rests() -> None:
    market = draft(price=None, type=OrderType.BEST_OPPOSITE, venue=Venue.SOR)
    mine = lost(placing("A", 1, market), 9)
    rests = OrderDraft(market.market, market.code, Venue.KRX, market.side, market.type, market.quantity, 71_200)
    assert look([mine], [listed(100, 10.1, rests, ordered=1)]) == [Found(mine.request, ref(100))]


def test_a_row_known_before_the_send_is_never_it() -> None:
    assert look([A], [listed(100, 0.5, ordered=1)]) == [Unseen(A.request)]


@pytest.mark.parametrize(
    ("ordered", "offset", "fits"),
    [(1, 0, True), (-0.4, 0, True), (-3, 0, False), (-3, None, True), (38, 37, True), (20, 37, False)],
)
def test_the_broker_s_time_must_not_lie_before_the_send(ordered: float, offset: float | None, fits: bool) -> None:
    found = look([A], [listed(100, 10.1, ordered=ordered)], offset=offset)
    assert found == ([Found(A.request, ref(100))] if fits else [Unseen(A.request)])


def test_a_time_says_nothing_for_sure_while_the_broker_s_clock_is_unknown() -> None:
    """This computer's may be ahead: what looks too early goes to the trader, and never counts as absent."""
    early = listed(100, 10.1, ordered=-36)
    assert look([A], [early], offset=None) == [TooMany((A.request,), (ref(100),))]
    told = replace(placing("A", 1), there=at(1))
    assert look([lost(told, 9)], [early], offset=None) == [Unseen(A.request)], "known when it was sent"


@pytest.mark.parametrize(
    ("channel", "fits"), [("REST API", True), ("", True), (None, True), ("영웅문4", False), ("영웅문S#", False)]
)
def test_another_channel_s_order_is_not_ours(channel: str | None, fits: bool) -> None:
    found = look([A], [listed(100, 10.1, ordered=1, channel=channel)])
    assert isinstance(found[0], Found if fits else Unseen)


def test_a_row_seen_only_by_push_or_in_the_open_list_waits_for_the_day_list() -> None:
    only = Reported(replace(FITS.report, source=Source.OPEN_LIST))
    assert look([A], [only]) == [Unseen(A.request)]


@pytest.mark.parametrize(("began", "counts"), [(9.4, False), (9.5, True)])
def test_a_look_counts_half_a_second_after_the_attempt_ended(began: float, counts: bool) -> None:
    assert look([A], [], began=began) == ([Unseen(A.request)] if counts else [])
    assert look([A], [FITS], began=began) == ([Found(A.request, ref(100))] if counts else [])


def test_while_a_twin_waits_for_its_own_answer_nothing_is_decided() -> None:
    sending = Intent(answered("B", 0, LOST).request, placing("B", 8))
    assert look([A, sending], [FITS, listed(101, 10.2, ordered=8)]) == []
    assert look([A, sending], []) == [Unseen(A.request)]


def test_twins_take_their_rows_oldest_first_and_the_rest_stay_unseen() -> None:
    b = lost(placing("B", 2), 9)
    assert look([b, A], [FITS]) == [Found(A.request, ref(100)), Unseen(b.request)]
    both = look([b, A], [listed(101, 10.2, ordered=2), FITS])
    assert both == [Found(A.request, ref(100)), Found(b.request, ref(101))]


def test_more_rows_than_requests_go_to_the_trader() -> None:
    (found,) = look([A], [FITS, listed(101, 10.1, ordered=1)])
    assert found == TooMany((A.request,), (ref(100), ref(101)))


def test_requests_of_different_content_that_fit_the_same_row_go_to_the_trader() -> None:
    sor = lost(placing("B", 1, draft(venue=Venue.SOR)), 9)
    (found,) = look([A, sor], [FITS])
    assert isinstance(found, TooMany) and set(found.requests) == {A.request, sor.request}


CHANGE = AmendDraft(None, 71_300)
AMEND = lost(amending("C", 5, placing("A", 1), 100, CHANGE, 10), 9)
CANCEL = lost(cancelling("X", 5, placing("A", 1), 100, 4), 9)
MOVED = draft(10, 71_300)


def kid(number: int, kind: ReportKind, of: int, what: OrderDraft = MOVED, confirmed: int | None = 10) -> Reported:
    return listed(number, 10.1, what, kind=kind, of=of, confirmed=confirmed, ordered=6)


def test_an_amendment_is_found_by_its_original_and_its_price() -> None:
    assert look([AMEND], [kid(140, ReportKind.AMEND, 100)]) == [Found(AMEND.request, ref(140))]
    for other in (
        kid(140, ReportKind.AMEND, 99),
        kid(140, ReportKind.AMEND, 100, draft(10, 71_400)),
        kid(140, ReportKind.CANCEL, 100),
        listed(140, 10.1, MOVED, ordered=6),
    ):
        assert look([AMEND], [other]) == [Unseen(AMEND.request)]


def test_a_new_order_is_never_an_amendment_of_another() -> None:
    assert look([A], [kid(140, ReportKind.AMEND, 100, draft())]) == [Unseen(A.request)]


def test_a_cancel_is_found_by_its_original_and_its_part() -> None:
    fitting = kid(150, ReportKind.CANCEL, 100, draft(4), 4)
    assert look([CANCEL], [fitting]) == [Found(CANCEL.request, ref(150))]
    for other in (
        kid(150, ReportKind.CANCEL, 99, draft(4), 4),
        kid(150, ReportKind.CANCEL, 100, draft(5), 5),
        kid(150, ReportKind.AMEND, 100, draft(4), 4),
    ):
        assert look([CANCEL], [other]) == [Unseen(CANCEL.request)]


def test_a_part_is_found_also_where_less_than_it_was_left_to_change() -> None:
    part = lost(amending("C", 5, placing("A", 1), 100, AmendDraft(4, 71_300), 10), 9)
    shrunk = kid(140, ReportKind.AMEND, 100, draft(4, 71_300), 3)
    assert look([part], [shrunk]) == [Found(part.request, ref(140))]
    assert look([CANCEL], [kid(150, ReportKind.CANCEL, 100, draft(4), 1)]) == [Found(CANCEL.request, ref(150))]
    assert look([part], [kid(140, ReportKind.AMEND, 100, draft(5, 71_300), 3)]) == [Unseen(part.request)]


PRICES = st.sampled_from([71_200, 71_300])
INTENTS = st.lists(st.tuples(st.floats(0, 5), PRICES), max_size=5)
ROWS = st.lists(st.tuples(st.floats(-3, 8), PRICES, st.sampled_from(["REST API", "", "영웅문4"])), max_size=6)


@given(INTENTS, ROWS)
def test_a_match_is_one_to_one_of_the_right_content_and_never_by_another_channel(
    intents: list[tuple[float, int]], rows: list[tuple[float, int, str]]
) -> None:
    waiting = [lost(placing(f"I{n}", when, draft(price=price)), 9) for n, (when, price) in enumerate(intents)]
    reports = [
        listed(100 + n, 10.1, draft(price=price), ordered=when, channel=channel)
        for n, (when, price, channel) in enumerate(rows)
    ]
    findings = look(waiting, reports)
    assert findings == look(waiting[::-1], reports[::-1]), "the order of the lists must not matter"
    found = [f for f in findings if isinstance(f, Found)]
    assert len({f.ref for f in found}) == len({f.request for f in found}) == len(found)
    by_ref: dict[object, OrderReport] = {r.report.ref: r.report for r in reports}
    by_request = {i.request: i for i in waiting}
    for finding in found:
        begun = by_request[finding.request].begun
        assert isinstance(begun, Placing) and by_ref[finding.ref].draft == begun.draft
        assert by_ref[finding.ref].channel != "영웅문4"
    named = [f.request for f in findings if isinstance(f, Found | Unseen)]
    named += [request for f in findings if isinstance(f, TooMany) for request in f.requests]
    assert sorted(named) == sorted(by_request), "each request gets one finding"
