from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.simulator import auction
from kiwoom_desk.simulator.book import Book, Resting
from kiwoom_desk.simulator.model import Side

sides: st.SearchStrategy[Side] = st.sampled_from(["buy", "sell"])
orders = st.lists(st.tuples(sides, st.integers(95, 105), st.integers(1, 9)), max_size=40)


@dataclass
class Naive:
    """What price-time priority means, without any structure: look through everything for the best, the oldest first."""

    waiting: list[list[int]]  # number, sign (1 buy, -1 sell), price, quantity

    def send(self, number: int, side: Side, price: int, quantity: int) -> list[tuple[int, int, int]]:
        sign, trades = (1 if side == "buy" else -1), []
        while quantity:
            facing = [w for w in self.waiting if w[1] == -sign and (w[2] - price) * sign <= 0]
            if not facing:
                self.waiting.append([number, sign, price, quantity])
                break
            first = min(facing, key=lambda w: (w[2] * sign, w[0]))
            traded = min(quantity, first[3])
            quantity -= traded
            first[3] -= traded
            trades.append((first[0], first[2], traded))
            self.waiting = [w for w in self.waiting if w[3]]
        return trades


@given(orders)
def test_the_book_trades_what_a_naive_matcher_trades(sent: list[tuple[Side, int, int]]) -> None:
    book, naive = Book(), Naive([])
    for number, (side, price, quantity) in enumerate(sent):
        matches = book.take(side, quantity, price)
        left = quantity - sum(match.quantity for match in matches)
        if left:
            book.add(Resting(side, price, left, number))
        trades = [(match.resting.sequence, match.price, match.quantity) for match in matches]
        assert trades == naive.send(number, side, price, quantity)
    assert sorted((r.sequence, r.quantity) for r in book.resting()) == sorted((w[0], w[3]) for w in naive.waiting)


@given(orders, sides, st.integers(1, 60), st.integers(90, 110))
def test_what_is_called_available_is_what_is_traded(
    sent: list[tuple[Side, int, int]], side: Side, quantity: int, limit: int
) -> None:
    book = _uncrossed(sent)
    available = book.available(side, limit)
    traded = sum(match.quantity for match in book.take(side, quantity, limit))
    assert traded == min(quantity, available)


def test_a_woken_order_takes_the_place_of_its_receipt() -> None:
    book = Book()
    for sequence in (5, 9, 7):
        book.add(Resting("buy", 100, 1, sequence))
    assert [match.resting.sequence for match in book.take("sell", 3, 100)] == [5, 7, 9]


def test_a_midpoint_order_trades_first_and_between_the_ticks() -> None:
    book = Book()
    book.add(Resting("buy", 100, 1, 1))
    book.add(Resting("sell", 105, 1, 2))
    book.add_mid(Resting("buy", 0, 2, 3))
    assert [(match.price, match.quantity) for match in book.take("sell", 3, None)] == [(102, 2), (100, 1)]


def test_a_midpoint_order_sleeps_while_a_side_is_empty() -> None:
    book = Book()
    book.add(Resting("sell", 105, 1, 2))
    book.add_mid(Resting("buy", 0, 2, 3))
    assert book.take("sell", 1, None) == []


@given(orders, st.integers(95, 105))
def test_the_auction_price_is_one_of_most_volume(sent: list[tuple[Side, int, int]], reference: int) -> None:
    book = _everything(sent)
    result = auction.expect(book, 95, 105, reference)
    volumes = {price: _volume_at(sent, price) for price in range(95, 106)}
    assert result.quantity == max(volumes.values())
    if result.quantity:
        assert volumes[result.price] == result.quantity


@given(orders, st.integers(95, 105))
def test_an_auction_leaves_nothing_that_could_still_trade(sent: list[tuple[Side, int, int]], reference: int) -> None:
    book = _everything(sent)
    before = {r.sequence: r.quantity for r in book.resting()}
    result = auction.expect(book, 95, 105, reference)
    pairs = auction.clear(book, result)
    assert sum(pair.quantity for pair in pairs) == result.quantity
    assert all(pair.buy.price >= result.price >= pair.sell.price for pair in pairs)
    bid, ask = book.buy.best(), book.sell.best()
    assert bid is None or ask is None or bid < ask
    traded = 2 * result.quantity
    assert sum(before.values()) - sum(r.quantity for r in book.resting()) == traded


