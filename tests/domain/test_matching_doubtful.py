"""A row that may be the lost request, and is not surely it, goes to the trader: silence would read as absence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.facts import Reported
from kiwoom_desk.domain.instruments import Side, Venue
from kiwoom_desk.domain.matching import Found, TooMany, Unseen
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.reports import ReportKind
from tests.domain.test_matching import look, lost
from tests.support.day import amending, cancelling, draft, listed, placing, ref

A = lost(placing("A", 1), 9)


def unread(shown: OrderDraft, **more: object) -> Reported:
    """A row of whose words not all are understood: it carries the nearest order that can be shown."""
    return Reported(replace(listed(100, 10.1, ordered=1).report, draft=None, shown=shown, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "shown",
    [
        draft(),
        draft(price=None, type=OrderType.MARKET),
        draft(venue=Venue.KRX, type=OrderType.LIMIT_IOC),
        draft(quantity=0),
    ],
    ids=["type or venue", "price", "another type", "quantity"],
)
def test_a_row_that_is_not_understood_and_fits_as_far_as_it_is_goes_to_the_trader(shown: OrderDraft) -> None:
    assert look([A], [unread(shown)]) == [TooMany((A.request,), (ref(100),))]


@pytest.mark.parametrize(
    "shown",
    [draft(code="000660"), draft(side=Side.SELL), draft(11), draft(price=71_300)],
    ids=["code", "side", "quantity", "price"],
)
def test_what_is_understood_of_a_row_must_still_fit(shown: OrderDraft) -> None:
    assert look([A], [unread(shown)]) == [Unseen(A.request)]


def test_a_row_that_is_not_understood_must_have_come_after_the_send_and_name_the_same_original() -> None:
    assert look([A], [unread(draft(), ordered_at=listed(1, -20).report.ordered_at)]) == [Unseen(A.request)]
    assert look([A], [unread(draft(), kind=ReportKind.AMEND, of=ref(99))]) == [Unseen(A.request)]


def test_a_doubtful_row_beside_the_one_that_fits_is_one_too_many() -> None:
    rows = [listed(101, 10.1, ordered=1), unread(draft())]
    assert look([A], rows) == [TooMany((A.request,), (ref(100), ref(101)))]


@pytest.mark.parametrize(
    ("channel", "finding"),
    [
        ("OPEN API(REST)", TooMany),
        ("홈페이지", TooMany),
        ("REST API", Found),
        ("", Found),
        ("영웅문4", Unseen),
        ("영웅문S#", Unseen),
        ("HTS", Unseen),
        ("MTS(안드로이드)", Unseen),
    ],
)
def test_a_channel_we_do_not_know_is_for_the_trader_to_judge(channel: str, finding: type) -> None:
    (found,) = look([A], [listed(100, 10.1, ordered=1, channel=channel)])
    assert isinstance(found, finding)


@pytest.mark.parametrize(
    ("ours", "became"),
    [
        (draft(price=None, type=OrderType.BEST_OPPOSITE), draft(price=71_300)),
        (draft(price=None, type=OrderType.BEST_SAME), draft(price=71_100)),
        (draft(price=None, type=OrderType.BEST_OPPOSITE_IOC), draft(price=71_100, type=OrderType.LIMIT_IOC)),
        (draft(type=OrderType.CONDITIONAL), draft(price=None, type=OrderType.MARKET)),
        (draft(type=OrderType.CONDITIONAL), draft()),
        (draft(type=OrderType.STOP_LIMIT, trigger=71_000), draft()),
    ],
    ids=["best opposite", "best own", "best ioc", "conditional at 15:20", "conditional before", "stop triggered"],
)
def test_a_type_that_the_exchange_rewrites_may_be_listed_as_what_it_became(
    ours: OrderDraft, became: OrderDraft
) -> None:
    mine = lost(placing("A", 1, ours), 9)
    assert look([mine], [listed(100, 10.1, became, ordered=1)]) == [TooMany((mine.request,), (ref(100),))]
    assert look([mine], [listed(100, 10.1, replace(became, quantity=11), ordered=1)]) == [Unseen(mine.request)]
    assert isinstance(look([lost(placing("B", 1, became), 9)], [listed(100, 10.1, ours, ordered=1)])[0], Unseen)


def test_a_conditional_or_stop_order_keeps_its_price() -> None:
    for kind in (OrderType.CONDITIONAL, OrderType.STOP_LIMIT):
        mine = lost(placing("A", 1, draft(type=kind, trigger=None)), 9)
        assert look([mine], [listed(100, 10.1, draft(price=71_300), ordered=1)]) == [Unseen(mine.request)]


def test_an_amendment_whose_row_is_not_understood_goes_to_the_trader() -> None:
    mine = lost(amending("C", 5, placing("A", 1), 100, AmendDraft(None, 71_300), 10), 9)
    row = listed(140, 10.1, kind=ReportKind.AMEND, of=100, ordered=6).report
    for shown, finding in ((draft(10, 71_300), TooMany), (draft(10, None), TooMany), (draft(10, 71_400), Unseen)):
        (found,) = look([mine], [Reported(replace(row, draft=None, shown=shown))])
        assert isinstance(found, finding)


ORIGINAL = placing("A", 1)
PART = lost(cancelling("P", 5, ORIGINAL, 100, 3), 9)
ALL = lost(cancelling("Q", 4, ORIGINAL, 100), 9)


def cancel_row(number: int, quantity: int, confirmed: int | None = None) -> Reported:
    done = quantity if confirmed is None else confirmed
    what = draft(quantity, None)
    return listed(number, 10.1, what, kind=ReportKind.CANCEL, of=100, confirmed=done, remaining=0, ordered=7)


def test_cancels_of_one_order_are_told_apart_by_their_quantity_and_never_wait_for_the_trader() -> None:
    assert look([PART, ALL], [cancel_row(150, 3)]) == [Unseen(ALL.request), Found(PART.request, ref(150))]
    assert look([PART, ALL], [cancel_row(150, 7)]) == [Found(ALL.request, ref(150)), Unseen(PART.request)]
    both = [cancel_row(150, 7), cancel_row(151, 3)]
    assert set(look([PART, ALL], both)) == {Found(ALL.request, ref(150)), Found(PART.request, ref(151))}
    more = [*both, cancel_row(152, 3)]
    assert all(isinstance(f, Found) for f in look([PART, ALL], more)), "what is left over is nobody's"


def test_the_quantity_that_was_asked_for_says_more_than_what_the_exchange_made_of_it() -> None:
    one = lost(cancelling("O", 3, ORIGINAL, 100, 1), 9)
    rows = [cancel_row(150, 3, confirmed=1), cancel_row(151, 1)]
    assert set(look([one, PART], rows)) == {Found(PART.request, ref(150)), Found(one.request, ref(151))}


def test_two_full_cancels_of_one_order_take_their_rows_oldest_first() -> None:
    again = lost(cancelling("R", 7, ORIGINAL, 100), 9)
    assert look([again, ALL], [cancel_row(150, 10)]) == [Found(ALL.request, ref(150)), Unseen(again.request)]


def test_a_cancel_is_found_though_its_row_is_not_understood() -> None:
    row = cancel_row(150, 3).report
    unread_row = Reported(replace(row, draft=None, shown=row.draft, confirmed=None))
    assert look([PART, ALL], [unread_row]) == [Unseen(ALL.request), Found(PART.request, ref(150))]
