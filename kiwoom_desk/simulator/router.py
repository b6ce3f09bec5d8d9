"""Where an order goes (market/rules.md 7.2): what can trade at once is split by best price, the rest goes to one venue.

For KRX and NXT orders there is one floor to choose from, so the same functions serve all.
"""

from __future__ import annotations

from collections.abc import Sequence

from kiwoom_desk.simulator.book import OPPOSITE, reaches
from kiwoom_desk.simulator.floor import Floor
from kiwoom_desk.simulator.model import Side


def reachable(floors: Sequence[Floor]) -> list[Floor]:
    """Floors that take this order now: those that trade continuously, or else the first in a call auction."""
    continuous = [floor for floor in floors if floor.mode == "continuous"]
    return continuous or [floor for floor in floors if floor.mode == "auction"][:1]


def best_price(floors: Sequence[Floor], side: Side) -> int | None:
    """The best price an incoming order of `side` would trade at."""
    prices = [price for floor in floors if (price := floor.book.best(OPPOSITE[side])) is not None]
    if not prices:
        return None
    return min(prices) if side == "buy" else max(prices)


def next_floor(floors: Sequence[Floor], side: Side, limit: int | None) -> Floor | None:
    """The floor with the best price within the limit; KRX on a tie."""
    best = best_price(floors, side)
    if best is None or not reaches(side, limit, best):
        return None
    return next(floor for floor in floors if floor.book.best(OPPOSITE[side]) == best)


def resting_floor(floors: Sequence[Floor], side: Side, price: int) -> Floor:
    """The floor where less waits ahead at this price; KRX on a tie."""
    return min(floors, key=lambda floor: _ahead(floor, side, price))


def _ahead(floor: Floor, side: Side, price: int) -> int:
    queue = floor.book.side(side)
    return sum(queue.total(level) for level in queue.within(price))
