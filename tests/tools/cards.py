"""`dev.py cards`: the deck of `tests/cards` dealt to the practice exchange, and to the broker's mock by who has keys.

--environment practice   (default) and writes docs/cards.md with --write
--environment mock       with the stock keys that the program keeps in the system's vault; places small orders there,
                         most of them far from the market, cancels what stays open, and prints where the two differ;
                         end the program first, since the stream takes one login for each key

Live is refused: a card is an order.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from kiwoom_desk.domain.instruments import SEOUL, Market
from kiwoom_desk.simulator.server import PracticeServer
from kiwoom_desk.storage.vault import KeyVault
from kiwoom_desk.trading.environments import MOCK, World
from tests.cards.deck import DECK, Card
from tests.cards.wire import Wire

TEN = datetime(2026, 11, 23, 10, tzinfo=SEOUL)
PAGE = Path(__file__).parents[2] / "docs" / "cards.md"
Seen = dict[int, str]


def deal(wire: Wire, deck: Sequence[Card]) -> Seen:
    """What each card saw; a check that failed says how."""
    seen: Seen = {}
    try:
        for card in deck:
            try:
                seen[card.number] = card.check(wire)
            except Exception as error:  # noqa: BLE001 - the next card may still tell something
                seen[card.number] = f"could not be seen ({type(error).__name__})"
        wire.tidy()
    finally:
        wire.close()
    return seen


def practice() -> Seen:
    with PracticeServer(clock=TEN, quiet=True) as server:
        return deal(Wire(server.rest, server.websocket, server.appkey, server.secretkey, patience=1.0), DECK)


def mock() -> Seen:
    """Raises SystemExit without keys."""
    keys = KeyVault().get(World.MOCK, Market.STOCK)
    if keys is None:
        sys.exit("there are no stock keys for the mock in the vault; put them in with the program's own dialog")
    wire = Wire(MOCK.rest, MOCK.stream, keys.app_key, keys.secret, gap=1.2)
    if not wire.token:
        sys.exit("the mock did not sign in")
    return deal(wire, [card for card in DECK if not card.practice_only])


def page(seen: Seen) -> str:
    """docs/cards.md."""
    rows = [
        f"| {card.number} | {card.rule} | {card.source} | {card.expected or 'open'} | {seen[card.number]} |"
        for card in DECK
    ]
    return "\n".join(
        [
            "# Cards",
            "",
            "The behaviours of the wire that the program relies on, and the questions that are open. Written by",
            "`python dev.py cards --write` from `tests/cards/deck.py`; the last column is the practice exchange.",
            "A maintainer with keys asks the broker's mock: `python dev.py cards --environment mock`.",
            "",
            "| Card | Rule or question | Source | Expected | Practice exchange |",
            "|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def failures(seen: Seen) -> list[str]:
    return [
        f"card {card.number}: {card.rule}: expected {card.expected!r}, saw {seen[card.number]!r}"
        for card in DECK
        if card.number in seen and card.expected is not None and seen[card.number] != card.expected
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="dev.py cards")
    parser.add_argument("--environment", choices=("practice", "mock", "live"), default="practice")
    parser.add_argument("--write", action="store_true", help="write docs/cards.md")
    options = parser.parse_args(arguments)
    if options.environment == "live":
        print("refused: cards place orders, and live is for the trader alone")
        return 2
    ours = practice()
    theirs = mock() if options.environment == "mock" else None
    for card in DECK:
        print(f"{card.number:>3}  {card.rule}\n     practice: {ours[card.number]}")
        if theirs is not None and card.number in theirs:
            mark = "" if theirs[card.number] == ours[card.number] else "   <-- differs"
            print(f"     mock:     {theirs[card.number]}{mark}")
    if options.write:
        PAGE.write_text(page(ours), encoding="utf-8")
    found = failures(ours) + ([] if theirs is None else failures(theirs))
    print("\n".join(found) or "every card holds")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
