"""What an order has become: an amendment gives what remains of it another number, and the trader means the order."""

from __future__ import annotations

from collections.abc import Callable, Set

from kiwoom_desk.domain.facts import OrderId
from kiwoom_desk.domain.orders import PENDING, Order, OrderState
from kiwoom_desk.domain.reports import BrokerRef

Book = Callable[[OrderId], Order | None]


def heir(shown: Order, book: Book) -> Order | None:
    """The order of now that whoever saw `shown` means by it: itself while it can be changed, else what its rest was
    amended to. None where `book` does not have it.

    A part that was amended before he looked is another order: a rest that is then filled or cancelled ends without an
    heir. One that was over when he looked has an heir only where amendments moved all of it: of a partly filled one it
    can no longer be told whether the last of them took the rest."""
    live = shown.can_change
    parts = {c.ref for c in shown.changes if not c.cancel and c.standing not in PENDING} if live else frozenset()
    order = book(shown.id)
    while order is not None and not order.can_change:
        child = _newest(order, parts, book) if live or order.moved >= order.draft.quantity else None
        if child is None:
            break
        order = child
    return order


def _newest(order: Order, parts: Set[BrokerRef | None], book: Book) -> Order | None:
    children = (book(name) for name in reversed(order.replaced_by))
    return next((c for c in children if c and c.state is not OrderState.REJECTED and c.ref not in parts), None)