@given(orders, st.integers(95, 105))
def test_an_auction_serves_the_better_price_and_then_the_earlier_order(
    sent: list[tuple[Side, int, int]], reference: int
) -> None:
    book = _everything(sent)
    pairs = auction.clear(book, auction.expect(book, 95, 105, reference))
    filled = [pair.buy for pair in pairs]
    ranks = [(-buy.price, buy.sequence) for buy in filled]
    assert ranks == sorted(ranks)
    waiting = [r for r in book.resting() if r.side == "buy" and r not in filled]
    assert all((-r.price, r.sequence) > max(ranks) for r in waiting if ranks)


def test_a_market_order_comes_before_every_limit_of_an_auction() -> None:
    book = Book()
    book.add(Resting("buy", 105, 1, 1))
    book.add(Resting("buy", 106, 1, 2))  # one beyond the band: a market order
    book.add(Resting("sell", 100, 1, 3))
    pairs = auction.clear(book, auction.expect(book, 95, 105, 100))
    assert [pair.buy.sequence for pair in pairs] == [2]


def test_at_the_limit_size_comes_before_time() -> None:
    """market/rules.md 5: 100 each first, then half of what each still asks, then the rest, larger orders first."""
    book = Book()
    for sequence, quantity in enumerate((10, 300, 1_000, 300)):
        book.add(Resting("buy", 105, quantity, sequence))
    book.add(Resting("sell", 100, 860, 9))
    pairs = auction.clear(book, auction.expect(book, 95, 105, 100), by_size=True)
    assert [(pair.buy.sequence, pair.quantity) for pair in pairs] == [(2, 550), (1, 200), (3, 100), (0, 10)]
    assert {r.sequence: r.quantity for r in book.resting()} == {1: 100, 2: 450, 3: 200}


def test_at_the_limit_a_market_order_still_comes_first() -> None:
    book = Book()
    book.add(Resting("sell", 95, 500, 1))
    book.add(Resting("sell", 94, 7, 2))  # one beyond the band: a market order
    book.add(Resting("buy", 95, 40, 3))
    pairs = auction.clear(book, auction.expect(book, 95, 105, 100), by_size=True)
    assert [(pair.sell.sequence, pair.quantity) for pair in pairs] == [(2, 7), (1, 33)]


@given(st.lists(st.integers(1, 900), min_size=1, max_size=12), st.integers(1, 4_000))
def test_what_is_dealt_out_is_exactly_what_there_is(asked: list[int], supply: int) -> None:
    book = Book()
    for sequence, quantity in enumerate(asked):
        book.add(Resting("buy", 105, quantity, sequence))
    book.add(Resting("sell", 100, supply, 99))
    auction.clear(book, auction.expect(book, 95, 105, 105), by_size=True)
    left = {r.sequence: r.quantity for r in book.resting() if r.side == "buy"}
    got = {sequence: quantity - left.get(sequence, 0) for sequence, quantity in enumerate(asked)}
    assert sum(got.values()) == min(supply, sum(asked))
    assert all(got[a] >= got[b] for a in got for b in got if asked[a] > asked[b])


def _everything(sent: list[tuple[Side, int, int]]) -> Book:
    book = Book()
    for number, (side, price, quantity) in enumerate(sent):
        book.add(Resting(side, price, quantity, number))
    return book


def _uncrossed(sent: list[tuple[Side, int, int]]) -> Book:
    book = Book()
    for number, (side, price, quantity) in enumerate(sent):
        if not book.take(side, quantity, price):
            book.add(Resting(side, price, quantity, number))
    return book


def _volume_at(sent: list[tuple[Side, int, int]], price: int) -> int:
    bought = sum(q for side, p, q in sent if side == "buy" and p >= price)
    sold = sum(q for side, p, q in sent if side == "sell" and p <= price)
    return min(bought, sold)
