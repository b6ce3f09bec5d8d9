"""Orders that outlive midnight: they are over when a later day's lists say so by silence, never by the clock.

A list of the broker names every order that is still open. A complete look at a later trading day that does not name an
order of an earlier one is the evidence that it ended with its day (docs/reliability.md 2.3 EXPIRED, 2.4 day rollover).
Lists can lag by up to 50 s (Q04), so the last minute of the old day is left to settle.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from kiwoom_desk.domain.instruments import SEOUL
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.domain.reports import OrderReport, ReportKind, Source
from kiwoom_desk.trading.ports import Look

SETTLES = timedelta(minutes=1)


def ended_with_their_day(orders: Iterable[Order], look: Look) -> Iterable[OrderReport]:
    """What `look`, complete and of a later day, says of each order that still seems to work: its day has ended.

    Nothing while the broker's own time is not known: this computer's clock may have been set."""
    if look.server_offset is None:
        return
    if look.began + timedelta(seconds=look.server_offset) < datetime.combine(look.day, time(), SEOUL) + SETTLES:
        return
    open_now = {(report.ref.number, report.draft) for report in look.reports if report.remaining}
    for order in orders:
        if order.ref is None or not order.can_change or order.ref.day >= look.day:
            continue
        if (order.ref.number, order.draft) not in open_now:
            kind = ReportKind.NEW if order.of is None else ReportKind.AMEND
            text = f"{look.day:%m-%d} 목록에 없음"
            yield OrderReport(order.ref, kind, Source.OPEN_LIST, look.ended, of=order.of, expired=True, text=text)
