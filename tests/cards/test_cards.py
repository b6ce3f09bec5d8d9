"""The deck dealt to the practice exchange, and the page that tells of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiwoom_desk.simulator.server import PracticeServer
from tests.cards.deck import DECK, Card
from tests.cards.wire import Wire
from tests.tools import cards
from tests.tools.cards import PAGE, TEN, Seen, failures, page


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    with PracticeServer(clock=TEN, quiet=True) as server:
        wire = Wire(server.rest, server.websocket, server.appkey, server.secretkey, patience=0.4)
        try:
            yield wire
            wire.tidy()
            assert wire.open_rows() == [], "a dealer clears the table"
        finally:
            wire.close()


@pytest.fixture(scope="module")
def seen() -> Seen:
    return {}


@pytest.mark.parametrize("card", DECK, ids=lambda card: f"{card.number}")
def test_a_card_holds(wire: Wire, seen: Seen, card: Card) -> None:
    seen[card.number] = card.check(wire)
    assert card.expected is None or seen[card.number] == card.expected, card.rule
    row = f"| {card.number} | {card.rule} | {card.source} | {card.expected or 'open'} | {seen[card.number]} |"
    assert row in PAGE.read_text(encoding="utf-8").splitlines(), "python dev.py cards --write"


def test_the_page_tells_of_these_cards_and_no_others() -> None:
    told = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][1:]
    assert len(told) == len(DECK)
    assert page({card.number: "x" for card in DECK}).count("\n") == PAGE.read_text(encoding="utf-8").count("\n")


def test_a_card_that_does_not_hold_is_told() -> None:
    assert "expected" in failures({1: "something else"})[0]
    assert failures({1: DECK[0].expected or ""}) == []


def test_live_is_refused_before_anything_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert cards.main(["--environment", "live"]) == 2
    assert "refused" in capsys.readouterr().out
