"""What a trader wants, before and apart from what became of it. Won in whole `int`, quantity in shares or grams."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """One order as the trader describes it.

    `price` is None exactly for the types that carry none; `trigger` (조건단가) only for a stop limit. `code` is bare:
    no A prefix, no venue suffix. Equality of all fields is what makes two orders interchangeable to the broker
    (docs/reliability.md, R8): the draft is its own fingerprint.
    """

    market: Market
    code: str
    venue: Venue
    side: Side
    type: OrderType
    quantity: int
    price: int | None = None
    trigger: int | None = None

    @property
    def amount(self) -> int | None:
        """Value of the whole order in won, None without a price."""
        return None if self.price is None else self.price * self.quantity

    def amended(self, change: AmendDraft, remaining: int) -> OrderDraft:
        """The order that stands after `change` of an original with `remaining` left."""
        return replace(
            self,
            quantity=remaining if change.quantity is None else change.quantity,
            price=change.price,
            trigger=self.trigger if change.trigger is None else change.trigger,
        )


@dataclass(frozen=True, slots=True)
class AmendDraft:
    """A new price (and trigger) for `quantity` of what remains; None is all of it (the wire's "0" is `kiwoom`'s)."""

    quantity: int | None
    price: int
    trigger: int | None = None


@dataclass(frozen=True, slots=True)
class CancelDraft:
    """Withdraw `quantity` of what remains; None is all of it."""

    quantity: int | None = None
