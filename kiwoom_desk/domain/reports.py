"""What the broker says about one of its order numbers: totals so far, never pieces, from the stream or from a query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from kiwoom_desk.domain.drafts import OrderDraft


@dataclass(frozen=True, slots=True, order=True)
class BrokerRef:
    """The broker's number for an order. Numbers start again each trading day, so the day belongs to it.

    The number is an int inside (the wire drops and adds leading zeros at will); `str()` writes the seven digits.
    """

    day: date
    number: int

    def __str__(self) -> str:
        return f"{self.number:07d}"


class ReportKind(Enum):
    """What the number stands for: an order, the order an amendment made, or a cancel instruction."""

    NEW = "new"
    AMEND = "amend"
    CANCEL = "cancel"


class Source(Enum):
    """Who said it. A later member knows more (kiwoom/README.md 5): it wins where two statements differ in form."""

    STREAM = "stream"
    OPEN_LIST = "open_list"
    DAY_LIST = "day_list"


@dataclass(frozen=True, slots=True)
class Execution:
    """One single fill, as the stream tells it; `number` (FID 909) is unique per order."""

    number: str
    quantity: int
    price: int
    at: datetime


@dataclass(frozen=True, slots=True)
class OrderReport:
    """One cumulative statement about one number.

    `draft` describes the order as the broker lists it: for an amendment the order that it made, for a cancel the
    cancelled part of the original. None when the statement does not describe it completely or in words we know; `shown`
    is then the nearest to it that can be put on screen (never matched, never sent). `of` is the number an
    amendment or cancel names. `filled` and `filled_value` (won) are totals of this number. `remaining` is None when
    the statement does not tell it for sure: stream frames (902 = 0 has several meanings) leave it None.
    `confirmed` is the quantity an amendment moved or a cancel withdrew, None while it is only entered.
    `expired` is set when a list states it. `channel` is None where the source has no such field (K3).
    `at` is when we heard it, `ordered_at` when the broker took the order. `text` is the state as received.
    """

    ref: BrokerRef
    kind: ReportKind
    source: Source
    at: datetime
    draft: OrderDraft | None = None
    of: BrokerRef | None = None
    filled: int = 0
    filled_value: int = 0
    execution: Execution | None = None
    remaining: int | None = None
    confirmed: int | None = None
    rejected: str | None = None
    expired: bool = False
    channel: str | None = None
    ordered_at: datetime | None = None
    name: str = ""
    type_text: str = ""
    text: str = ""
    shown: OrderDraft | None = None


OUR_CHANNEL = "REST API"
"""`comm_ord_tp` of an order that came through this API, by this program or another (kiwoom/README.md 4)."""

FOREIGN_CHANNELS = ("영웅문", "HTS", "MTS")
"""What a `comm_ord_tp` contains that names another program for sure (trs.json: 영웅문4, 영웅문S#). No list of channels
is complete (kiwoom/README.md 10.7), so any other text proves nothing."""


def from_elsewhere(channel: str | None) -> bool:
    """True when the channel is another program's for sure."""
    return any(word in (channel or "") for word in FOREIGN_CHANNELS)
