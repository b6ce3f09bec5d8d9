"""The deck dealt to the practice exchange, and the page that tells of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cards.deck import DECK, FACTS, QUESTIONS, Card
from tests.cards.table import Table, practice_table
from tests.tools import cards
from tests.tools.cards import PAGE, failures, line, page


@pytest.fixture(scope="module")
def table() -> Iterator[Table]:
    with practice_table(patience=0.4) as table:
        yield table
        assert table.clear() == []
        assert not [left for wire in table.wires() if wire.placed for left in wire.left()], "a dealer clears the table"


@pytest.mark.parametrize("card", DECK, ids=lambda card: f"{card.number}")
def test_a_card_holds(table: Table, card: Card) -> None:
    seen = table.ask(card)
    assert card.expected in (None, seen), card.rule
    assert line(card, seen) in PAGE.read_text(encoding="utf-8").splitlines(), "python dev.py cards --write"


def test_the_page_tells_of_these_cards_and_questions_and_no_others() -> None:
    told, now = (text.splitlines() for text in (PAGE.read_text(encoding="utf-8"), page(dict.fromkeys(_numbers(), "x"))))
    assert len(told) == len(now)
    assert told[told.index("## Open questions") :] == now[now.index("## Open questions") :]


def _numbers() -> list[int]:
    return [card.number for card in DECK]


def test_cards_are_numbered_without_a_gap() -> None:
    assert _numbers() == list(range(1, len(DECK) + 1))


def test_every_open_question_and_every_fact_of_the_order_truth_has_a_card_and_no_card_names_another() -> None:
    assert list(QUESTIONS) == list(range(1, len(QUESTIONS) + 1))
    assert set().union(*(card.subjects for card in DECK)) == {*(f"10.{number}" for number in QUESTIONS), *FACTS}


def test_a_card_that_does_not_hold_is_told() -> None:
    assert "expected" in failures({1: "something else"})[0]
    assert failures({1: DECK[0].expected or ""}) == []


def test_a_card_that_cannot_be_asked_does_not_fail() -> None:
    assert failures({1: "not asked: the market is closed"}) == []


def test_live_is_refused_before_anything_is_asked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cards, "practice_table", None)  # not even that is laid
    monkeypatch.setattr(cards, "mock_table", None)
    assert cards.main(["--environment", "live"]) == 2
    assert "refused" in capsys.readouterr().out
