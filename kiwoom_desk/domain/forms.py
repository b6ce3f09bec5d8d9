"""A ticket as it stands, complete or not, and a one-click change of it. Values only; `advice` judges them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TypedDict

from kiwoom_desk.domain.drafts import OrderDraft
from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType


class Field(Enum):
    """The part of the ticket that a piece of advice is about; the values are the names of `DraftInput`'s fields."""

    CODE = "code"
    VENUE = "venue"
    SIDE = "side"
    TYPE = "type"
    QUANTITY = "quantity"
    PRICE = "price"
    TRIGGER = "trigger"


@dataclass(frozen=True, slots=True)
class DraftInput:
    """An order being written: like an `OrderDraft`, with None for what is not typed yet and nothing checked."""

    market: Market
    code: str
    venue: Venue
    side: Side
    type: OrderType
    quantity: int | None = None
    price: int | None = None
    trigger: int | None = None

    @classmethod
    def of(cls, draft: OrderDraft) -> DraftInput:
        return cls(
            draft.market,
            draft.code,
            draft.venue,
            draft.side,
            draft.type,
            draft.quantity,
            draft.price,
            draft.trigger,
        )


class Change(TypedDict, total=False):
    """New values of some fields; an absent key leaves its field alone."""

    venue: Venue
    type: OrderType
    quantity: int | None
    price: int | None
    trigger: int | None


@dataclass(frozen=True, slots=True)
class Fix:
    """A change the trader can take with one click; `label` is the Korean text of the button."""

    label: str
    change: Change

    def apply(self, draft: DraftInput) -> DraftInput:
        return replace(draft, **self.change)


def won(amount: int) -> str:
    return f"{amount:,}원"


def toward(text: str) -> str:
    """With the particle for "to": 10주로, 71,200원으로, 10g으로, KRX로, NXT로, 보통(지정가)로."""
    return text + ("으로" if text.endswith(("원", "g")) else "로")


def units(quantity: int, market: Market) -> str:
    """A quantity with its counter: 10주, or 10g of gold."""
    return f"{quantity:,}{'g' if market is Market.GOLD else '주'}"
