"""`dev.py cards`: the deck of `tests/cards` dealt to the practice exchange, and to the broker's mock by who has keys.

--environment practice   (default) and writes docs/cards.md with --write
--environment mock       with the keys that the program keeps in the system's vault; places small orders there, most of
                         them far from the market, cancels what stays open, and prints where the two differ; end the
                         program first, since the stream takes one login for each key

Ctrl+C ends the asking, not the tidying: what is open is cancelled all the same, and what could not be is named.
Live is refused: a card is an order.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.cards.deck import DECK, FACTS, QUESTIONS, Card
from tests.cards.table import Table, mock_table, practice_table

PAGE = Path(__file__).parents[2] / "docs" / "cards.md"
INTERRUPTED = 130
Seen = dict[int, str]


@dataclass(slots=True)
class Dealt:
    """What each card saw, what could not be tidied afterwards, and whether the reader broke off."""

    seen: Seen = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    stopped: bool = False


def deal(table: Table, deck: Sequence[Card]) -> Dealt:
    """Asks every card; a check that failed says how. The table is cleared whatever ends the asking."""
    dealt = Dealt()
    try:
        for card in deck:
            dealt.seen[card.number] = _ask(table, card)
    except KeyboardInterrupt:
        dealt.stopped = True
        print("broken off; what is open is being cancelled, a moment …", flush=True)
    finally:
        dealt.left = table.clear()
        print("\n".join(f"LEFT OPEN: {text}" for text in dealt.left), end="\n" if dealt.left else "", flush=True)
    return dealt


def _ask(table: Table, card: Card) -> str:
    try:
        return table.ask(card)
    except Exception as error:  # noqa: BLE001 - the next card may still tell something
        return f"could not be seen ({type(error).__name__})"


def page(seen: Mapping[int, str]) -> str:
    """docs/cards.md."""
    return "\n".join(
        [
            "# Cards",
            "",
            "The behaviours of the wire that the program relies on, and the questions that are open. Written by",
            "`python dev.py cards --write` from `tests/cards`; the last column is the practice exchange.",
            "A maintainer with keys asks the broker's mock: `python dev.py cards --environment mock`.",
            "",
            "A card that expects nothing only records what it saw. One that cannot be asked on the mock, or not in the",
            "hours of the run, says so and does not fail. Some ask about the day before: they tell more when the cards",
            "were dealt then too, and when one order had been left open until the close.",
            "",
            "Sources: n and n.m are sections of the reference that this program was written by; 10.n are its",
            "open questions, and K1 to K9 the facts of the order truth, both named below.",
            "",
            "| Card | Rule or question | Source | Expected | Practice exchange |",
            "|---|---|---|---|---|",
            *(line(card, seen[card.number]) for card in DECK),
            "",
            *_table("Open questions", "Question", {f"10.{number}": text for number, text in QUESTIONS.items()}),
            *_table("What the order truth rests on", "Fact", FACTS),
        ]
    )


def _table(title: str, what: str, subjects: Mapping[str, str]) -> list[str]:
    """The cards about each subject; it is named in their sources."""
    return [
        f"## {title}",
        "",
        f"| {what} | Subject | Cards |",
        "|---|---|---|",
        *(f"| {name} | {subject} | {_cards_of(name)} |" for name, subject in subjects.items()),
        "",
    ]


def line(card: Card, seen: str) -> str:
    return f"| {card.number} | {card.rule} | {card.source} | {card.expected or 'recorded'} | {seen} |"


def _cards_of(name: str) -> str:
    return ", ".join(str(card.number) for card in DECK if name in card.subjects)


def failures(seen: Mapping[int, str]) -> list[str]:
    """A card that could not be asked is none."""
    return [
        f"card {card.number}: {card.rule}: expected {card.expected!r}, saw {seen[card.number]!r}"
        for card in DECK
        if card.number in seen and card.expected not in (None, seen[card.number]) and not _unasked(seen[card.number])
    ]


def _unasked(saw: str) -> bool:
    return saw.startswith("not asked: ")


def report(ours: Mapping[int, str], theirs: Mapping[int, str] | None) -> list[str]:
    """What each environment said, card by card; a difference is marked."""
    lines: list[str] = []
    for card in DECK:
        if card.number in ours:
            lines.append(f"{card.number:>3}  {card.rule}\n     practice: {ours[card.number]}")
        if theirs is not None and card.number in theirs:
            same = theirs[card.number] == ours.get(card.number) or _unasked(theirs[card.number])
            lines.append(f"     mock:     {theirs[card.number]}{'' if same else '   <-- differs'}")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="dev.py cards")
    parser.add_argument("--environment", choices=("practice", "mock", "live"), default="practice")
    parser.add_argument("--write", action="store_true", help="write docs/cards.md")
    options = parser.parse_args(arguments)
    if options.environment == "live":
        print("refused: cards place orders, and live is for the trader alone")
        return 2
    with practice_table() as table:
        ours = deal(table, DECK)
    theirs = None
    if options.environment == "mock" and not ours.stopped:
        with mock_table() as table:
            theirs = deal(table, DECK)
    if options.write and not ours.stopped:
        PAGE.write_text(page(ours.seen), encoding="utf-8")
    return conclude(ours, theirs)


def conclude(ours: Dealt, theirs: Dealt | None) -> int:
    print("\n".join(report(ours.seen, theirs.seen if theirs else None)))
    dealt = [ours] if theirs is None else [ours, theirs]
    found = [text for one in dealt for text in (*failures(one.seen), *(f"left open: {each}" for each in one.left))]
    stopped = any(one.stopped for one in dealt)
    print("\n".join(found) or ("broken off" if stopped else "every card holds"))
    return INTERRUPTED if stopped else int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
