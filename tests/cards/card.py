"""What a card is, where it is asked, and the words in which cards say what they saw."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from tests.cards.wire import Json, Wire, code_of

Check = Callable[[Wire], str]
OLDEST_TICK = 100
"""Won; a multiple of every tick below 200,000 won."""


class Seat(Enum):
    """Who a card is asked of. On the broker's mock one stock account has several of them (tests/cards/table.py)."""

    STOCK = "the stock account"
    LIMITED = "a stock account that is held to the mock's limits"
    MORNING = "a stock account with orders of the day before"
    GOLD = "the gold account"
    ELSEWHERE = "a key of the other environment"


@dataclass(frozen=True, slots=True)
class Card:
    """A check says what it saw, in words that are the same on every run. A card with `expected` holds when that is what
    was seen; one without only records: what was seen is the answer of that environment.

    `source`: the section of the reference of the wire, or a fact of the wire (K1 to K9); 10.n is an open question.
    `practice_only`: would disturb a real account's session."""

    number: int
    rule: str
    source: str
    expected: str | None
    check: Check
    seat: Seat = Seat.STOCK
    practice_only: bool = False

    @property
    def subjects(self) -> set[str]:
        """The open questions (10.n) and the facts (Kn) it is about."""
        return set(re.findall(r"\b10\.\d+|\bK\d", self.source))


DECK: list[Card] = []


def card(
    rule: str, source: str, expected: str | None = None, *, seat: Seat = Seat.STOCK, practice_only: bool = False
) -> Callable[[Check], Check]:
    def add(check: Check) -> Check:
        DECK.append(Card(len(DECK) + 1, rule, source, expected, check, seat, practice_only))
        return check

    return add


def verdict(said: Json) -> str:
    """`accepted`, or the class of the refusal and whether it is wrapped as the back office does."""
    code = said.get("return_code")
    if code == 0:
        return "accepted"
    return f"refused, class {code}" + (", [2000](…)" if "[2000](" in str(said.get("return_msg")) else "")


def answer(said: Json) -> str:
    """`accepted`, or the class and the code of the refusal: for what may differ from one environment to the other."""
    code = said.get("return_code")
    return "accepted" if code == 0 else f"class {code}, {code_of(said) or said.get('return_msg')}"


def shape(value: object) -> str:
    """The type of a value, and of a text how many digits it has."""
    if isinstance(value, str):
        return f"{len(value)} digits" if value.isdecimal() else "text"
    return type(value).__name__


def rests(w: Wire, steps: int = 0) -> int:
    """A price at which a buy rests: the lower limit and a few steps."""
    return w.price("lst_pric") + steps * OLDEST_TICK


def remaining(row: Json) -> str:
    """What remains of an order by its row: digits, or `blank`."""
    return str(int(row["ord_remnq"])) if row["ord_remnq"].strip() else "blank"
