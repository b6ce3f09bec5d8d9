"""The blotter's columns as data: what each shows, how it sorts, which way it is aligned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiwoom_desk.domain.facts import OrderId
from kiwoom_desk.domain.instruments import Side
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.domain.reports import OUR_CHANNEL
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.notices import OrderKey, order_key
from kiwoom_desk.ui import formats, labels
from kiwoom_desk.ui.plain import one_line
from kiwoom_desk.ui.theme import Tone

SortKey = int | float | str
Step = tuple[float, OrderId]


@dataclass(frozen=True, slots=True)
class Line:
    """One row as the table knows it: the order, the world and account it lives in, its place under its original.

    `shift` is the broker's clock minus ours where the two differ by seconds: every row then tells the market's time.
    `path` leads from the first original of its chain down to it, as (time, id) of each. `unseen` marks an order that
    was accepted by its own answer and has not been seen anywhere since.
    """

    order: Order
    world: World
    shift: timedelta = timedelta()
    path: tuple[Step, ...] = ()
    account: str = ""
    unseen: bool = False

    @property
    def key(self) -> OrderKey:
        return order_key(self.order)

    @property
    def step(self) -> Step:
        return self.time.timestamp(), self.order.id

    @property
    def depth(self) -> int:
        """How many originals stand above it."""
        return max(0, len(self.path) - 1)

    @property
    def time(self) -> datetime:
        """When it was ordered, by the broker's clock; the broker's own rows say so themselves."""
        return self.order.at + self.shift if self.order.own else self.order.at

    @property
    def id(self) -> OrderId:
        return self.order.id


@dataclass(frozen=True, slots=True)
class Column:
    """`text` is what the cell says, `key` what it sorts by: figures sort as figures, never as text. `longest` is the
    longest text that it usually says.

    `hidden` columns are there for whoever wants them, from the header's menu."""

    title: str
    text: Callable[[Line], str]
    key: Callable[[Line], SortKey]
    longest: str
    right: bool = False
    hidden: bool = False
    tone: Callable[[Line], Tone] = lambda line: ""


def _figure(title: str, of: Callable[[Order], int | None], longest: str, *, hidden: bool = False) -> Column:
    def key(line: Line) -> SortKey:
        value = of(line.order)
        return -1 if value is None else value

    return Column(title, lambda line: formats.number(of(line.order)), key, longest, right=True, hidden=hidden)


def _price_text(line: Line) -> str:
    draft = line.order.draft
    return formats.number(draft.price) if draft.price is not None else labels.short_type(draft.type)


def _name(line: Line) -> str:
    order = line.order
    indent = "　" * (min(line.depth, MOST_INDENT) - 1) + "└ " if line.depth else ""
    return indent + one_line(order.name or order.draft.code, 24)


MOST_INDENT = 3
"""Deeper chains stand no further in: the name needs its room."""

_KNOWN_TYPES = {labels.WORDS[kind].ko for kind in OrderType} | {"보통", "지정가"}


def _type(line: Line) -> str:
    """A type we do not know is shown in the broker's own words."""
    order = line.order
    if not order.own and order.type_text and order.type_text not in _KNOWN_TYPES:
        return one_line(order.type_text, 16)
    return labels.short_type(order.draft.type)


def status(line: Line) -> str:
    """Icon, word, and the trigger that a waiting stop stands at; a doubt is marked, and so is what nobody has seen."""
    order = line.order
    mark = "⚠ " if order.doubts else ""
    stop = f" · 조건 {order.draft.trigger:,}" if order.draft.trigger and order.alive else ""
    unseen = " · 목록에 없음" if line.unseen else ""
    return f"{mark}{labels.STATE_ICONS[order.state]} {labels.status(order)}{stop}{unseen}"


def _state_tone(line: Line) -> Tone:
    return labels.status_tone(line.order) or ("warn" if line.unseen else "")


def channel(order: Order) -> str:
    if order.own:
        return "여기"
    if order.channel is None:
        return "확인 중"
    return "다른 REST" if order.channel == OUR_CHANNEL else one_line(order.channel, 12)


def _number(line: Line) -> str:
    return formats.NOTHING if line.order.ref is None else str(line.order.ref)


def _original(line: Line) -> str:
    return formats.NOTHING if line.order.of is None else str(line.order.of)


def _side_tone(line: Line) -> Tone:
    return "up" if line.order.draft.side is Side.BUY else "down"


COLUMNS: dict[str, Column] = {
    "time": Column("시각", lambda x: formats.clock_ms(x.time), lambda x: x.time.timestamp(), "88:88:88.888"),
    "world": Column("환경", lambda x: labels.word(x.world), lambda x: x.world.value, "연습"),
    "venue": Column("거래소", lambda x: x.order.draft.venue.value, lambda x: x.order.draft.venue.value, "SOR"),
    "name": Column("종목", _name, lambda x: x.order.name or x.order.draft.code, "└ KODEX 200선물인버스2X"),
    "side": Column(
        "구분", lambda x: labels.side(x.order.draft.side), lambda x: x.order.draft.side.value, "▲ 매수", tone=_side_tone
    ),
    "type": Column("종류", _type, lambda x: x.order.draft.type.value, "최유리(IOC)"),
    "quantity": _figure("주문", lambda o: o.draft.quantity, "888,888"),
    "filled": _figure("체결", lambda o: o.filled, "888,888"),
    "remaining": _figure("잔량", lambda o: o.remaining, "888,888"),
    "price": Column("단가", _price_text, lambda x: x.order.draft.price or 0, "8,888,888", right=True),
    "average": _figure("평균체결가", lambda o: o.average, "8,888,888"),
    "state": Column("상태", status, lambda x: labels.status(x.order), "○ 접수 · 조건 888,888", tone=_state_tone),
    "number": Column("주문번호", _number, lambda x: x.order.ref.number if x.order.ref else -1, "8888888"),
    "channel": Column("경로", lambda x: channel(x.order), lambda x: channel(x.order), "다른 REST"),
    "code": Column("코드", lambda x: x.order.draft.code, lambda x: x.order.draft.code, "M88888888"),
    "trigger": _figure("조건단가", lambda o: o.draft.trigger, "8,888,888", hidden=True),
    "original": Column("원주문", _original, lambda x: x.order.of.number if x.order.of else -1, "8888888", hidden=True),
    "account": Column("계좌", lambda x: formats.account(x.account), lambda x: x.account, "****-8888", hidden=True),
}
"""What a trader acts by comes first and fits a small screen; hidden is what another column or the bar says as well."""
KEYS = tuple(COLUMNS)


def at(column: int) -> Column:
    return COLUMNS[KEYS[column]]


def index_of(key: str) -> int:
    return KEYS.index(key)
