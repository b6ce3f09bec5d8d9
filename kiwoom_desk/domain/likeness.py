"""Which of our requests and which of the broker's numbers could be one another, by the content that both must share.

An index for the ledger: it names the few that are worth comparing, in both directions (`matching.could_be` compares).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Set
from datetime import date

from kiwoom_desk.domain.broker_orders import BrokerOrder
from kiwoom_desk.domain.drafts import OrderDraft
from kiwoom_desk.domain.facts import Cancelling, OrderId, Placing
from kiwoom_desk.domain.reports import BrokerRef, ReportKind, from_elsewhere


class Likeness:
    """New orders are alike by day, instrument, side and quantity, amendments by what they amend."""

    def __init__(self) -> None:
        self._placed: defaultdict[Hashable, set[OrderId]] = defaultdict(set)
        self._listed: defaultdict[Hashable, set[BrokerRef]] = defaultdict(set)

    def placed(self, begun: Placing) -> None:
        self._placed[_of_request(begun)].add(begun.order_id)

    def listed(self, before: BrokerOrder | None, after: BrokerOrder) -> None:
        """What is known of a number has become `after`."""
        if before is not None:
            self._listed[_of_number(before)].discard(before.ref)
        self._listed[_of_number(after)].add(after.ref)

    def requests(self, number: BrokerOrder) -> Set[OrderId]:
        """Requests of ours that this number could be."""
        return self._placed.get(_of_number(number), frozenset())

    def numbers(self, begun: Placing | Cancelling | None) -> Set[BrokerRef]:
        """Numbers that this request could be. None for a cancel: it has no row to be told apart."""
        return self._listed.get(_of_request(begun), frozenset()) if isinstance(begun, Placing) else frozenset()


def _of_request(begun: Placing) -> Hashable:
    return begun.of if begun.change is not None else _content(begun.day, begun.draft)


def _of_number(number: BrokerOrder) -> Hashable:
    """None for what is like nothing of ours: a cancel, an order of another channel, one that nobody has described."""
    if number.kind is ReportKind.CANCEL or from_elsewhere(number.channel):
        return None
    if number.kind is ReportKind.AMEND:
        return number.of
    return None if number.shown is None else _content(number.ref.day, number.shown)


def _content(day: date, draft: OrderDraft) -> Hashable:
    return day, draft.market, draft.code, draft.side, draft.quantity
