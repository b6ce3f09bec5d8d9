"""The orders of a day that is over: chosen by day, read only, each with its history."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from kiwoom_desk.domain.facts import Accepted, Fact, OrderId
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.trading.chain import Book, Past, WriteEvidence, by_day
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.ports import JournalBroken
from kiwoom_desk.ui.history.past import PastOrders
from tests.support.day import DAY, answered, draft, placing, ref
from tests.support.qt import run, until
from tests.trading.test_story import CHAIN

BEFORE = DAY - timedelta(days=1)
OLD: tuple[Fact, ...] = (
    replace(placing("Z", -80_000, draft(4)), day=BEFORE),
    answered("Z", -79_999, Accepted(ref(1, BEFORE))),
)


def past_of(market: Market, facts: Sequence[Fact] = ()) -> Past:
    def evidence_of(book: Book) -> WriteEvidence:
        raise AssertionError("reading the list asks for no evidence")

    return Past(market, World.LIVE, by_day(facts), evidence_of)


PAST = [past_of(Market.STOCK, [*OLD, *CHAIN]), past_of(Market.GOLD)]


def with_window(past: Sequence[Past], story: Callable[[PastOrders, list[OrderId]], Awaitable[None]]) -> None:
    opened: list[OrderId] = []

    async def read() -> Sequence[Past]:
        return past

    def show(of: Past, book: Book, order_id: OrderId) -> None:
        assert book.order(order_id) is not None and of is past[0]
        opened.append(order_id)

    async def whole() -> None:
        window = PastOrders(read, show)
        window.show()
        await story(window, opened)
        window.close()

    run(whole())


def numbers(window: PastOrders) -> list[str]:
    items = [window.orders.topLevelItem(n) for n in range(window.orders.topLevelItemCount())]
    return [item.text(4) for item in items if item is not None]


def test_the_last_day_comes_first_and_each_order_opens_its_history() -> None:
    async def story(window: PastOrders, opened: list[OrderId]) -> None:
        await until(lambda: len(numbers(window)) == 3, "the orders of the last day")
        assert [window.day.itemText(n) for n in range(window.day.count())] == ["2026-11-23 (월)", "2026-11-22 (일)"]
        assert numbers(window) == ["0000001", "0000002", "0000003"] and window.told.text() == "주문 3건"
        assert not window.history.isEnabled() and window.windowTitle() == "지난 주문 · 실전"
        third = window.orders.topLevelItem(2)
        assert third is not None
        window.orders.setCurrentItem(third)
        window.history.click()
        window.day.setCurrentIndex(1)
        await until(lambda: window.told.text() == "주문 1건", "the day before")
        item = window.orders.topLevelItem(0)
        assert item is not None and item.text(5) == "4"
        window.orders.itemActivated.emit(item, 0)
        assert opened == ["C", "Z"]

    with_window(PAST, story)


def test_no_day_at_all_is_said() -> None:
    async def story(window: PastOrders, opened: list[OrderId]) -> None:
        await until(lambda: window.told.text() == "지난 날의 주문 기록이 없습니다.", "the words")

    with_window([past_of(Market.STOCK)], story)


def test_a_journal_that_cannot_be_read_says_why_and_closing_it_early_ends_the_reading() -> None:
    async def broken() -> Sequence[Past]:
        raise JournalBroken("기록 파일이 손상되었습니다.")

    async def whole() -> None:
        window = PastOrders(broken, lambda *_: None)
        window.show()
        await until(lambda: "손상" in window.told.text(), "the reason")
        window.close()
        early = PastOrders(broken, lambda *_: None)
        early.show()
        early.close()

    run(whole())
