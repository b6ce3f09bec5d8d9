"""Where the cards are dealt: the practice exchange in all the parts it has to play, or the broker's mock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict

from kiwoom_desk.domain.instruments import SEOUL, Market
from kiwoom_desk.simulator.core import PracticeCore
from kiwoom_desk.simulator.server import PracticeServer
from kiwoom_desk.storage.vault import KeyVault
from kiwoom_desk.trading.environments import MOCK, Environment, World
from tests.cards.card import Card, Seat
from tests.cards.wire import CODE, GoldWire, NotAsked, Wire


class Pace(TypedDict):
    """Seconds; see `Wire`."""

    gap: float
    patience: float
    linger: float


TEN = datetime(2026, 11, 23, 10, tzinfo=SEOUL)
FRIDAY = datetime(2026, 11, 20, 10, tzinfo=SEOUL)
CALM: Pace = {"gap": 1.2, "patience": 8.0, "linger": 30.0}


@dataclass(frozen=True, slots=True)
class Table:
    """A wire for each seat, or why nobody sits there."""

    seats: Mapping[Seat, Wire | str]
    practice: bool

    def ask(self, card: Card) -> str:
        """What the card saw, or why it was not asked."""
        try:
            return card.check(self._at(card))
        except NotAsked as reason:
            return f"not asked: {reason}"

    def _at(self, card: Card) -> Wire:
        if card.practice_only and not self.practice:
            raise NotAsked("it would end the session of a program that uses this key")
        seat = self.seats[card.seat]
        if isinstance(seat, str):
            raise NotAsked(seat)
        return seat

    def wires(self) -> list[Wire]:
        found = [seat for seat in self.seats.values() if isinstance(seat, Wire)]
        return [wire for index, wire in enumerate(found) if not any(wire is other for other in found[:index])]

    def clear(self) -> list[str]:
        """Cancels everything that was left open; names what could not be."""
        return [text for wire in self.wires() for text in wire.tidy()]

    def close(self) -> None:
        for wire in self.wires():
            wire.close()


@contextmanager
def practice_table(patience: float = 1.0) -> Iterator[Table]:
    with ExitStack() as stack:
        day = stack.enter_context(PracticeServer(clock=TEN, quiet=True))
        limited = stack.enter_context(PracticeServer(clock=TEN, quiet=True, environment="mock"))
        morning = stack.enter_context(PracticeServer(clock=FRIDAY, quiet=True))
        elsewhere = stack.enter_context(PracticeServer(clock=TEN, quiet=True, faults=_ELSEWHERE))
        gold = GoldWire(day.rest, day.websocket, day.gold_appkey, day.gold_secretkey, patience=patience / 2, linger=0.0)
        table = Table(
            {
                Seat.STOCK: _stock(day, patience),
                Seat.LIMITED: _stock(limited, patience, gap=1.02),
                Seat.MORNING: _after_a_day(morning, _stock(morning, patience)),
                Seat.GOLD: gold,
                Seat.ELSEWHERE: _stock(elsewhere, patience),
            },
            practice=True,
        )
        stack.callback(table.close)
        yield table


_ELSEWHERE = (
    {"on": "token", "when": "always", "do": "refuse", "return_code": 2, "code": "8030", "text": "투자구분이 다릅니다"},
    {
        "on": "ka00001",
        "when": "always",
        "do": "refuse",
        "return_code": 3,
        "code": "8031",
        "text": "투자구분이 다릅니다",
    },
)


def _stock(server: PracticeServer, patience: float, gap: float = 0.0) -> Wire:
    return Wire(server.rest, server.websocket, server.appkey, server.secretkey, gap=gap, patience=patience, linger=0.0)


def _after_a_day(server: PracticeServer, wire: Wire) -> Wire:
    """A Friday with one order of every fate, and the Monday after it."""
    wire.buy(1, None)
    wire.amend(wire.buy(3, 60_000)["ord_no"], 60_100)
    wire.cancel(wire.buy(2, 60_000)["ord_no"])
    wire.buy(1, 60_000, type_="10")
    for _ in range(20):
        wire.buy(1, 60_000)
    server.call(lambda: _of_others(server))
    for ahead in (timedelta(hours=9), timedelta(days=2, hours=15)):  # the evening, and Monday at ten
        server.clock.skip(ahead)
        wire.buy(1, 60_000, "NXT")
    wire.cancel(wire.placed[-1], venue="NXT")
    return wire


def _of_others(server: PracticeServer) -> None:
    """From a telephone; and one that the exchange throws out after it was accepted."""
    core, now = server.core, server.clock.now()
    assert isinstance(core, PracticeCore)
    core.place("stock", CODE, "KRX", "buy", "0", 1, 60_000, 0, now=now, channel="영웅문4")
    thrown = core.place("stock", CODE, "KRX", "buy", "0", 1, 60_000, 0, now=now)
    core._engine.withdraw(thrown, 1, now)
    thrown.rejected = "거래소 거부"


@contextmanager
def mock_table(vault: KeyVault | None = None, environment: Environment = MOCK, pace: Pace = CALM) -> Iterator[Table]:
    """With the keys of the mock that the program keeps in the system's vault. Raises SystemExit without stock keys."""
    vault = vault or KeyVault()
    stock = _on_the_mock(vault, Market.STOCK, environment, pace)
    if stock is None:
        raise SystemExit("there are no stock keys for the mock in the vault; put them in with the program's own dialog")
    gold = _on_the_mock(vault, Market.GOLD, environment, pace)
    seats: dict[Seat, Wire | str] = dict.fromkeys((Seat.STOCK, Seat.LIMITED, Seat.MORNING), stock)
    seats[Seat.GOLD] = gold or "there are no gold keys for the mock in the vault"
    seats[Seat.ELSEWHERE] = "it needs a key of live, and those are not touched"
    table = Table(seats, practice=False)
    try:
        yield table
    finally:
        table.close()


def _on_the_mock(vault: KeyVault, market: Market, environment: Environment, pace: Pace) -> Wire | None:
    """None without keys, or with gold keys that do not sign in. Raises SystemExit where stock keys do not."""
    keys = vault.get(World.MOCK, market)
    if keys is None:
        return None
    kind = GoldWire if market is Market.GOLD else Wire
    wire = kind(environment.rest, environment.stream, keys.app_key, keys.secret, **pace)
    if not wire.token and market is Market.STOCK:
        raise SystemExit("the mock did not sign in")
    return wire if wire.token else None
