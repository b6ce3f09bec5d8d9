"""How numbers, times and codes are written in answers and pushes (kiwoom/README.md 6, trs.json `formats`).

Every function returns text; money is whole won, rates are percent.
"""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Final

from kiwoom_desk.simulator.listings import GOLD
from kiwoom_desk.simulator.model import Listing, Tape, Venue

NO_ORDER: Final = "0000000"
NO_DATE: Final = "00000000"
SUFFIX_VENUES: Final[dict[str, Venue]] = {"": "KRX", "_NX": "NXT", "_AL": "SOR"}
VENUE_SUFFIXES: Final[dict[Venue, str]] = {venue: suffix for suffix, venue in SUFFIX_VENUES.items()}


def padded(value: int, width: int) -> str:
    """Zero padded to `width`; a minus takes the first of the places ("-00000163958")."""
    return f"{value:0{width}d}"


def order_number(number: int) -> str:
    return f"{number:07d}"


def direction(price: int, base: int) -> str:
    """A price with the sign of its direction against the base; "0" is no price."""
    if price == 0 or price == base:
        return str(price)
    return f"{'+' if price > base else '-'}{price}"


def signed(value: int) -> str:
    return f"{value:+d}" if value else "0"


def percent(part: int, whole: int, places: int = 2, *, plus: bool = True) -> str:
    """`part` of `whole` in percent; with a plus sign for gains unless `plus` is off."""
    if not whole:
        return f"{0:.{places}f}"
    rate = float(Fraction(part * 100, whole))
    text = f"{rate:.{places}f}"
    if float(text) == 0:
        return f"{0:.{places}f}"
    return f"+{text}" if plus and rate > 0 else text


def time6(at: datetime | None) -> str:
    return at.strftime("%H%M%S") if at else "000000"


def time8(at: datetime | None) -> str:
    return at.strftime("%H:%M:%S") if at else ""


def date8(day: date) -> str:
    return day.strftime("%Y%m%d")


def change_code(change: int) -> str:
    """2 up, 3 unchanged, 5 down."""
    return "2" if change > 0 else "5" if change < 0 else "3"


def sign_code(tape: Tape) -> str:
    """As `change_code`, and 1 at the upper, 4 at the lower limit."""
    if tape.last >= tape.upper:
        return "1"
    if tape.last <= tape.lower:
        return "4"
    return change_code(tape.last - tape.base)


def prefixed(code: str) -> str:
    """Account rows carry one letter before the code: A for shares and funds; gold keeps its own M."""
    return code if code.startswith("M") and len(code) == 9 else f"A{code}"


def split_code(text: str) -> tuple[str, Venue]:
    """`005930_NX` is (005930, NXT): none is KRX, `_AL` the view over both (kiwoom/README.md 8)."""
    for suffix, venue in SUFFIX_VENUES.items():
        if suffix and text.endswith(suffix):
            return text.removesuffix(suffix), venue
    return text, "KRX"


def is_gold(listing: Listing) -> bool:
    return listing.market == GOLD
