"""One instrument as one view shows it: its figures and its book, in the words of the quotes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kiwoom_desk.simulator.formats import direction, percent, sign_code, signed, split_code
from kiwoom_desk.simulator.http_api.spec import Office, listing_of
from kiwoom_desk.simulator.model import Depth, Level, Listing, Tape, TradeEvent, Venue

LEVELS: Final = 10
MILLION: Final = 1_000_000
HUNDRED_MILLION: Final = 100_000_000


@dataclass(frozen=True, slots=True)
class View:
    """`text` is the code as it was asked for, suffix included; it is echoed."""

    text: str
    listing: Listing
    venue: Venue
    tape: Tape
    depth: Depth

    def price(self, price: int) -> str:
        return direction(price, self.tape.base)

    @property
    def change(self) -> int:
        return self.tape.last - self.tape.base

    @property
    def change_text(self) -> str:
        return signed(self.change)

    @property
    def rate(self) -> str:
        return percent(self.change, self.tape.base)

    @property
    def sign(self) -> str:
        return sign_code(self.tape)

    @property
    def last_quantity(self) -> str:
        """'-' is seller initiated."""
        return trade_quantity(self.tape.last_quantity, self.tape.aggressor)

    @property
    def ask(self) -> int:
        return self.depth.asks[0].price if self.depth.asks else 0

    @property
    def bid(self) -> int:
        return self.depth.bids[0].price if self.depth.bids else 0

    @property
    def expected(self) -> str:
        """'-0' where no auction has a price."""
        return self.price(self.depth.expected_price) if self.depth.expected_price else "-0"


def trade_quantity(quantity: int, aggressor: str | None) -> str:
    if not quantity:
        return "0"
    return f"{'-' if aggressor == 'sell' else '+'}{quantity}"


def view_of(office: Office, text: str) -> View | None:
    """None for what does not exist or the venue does not show."""
    code, venue = split_code(text)
    listing = listing_of(office, code, venue)
    if listing is None:
        return None
    core = office.core
    return View(text, listing, venue, core.tape(code, venue), core.depth(code, venue))


def level(levels: Sequence[Level], index: int) -> Level:
    """Level `index`, counted from 1; an empty one where the book ends."""
    return levels[index - 1] if index <= len(levels) else Level(0, 0)


def total(levels: Sequence[Level]) -> int:
    return sum(level.quantity for level in levels)


def strength(trades: Sequence[TradeEvent]) -> str:
    """체결강도: bought in percent of sold, by the aggressor, over the trades given."""
    bought = sum(t.quantity for t in trades if t.aggressor == "buy")
    sold = sum(t.quantity for t in trades if t.aggressor == "sell")
    return percent(bought, sold or 1, plus=False) if bought else "0.00"
