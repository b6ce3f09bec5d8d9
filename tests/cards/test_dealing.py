"""How the cards are dealt where it matters: on an exchange that plays the broker's mock, broken off, and tidied up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.simulator.model import Order
from kiwoom_desk.simulator.server import PracticeServer
from kiwoom_desk.storage.vault import KeyVault
from kiwoom_desk.trading.environments import MOCK, World
from kiwoom_desk.trading.ports import Keys
from tests.cards.card import Card, Seat
from tests.cards.deck import DECK
from tests.cards.table import TEN, Pace, Table, mock_table
from tests.cards.wire import CODE, Wire
from tests.tools.cards import INTERRUPTED, Dealt, conclude, deal, failures

HASTE: Pace = {"gap": 0.0, "patience": 0.2, "linger": 0.0}
LOW = 60_000


@pytest.fixture
def server() -> Iterator[PracticeServer]:
    with PracticeServer(clock=TEN, quiet=True) as server:
        yield server


@pytest.fixture
def wire(server: PracticeServer) -> Iterator[Wire]:
    wire = Wire(server.rest, server.websocket, server.appkey, server.secretkey)
    yield wire
    wire.close()


def dealt(wire: Wire, *checks: Callable[[Wire], str]) -> Dealt:
    deck = [Card(number, "", "", None, check) for number, check in enumerate(checks, 1)]
    return deal(Table({Seat.STOCK: wire, Seat.LIMITED: wire}, practice=False), deck)


def buys(w: Wire) -> str:
    return str(w.buy(1, LOW)["ord_no"])


def breaks_off(w: Wire) -> str:
    raise KeyboardInterrupt


def working(server: PracticeServer) -> list[Order]:
    def ask() -> list[Order]:
        return [order for order in server.core.orders("stock", server.clock.now().date()) if order.remaining]

    return server.call(ask)


# --- broken off ------------------------------------------------------------------------------------------------------
def test_breaking_off_still_cancels_what_is_open(server: PracticeServer, wire: Wire) -> None:
    done = dealt(wire, buys, breaks_off, buys)
    assert (done.stopped, done.left, list(done.seen)) == (True, [], [1])
    assert working(server) == []


def test_an_order_broken_off_before_its_answer_is_found_by_what_it_asked_for(
    server: PracticeServer, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = wire.http.post

    def deaf(path: str, **more: Any) -> Any:
        response = answered(path, **more)
        if more["headers"]["api-id"] == "kt10000":
            raise KeyboardInterrupt
        return response

    monkeypatch.setattr(wire.http, "post", deaf)
    done = dealt(wire, buys)
    assert (done.stopped, done.left) == (True, [])
    assert working(server) == []


def test_an_order_that_broke_off_and_is_nowhere_is_named(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "post", _broken("kt10000", wire.post))
    assert "never answered" in dealt(wire, buys).left[0]


def _broken(tr: str, post: Callable[..., Any]) -> Callable[..., Any]:
    def ask(asked: str, *words: Any, **more: Any) -> Any:
        if asked == tr:
            raise KeyboardInterrupt
        return post(asked, *words, **more)

    return ask


def test_orders_of_others_are_left_alone(server: PracticeServer, wire: Wire) -> None:
    def theirs() -> Order:
        return server.core.place("stock", CODE, "KRX", "buy", "0", 1, LOW, 0, now=server.clock.now())

    before = server.call(theirs)
    assert dealt(wire, buys, breaks_off).left == []
    assert [order.number for order in working(server)] == [before.number]


# --- what cannot be tidied is named ----------------------------------------------------------------------------------
def test_an_order_that_refuses_to_be_cancelled_is_named_with_the_reason(server: PracticeServer, wire: Wire) -> None:
    server.faults.arm(on="cancel", when="always", do="refuse", return_code=20, code="RC4058", text="장종료")
    done = dealt(wire, buys)
    assert len(done.left) == 1
    assert done.seen[1] in done.left[0]
    assert "장종료" in done.left[0]
    assert conclude(done, None) == 1


@pytest.mark.parametrize("trouble", [{"do": "status"}, {"do": "limit"}, {"do": "lose_before"}])
def test_where_the_list_cannot_be_read_every_number_is_named(
    server: PracticeServer, wire: Wire, trouble: dict[str, str]
) -> None:
    def and_no_more(w: Wire) -> str:
        number = buys(w)
        server.faults.arm(on="ka10075", when="always", **trouble)
        return number

    done = dealt(wire, and_no_more)
    assert done.seen[1] in done.left[0]


def test_impatience_while_tidying_leaves_every_number_named(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    def pressed_again(*_: object, **__: object) -> Any:
        raise KeyboardInterrupt

    def and_then(w: Wire) -> str:
        number = buys(w)
        monkeypatch.setattr(w, "cancel", pressed_again)
        raise KeyboardInterrupt(number)

    done = dealt(wire, and_then)
    assert wire.placed[0] in done.left[0]
    assert conclude(done, None) == INTERRUPTED


def test_more_than_a_page_of_open_orders_is_tidied(server: PracticeServer, wire: Wire) -> None:
    assert dealt(wire, *[buys] * 25).left == []
    assert working(server) == []


def test_a_card_that_fails_ends_neither_the_asking_nor_the_tidying(server: PracticeServer, wire: Wire) -> None:
    def fails(w: Wire) -> str:
        raise ValueError

    done = dealt(wire, buys, fails, buys)
    assert list(done.seen.values())[1] == "could not be seen (ValueError)"
    assert working(server) == []


# --- on the mock -----------------------------------------------------------------------------------------------------
def vault_of(*markets: Market) -> KeyVault:
    keys = {
        Market.STOCK: Keys(PracticeServer.appkey, PracticeServer.secretkey),
        Market.GOLD: Keys(PracticeServer.gold_appkey, PracticeServer.gold_secretkey),
    }
    vault = KeyVault(system=False)
    for market in markets:
        vault.put(World.MOCK, market, keys[market])
    return vault


def test_without_keys_of_the_mock_nothing_is_asked() -> None:
    with pytest.raises(SystemExit, match="no stock keys"), mock_table(vault_of()):
        pass


def on_the_mock(server: PracticeServer, *markets: Market) -> dict[int, str]:
    """What the whole deck says, dealt as a maintainer deals it; but for the pace."""
    server._exchange._gateway._limiter.per_second = 500
    environment = replace(MOCK, rest=server.rest, stream=server.websocket)
    with mock_table(vault_of(*markets), environment, HASTE) as table:
        done = deal(table, DECK)
    assert done.left == []
    return done.seen


def test_dealt_to_an_exchange_that_plays_the_mock_no_card_fails() -> None:
    with PracticeServer(clock=TEN, quiet=True, environment="mock") as server:
        seen = on_the_mock(server, Market.STOCK)
        assert working(server) == []
    assert failures(seen) == []
    assert not [text for text in seen.values() if text.startswith("could not be seen")]
    assert {seen[card.number] for card in DECK if card.seat is Seat.GOLD} == {
        "not asked: there are no gold keys for the mock in the vault"
    }
    assert all(seen[card.number].startswith("not asked") for card in DECK if card.practice_only)


@pytest.mark.parametrize(("hour", "card", "reason"), [(7, 10, "the market is closed"), (18, 13, "no market orders")])
def test_what_cannot_be_asked_at_the_hour_of_the_run_says_so(hour: int, card: int, reason: str) -> None:
    with PracticeServer(clock=TEN.replace(hour=hour), quiet=True, environment="mock") as server:
        seen = on_the_mock(server, Market.STOCK, Market.GOLD)
    assert failures(seen) == []
    assert seen[card].startswith(f"not asked: {reason}")
