"""Things that happened, with their times: the only thing that is stored. State is computed from them (`ledger`).

Facts commute: whatever the order in which they arrive and however often, the orders end the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import NewType

from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.reports import BrokerRef, OrderReport

OrderId = NewType("OrderId", str)
"""Our own name of an order: a ULID for one placed here, derived from the broker's number for one from elsewhere."""

RequestId = NewType("RequestId", str)
"""Our own name of one intent, which is at most one POST. For a new order and an amendment it equals the order's id."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Proven taken, under this number. It may still be refused by the exchange later.

    `base` is the root of the amend/cancel chain as the reply names it, `quantity` the moved or withdrawn part."""

    ref: BrokerRef
    base: int | None = None
    quantity: int | None = None


class RefusalKind(Enum):
    BUSINESS = "business"
    INPUT = "input"
    SIGN_IN = "sign_in"
    WRONG_ENVIRONMENT = "wrong_environment"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Refused:
    """Proven not taken: the broker said so. `text` is the broker's own sentence, plain."""

    code: str
    text: str
    kind: RefusalKind = RefusalKind.BUSINESS


@dataclass(frozen=True, slots=True)
class NotSent:
    """Proven never to have left as a whole request."""

    reason: str


@dataclass(frozen=True, slots=True)
class AnswerLost:
    """It may be live. Never send again by yourself; look for it."""

    reason: str


Outcome = Accepted | Refused | NotSent | AnswerLost


@dataclass(frozen=True, slots=True)
class Placing:
    """The intention to send a new order, or an amendment of `replaces` (whose number at that moment is `of`).

    Written after the wait for the request budget and before the first byte. `gesture_at` is when the trader acted,
    `day` the trading day by the broker's clock; `there` the time by that clock, since ours may be set before we look.
    `value` is what it counted for the day's limits, in won (None: not known): after a restart no quote could tell what
    an order without a price was worth.
    """

    order_id: OrderId
    at: datetime
    day: date
    draft: OrderDraft
    gesture_at: datetime
    replaces: OrderId | None = None
    of: BrokerRef | None = None
    change: AmendDraft | None = None
    name: str = ""
    there: datetime | None = None
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Cancelling:
    """The intention to cancel `quantity` (None: all that remains) of `order_id`, whose number is `of` by then.

    `there` is the time by the broker's clock."""

    order_id: OrderId
    at: datetime
    request: RequestId
    of: BrokerRef
    quantity: int | None
    gesture_at: datetime
    there: datetime | None = None

    @property
    def day(self) -> date:
        """The trading day of the order, which a cancel shares."""
        return self.of.day


@dataclass(frozen=True, slots=True)
class Wire:
    """Both messages of one POST as evidence, without secrets: the request's TR, path and body, the answer's status and
    body (None when none came), and how many milliseconds after `began` the first byte left and the answer ended."""

    tr: str
    request: str
    began: datetime
    status: int | None = None
    answer: str | None = None
    first_byte_ms: float | None = None
    ended_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """How the one POST of `request` ended. Written again when a late answer knows more: the strongest one holds."""

    request: RequestId
    at: datetime
    outcome: Outcome
    wire: Wire | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    """The broker said something new about one of its numbers."""

    report: OrderReport

    @property
    def at(self) -> datetime:
        return self.report.at


@dataclass(frozen=True, slots=True)
class Matched:
    """A look at the broker's list showed that `request` is `ref`. Void while another's own answer holds the number."""

    request: RequestId
    at: datetime
    ref: BrokerRef
    by: str


class Verdict(Enum):
    ABSENT = "absent"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Judged:
    """What the evidence says of an unanswered request. ABSENT stays revisable: a later match revives the order.

    `by` is "machine" or "trader"; `looks` the number of complete looks it rests on; `candidates` what could be it, or,
    where the trader says ABSENT, what is not it.
    """

    request: RequestId
    at: datetime
    verdict: Verdict
    by: str
    looks: int = 0
    candidates: tuple[BrokerRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Looked:
    """One look at the broker's lists of `day`, kept as evidence: `complete` only when every rule of a sweep held."""

    at: datetime
    day: date
    began: datetime
    complete: bool
    rows: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """Something the trader or the program did that a dispute may ask about: armed, blocked, alarm, drill."""

    at: datetime
    what: str
    text: str


Fact = Placing | Cancelling | Answered | Reported | Matched | Judged | Looked | Noted
"""`Answered` and those before it must be on disk before the program goes on; the others can be repeated by a look."""


def request_of(send: Placing | Cancelling) -> RequestId:
    """The intent that this send belongs to: for a new order or an amendment the order's own name."""
    return send.request if isinstance(send, Cancelling) else RequestId(send.order_id)
