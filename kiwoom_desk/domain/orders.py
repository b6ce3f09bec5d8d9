"""An order as the trader sees it: a draft plus everything that has become known. Immutable, computed by `ledger`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from kiwoom_desk.domain.drafts import OrderDraft
from kiwoom_desk.domain.facts import OrderId, Outcome, RequestId
from kiwoom_desk.domain.reports import BrokerRef


class OrderState(Enum):
    """The stored and exported word; `ui.labels` has the Korean one."""

    SENDING = "sending"
    UNCONFIRMED = "unconfirmed"
    NOT_PLACED = "not_placed"
    WORKING = "working"
    FILLED = "filled"
    CANCELED = "canceled"
    REPLACED = "replaced"
    REJECTED = "rejected"
    EXPIRED = "expired"


WAITING = frozenset({OrderState.SENDING, OrderState.UNCONFIRMED})
"""Something of ours is out there without a number: a twin of it must not be sent."""

ALIVE = WAITING | {OrderState.WORKING}
"""Can still trade, as far as anybody knows."""


class Doubt(Enum):
    """Words of the broker that contradict each other or our own. Shown as received, never clamped, never raised."""

    OVERFILLED = "overfilled"
    SUM_TOO_LARGE = "sum_too_large"
    DIFFERS = "differs"
    FILLED_THOUGH_REJECTED = "filled_though_rejected"
    CLAIMED_TWICE = "claimed_twice"
    ACCEPTED_THOUGH_REFUSED = "accepted_though_refused"
    KIND_UNCLEAR = "kind_unclear"


class Standing(Enum):
    """Where one request to amend or cancel stands."""

    SENDING = "sending"
    ENTERED = "entered"
    UNCONFIRMED = "unconfirmed"
    DONE = "done"
    FAILED = "failed"
    ABSENT = "absent"
    MOOT = "moot"


PENDING = frozenset({Standing.SENDING, Standing.ENTERED, Standing.UNCONFIRMED})


@dataclass(frozen=True, slots=True)
class Change:
    """One request to amend or cancel this order, ours or another channel's (`request` None).

    `ended_at` is when the attempt of ours ended, `looks` how many complete looks have searched for a lost one since."""

    request: RequestId | None
    cancel: bool
    quantity: int | None
    standing: Standing
    at: datetime
    ref: BrokerRef | None
    outcome: Outcome | None = None
    ended_at: datetime | None = None
    looks: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """One row of the blotter.

    `id` is ours; `ref` the broker's number, None while none is known. Quantities are of this number alone:
    an amended order keeps its own fills and what moved on is `moved` (its successor is `replaced_by`).
    `remaining` is what can still trade under this number. `filled_value` in won. `reason` is the broker's or our own
    sentence for a refusal, a non-sending or an absence, plain text. `absent` marks a NOT_PLACED that is a judgement
    and can be revived. `own` tells that this program sent it; `looks` how many complete looks have searched for it.
    `confirmed_by_look` is set when its number was found by query rather than by its own answer. `candidates` are the
    numbers among which the trader has to choose, `turned_down` those of which he has said that none is it: while that
    stands he can still choose one. `picked` tells that he has chosen `ref`, and
    `passed_over` what he did not choose then: he can correct it.

    Of one that is not `own`, `perhaps_ours` tells that a request without an answer fits it, until that is settled
    (reliability.md 2.4), and `orphan` that it came through this API with the content of a request that is settled
    otherwise (2.2): another program with our key, or a duplicated request.
    """

    id: OrderId
    draft: OrderDraft
    name: str
    state: OrderState
    at: datetime
    day: date
    ref: BrokerRef | None
    own: bool
    filled: int = 0
    filled_value: int = 0
    remaining: int = 0
    cancelled: int = 0
    moved: int = 0
    replaces: OrderId | None = None
    replaced_by: tuple[OrderId, ...] = ()
    of: BrokerRef | None = None
    changes: tuple[Change, ...] = ()
    reason: str = ""
    code: str = ""
    absent: bool = False
    candidates: tuple[BrokerRef, ...] = ()
    turned_down: tuple[BrokerRef, ...] = ()
    picked: bool = False
    passed_over: tuple[BrokerRef, ...] = ()
    looks: int = 0
    ended_at: datetime | None = None
    confirmed_by_look: bool = False
    seen: bool = False
    perhaps_ours: bool = False
    orphan: bool = False
    channel: str | None = None
    type_text: str = ""
    text: str = ""
    doubts: frozenset[Doubt] = field(default_factory=frozenset)

    @property
    def choices(self) -> tuple[BrokerRef, ...]:
        """The numbers that a choice of the trader, or the correction of one, is about."""
        if self.picked and self.ref is not None:
            return self.ref, *self.passed_over
        return self.candidates or self.turned_down

    @property
    def average(self) -> int | None:
        """Average fill price in won, rounded half up; None before the first fill."""
        return None if self.filled == 0 else (2 * self.filled_value + self.filled) // (2 * self.filled)

    @property
    def partly_filled(self) -> bool:
        return 0 < self.filled < self.draft.quantity

    @property
    def alive(self) -> bool:
        return self.state in ALIVE

    @property
    def can_change(self) -> bool:
        """True when an amend or cancel can name it."""
        return self.state is OrderState.WORKING and self.ref is not None and self.remaining > 0

    @property
    def amending(self) -> bool:
        return self.alive and any(not c.cancel and c.standing in PENDING for c in self.changes)

    @property
    def cancelling(self) -> bool:
        return self.alive and any(c.cancel and c.standing in PENDING for c in self.changes)

    @property
    def lost_cancel(self) -> Change | None:
        """The latest cancel of it whose answer was lost. A lost amendment has a row of its own."""
        lost = [c for c in self.changes if c.cancel and c.standing is Standing.UNCONFIRMED]
        return lost[-1] if lost and self.alive else None

    @property
    def unsettled(self) -> bool:
        """Its fate, or that of a cancel of it, is unknown."""
        return self.state is OrderState.UNCONFIRMED or self.lost_cancel is not None

    @property
    def from_elsewhere(self) -> bool:
        """Placed by another program or device (HTS, phone), as far as the broker says."""
        return not self.own
