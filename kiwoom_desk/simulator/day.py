"""The course of a trading day: what happens to the floors at which moment (market/rules.md 3 and 5, end of day)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from kiwoom_desk.simulator.book import Resting
from kiwoom_desk.simulator.calendar import Timetable
from kiwoom_desk.simulator.engine import Engine, rule_of
from kiwoom_desk.simulator.floor import Floor, Mode
from kiwoom_desk.simulator.flow import Flow
from kiwoom_desk.simulator.interruptions import Interruptions
from kiwoom_desk.simulator.model import Event, PhaseEvent

Moment = tuple[datetime, Callable[[datetime], None]]


class Day:
    """Plans one trading day; each moment is called with its own time."""

    def __init__(
        self,
        table: Timetable,
        engine: Engine,
        flow: Flow,
        interruptions: Interruptions,
        publish: Callable[[Event], None],
    ) -> None:
        self._table = table
        self._engine = engine
        self._flow = flow
        self._interruptions = interruptions
        self._publish = publish
        floors = [floor for floors in engine.floors.values() for floor in floors]
        self._gold = [floor for floor in floors if floor.kind == "gold"]
        self._krx = [floor for floor in floors if floor.kind != "gold" and floor.venue == "KRX"]
        self._nxt = [floor for floor in floors if floor.venue == "NXT"]

    def moments(self) -> list[Moment]:
        """In order of time; of the same time in the order of their causes."""
        planned = [*self._krx_day(), *self._gold_day(), *self._nxt_day(), *self._notices()]
        return sorted(planned, key=lambda moment: moment[0])

    def _krx_day(self) -> list[Moment]:
        windows, krx = self._table.windows, self._krx
        evening = [floor for floor in krx if floor.kind == "stock"]
        after = windows["KRX_AFTER_CLOSE_PRICE"]
        return [
            (windows["KRX_OPEN_AUCTION"].start, partial(self._begin, krx, "auction")),
            (windows["KRX_PRE_CLOSE_PRICE"].start, partial(self._begin_fixed, krx)),
            (windows["KRX_PRE_CLOSE_PRICE"].end, partial(self._end_fixed, krx)),
            (windows["KRX_OPEN_AUCTION"].end, partial(self._print_and_go_on, krx)),
            (windows["KRX_CLOSE_AUCTION"].start, partial(self._begin_closing, krx)),
            (windows["KRX_CLOSE_AUCTION"].end, partial(self._close, krx)),
            (windows["KRX_CLOSE_AUCTION"].end, partial(self._begin_fixed, self._nxt)),
            (after.start + timedelta(minutes=10), partial(self._begin_fixed, krx)),
            (after.end, partial(self._end_fixed, krx)),
            (windows["KRX_AFTER_MARKET"].start, partial(self._begin, evening, "continuous")),
            (windows["KRX_AFTER_MARKET"].end, partial(self._end, evening)),
        ]

    def _gold_day(self) -> list[Moment]:
        windows, gold = self._table.windows, self._gold
        return [
            (windows["GOLD_OPEN_AUCTION"].start, partial(self._begin, gold, "auction")),
            (windows["GOLD_OPEN_AUCTION"].end, partial(self._print_and_go_on, gold)),
            (windows["GOLD_CLOSE_AUCTION"].start, partial(self._begin_closing, gold)),
            (windows["GOLD_CLOSE_AUCTION"].end, partial(self._close, gold)),
        ]

    def _nxt_day(self) -> list[Moment]:
        windows, nxt = self._table.windows, self._nxt
        moments: list[Moment] = []
        if "NXT_PRE" in windows:
            moments.append((windows["NXT_PRE"].start, partial(self._begin, nxt, "continuous")))
        return [
            *moments,
            (windows["NXT_BREAK_AM"].start, partial(self._pause, nxt)),
            (windows["NXT_MAIN"].start, partial(self._begin, nxt, "continuous")),
            (windows["NXT_BREAK_PM"].start, partial(self._pause_and_drop_main_types, nxt)),
            (windows["NXT_AFTER_PREP"].start, partial(self._begin, nxt, "auction")),
            (windows["NXT_AFTER"].start, partial(self._print_and_go_on, nxt)),
            (windows["NXT_CLOSE_PRICE"].end, partial(self._end_fixed, nxt)),
            (windows["NXT_AFTER"].end, partial(self._end, nxt)),
        ]

    def _notices(self) -> list[Moment]:
        return [(at, partial(self._notify, code)) for at, code in notices(self._table)]

    def _notify(self, code: str, at: datetime) -> None:
        self._publish(PhaseEvent(code, at))

    # What happens

    def _begin(self, floors: list[Floor], mode: Mode, at: datetime) -> None:
        for floor in floors:
            floor.mode = mode
            self._flow.open(floor, at)

    def _pause(self, floors: list[Floor], at: datetime) -> None:
        for floor in floors:
            floor.mode = "break"
            self._flow.leave(floor)

    def _pause_and_drop_main_types(self, floors: list[Floor], at: datetime) -> None:
        """Midpoint and stop orders end with the NXT main session; limits live on."""
        self._pause(floors, at)
        for floor in floors:
            self._engine.expire(floor, [*floor.stops, *_mids(floor), *_of_base(floor, "market")])

    def _print_and_go_on(self, floors: list[Floor], at: datetime) -> None:
        for floor in floors:
            self._interruptions.reopen(floor, at)

    def _begin_closing(self, floors: list[Floor], at: datetime) -> None:
        """Midpoint orders are void, conditional orders become market orders; an interruption goes over into it."""
        self._interruptions.cease(floors, at)
        self._begin(floors, "auction", at)
        for floor in floors:
            self._engine.expire(floor, _mids(floor))
            for resting in _of_base(floor, "conditional"):
                self._engine.to_market(floor, resting)

    def _close(self, floors: list[Floor], at: datetime) -> None:
        """The closing print; what is left of the regular session ends. Closing-price orders wait on."""
        for floor in floors:
            self._engine.uncross(floor, at, opens=False)
            floor.close_price = floor.tape.last
            self._engine.expire(floor, [r for r in floor.waiting() if r not in floor.unpriced])
            floor.mode = "closed"
        closes = {floor.listing.code: floor.close_price for floor in floors}
        for floor in self._nxt:
            floor.close_price = closes.get(floor.listing.code, floor.close_price)

    def _begin_fixed(self, floors: list[Floor], at: datetime) -> None:
        for floor in floors:
            floor.fixed_price = floor.close_price
            self._engine.price_waiting(floor, at)

    def _end_fixed(self, floors: list[Floor], at: datetime) -> None:
        for floor in floors:
            floor.fixed_price = 0
            self._engine.expire(floor, [*floor.fixed.resting(), *floor.unpriced])

    def _end(self, floors: list[Floor], at: datetime) -> None:
        for floor in floors:
            self._flow.leave(floor)
            self._engine.expire(floor, floor.waiting())
            floor.mode = "closed"


def _mids(floor: Floor) -> list[Resting]:
    return [*floor.book.mids("buy"), *floor.book.mids("sell")]


def _of_base(floor: Floor, base: str) -> list[Resting]:
    return [r for r in floor.book.resting() if r.order is not None and rule_of(r.order).base == base]


def notices(table: Timetable) -> list[tuple[datetime, str]]:
    """The market phase notices of the day, FID 215 (kiwoom/websocket.md 10); none exists for the KRX after-market."""
    windows = table.windows
    opening, regular, close = windows["KRX_OPEN_AUCTION"], windows["KRX_REGULAR"], windows["KRX_CLOSE_AUCTION"]
    pre = windows.get("NXT_PRE")
    planned = [
        *([(pre.start, "P"), (pre.end, "Q")] if pre else []),
        (opening.start + timedelta(minutes=10), "0"),
        (regular.start, "3"),
        (windows["NXT_MAIN"].start, "R"),
        (windows["NXT_MAIN"].end, "S"),
        (close.start, "2"),
        (close.end, "4"),
        (windows["NXT_AFTER_PREP"].start, "T"),
        (windows["KRX_AFTER_CLOSE_PRICE"].start + timedelta(minutes=10), "a"),
        (windows["NXT_AFTER"].start, "U"),
        (windows["KRX_AFTER_CLOSE_PRICE"].end, "b"),
        (windows["NXT_AFTER"].end, "V"),
        (windows["KRX_AFTER_MARKET"].end, "9"),
    ]
    return sorted(planned, key=lambda notice: notice[0])


def phase(table: Timetable, at: datetime) -> str:
    """The one code that describes the whole market at a moment; NXT's own start and end of the main session are not
    among them, because the KRX state says more."""
    holding = "0"
    for start, code in notices(table):
        if start <= at and code not in ("R", "S", "4", "a", "b"):
            holding = code
    return holding
