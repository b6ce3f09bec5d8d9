"""The order list in a panel over a real workspace: keys, menu, counts, what is kept, what is said instead of rows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton

from kiwoom_desk.domain.drafts import AmendDraft
from kiwoom_desk.domain.facts import AnswerLost, Fact, Judged, Matched, OrderId, RequestId, Verdict
from kiwoom_desk.domain.instruments import Market, Venue
from kiwoom_desk.domain.intents import MACHINE, TRADER
from kiwoom_desk.domain.orders import Order, OrderState
from kiwoom_desk.domain.quotes import Quote
from kiwoom_desk.domain.reports import ReportKind
from kiwoom_desk.storage.export import csv_bytes
from kiwoom_desk.trading.chain import Book, WriteEvidence
from kiwoom_desk.trading.connection import Connection
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.lane import LaneState
from kiwoom_desk.trading.notices import order_key
from kiwoom_desk.trading.ports import AccountName
from kiwoom_desk.trading.settings import HIDE_AMOUNTS
from kiwoom_desk.ui import theme
from kiwoom_desk.ui.blotter.cancel_all import CancelAll
from kiwoom_desk.ui.blotter.columns import KEYS, index_of
from kiwoom_desk.ui.blotter.filter import Show
from kiwoom_desk.ui.blotter.panel import BlotterPanel
from kiwoom_desk.ui.blotter.pictures import age, picture
from kiwoom_desk.ui.blotter.saving import Files, table_rows
from kiwoom_desk.ui.history.past import ReadPast
from kiwoom_desk.ui.selection import Selection
from tests.support import fake_world
from tests.support.day import answered, at, draft, listed, placing, ref
from tests.support.fake_world import Outdoors
from tests.support.qt import dispose, run, until
from tests.ui.blotter.test_model import order


def with_panel(story: Callable[[BlotterPanel, Outdoors, Selection], Awaitable[None]], outdoors: Outdoors) -> None:
    async def whole() -> None:
        await outdoors.enter()
        selection = Selection()
        panel = BlotterPanel(outdoors.workspace, selection)
        panel.resize(1_400, 300)
        panel.show()
        try:
            await story(panel, outdoors, selection)
        finally:
            panel.stop()
            dispose(panel)
            await outdoors.workspace.close()

    run(whole())


async def rest(panel: BlotterPanel, world: Outdoors, price: int = 70_000) -> Order:
    """An order of ours that rests; its row is chosen."""
    assert world.workspace.connection is not None
    desk = world.workspace.connection.lanes[Market.STOCK].desk
    assert desk is not None
    made = await desk.place(draft(price=price), world.workspace.gesture())
    panel.model.flush()
    panel.choose_order(order_key(made))
    return made


def test_a_history_that_stands_open_goes_on_after_a_new_connection() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        for filled in (0, 4):
            if filled:
                await world.enter()  # 다시 연결
            assert world.workspace.connection is not None
            desk = world.workspace.connection.lanes[Market.STOCK].desk
            assert desk is not None
            desk.take(listed(7, filled, filled=filled, remaining=10 - filled).report)
            if not filled:
                (shown,) = desk.orders()
                window = panel.show_history(shown)
        panel.feed.changed.emit()
        item = window.chain.topLevelItem(0)
        assert window.book is desk and item is not None and item.text(5) == "4"
        dispose(window)
        panel.feed.changed.emit()

    with_panel(story, Outdoors())


def test_a_history_does_not_follow_into_another_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """A foreign row is named by day and number, which another account has as well."""

    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        desk = stock_desk(world)
        desk.take(listed(7, 0).report)
        (shown,) = desk.orders()
        window = panel.show_history(shown)
        monkeypatch.setattr(fake_world, "ACCOUNT", AccountName("8888555502"))  # other keys, same world
        await world.enter()
        stock_desk(world).take(listed(7, 0, draft(3, 10_000, code="000660")).report)
        panel.feed.changed.emit()
        assert window.book is desk and "10주" in window.title.text()
        dispose(window)

    with_panel(story, Outdoors())


def test_evidence_is_written_for_the_account_that_the_window_shows_whatever_is_connected_by_then() -> None:
    written: list[World | None] = []

    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        def evidence_of(market: Market, book: Book) -> WriteEvidence:
            there = world.workspace.world

            async def write(path: Path, order_id: OrderId) -> None:
                written.append(there)

            return write

        async def save(write: WriteEvidence, book: Book, order_id: OrderId) -> None:
            await write(Path(), order_id)

        panel.offer(Files(lambda *_: None, evidence_of, cast(ReadPast, None)))
        monkey = pytest.MonkeyPatch()
        monkey.setattr(panel.saving, "save_evidence", save)
        window = panel.show_history(await rest(panel, world))
        await world.enter(World.LIVE)
        window.evidence.click()
        await until(lambda: written, "the evidence")
        dispose(window)

    with_panel(story, Outdoors())
    assert written == [World.PRACTICE]


def stock_desk(world: Outdoors) -> OrderDesk:
    assert world.workspace.connection is not None
    desk = world.workspace.connection.lanes[Market.STOCK].desk
    assert desk is not None
    return desk


def test_in_the_morning_what_was_over_the_day_before_leaves_and_what_is_open_stays() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        desk = stock_desk(world)
        over, still = await rest(panel, world, 70_000), await rest(panel, world, 69_900)
        assert over.ref is not None and world.workspace.connection is not None
        told = world.rest(draft(price=70_000), int(over.ref.number))
        desk.take(replace(told, filled=10, filled_value=700_000, remaining=0))
        panel.model.flush()

        def later(hours: int) -> None:
            world.clock._wall += timedelta(hours=hours)
            world.workspace._lane_changed()
            panel.model.flush()

        later(15)
        assert {line.order.id for line in panel.model.lines} == {over.id, still.id}, (
            "one in the morning: still to be read"
        )
        later(9)
        assert [line.order.id for line in panel.model.lines] == [still.id]
        fresh = await rest(panel, world, 69_800)
        later(1)
        assert {line.order.id for line in panel.model.lines} == {still.id, fresh.id}

    with_panel(story, Outdoors())


def test_enter_fills_the_amend_ticket_and_the_double_click_is_no_second_way() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        wanted: list[Order] = []
        selection.amend_wanted.connect(wanted.append)
        made = await rest(panel, world)
        QTest.keyClick(panel.table, Qt.Key.Key_Return)
        assert [o.id for o in wanted] == [made.id]
        spot = panel.table.visualRect(panel.rows.index(0, 3)).center()
        for act in (QTest.mouseClick, QTest.mouseDClick):
            act(panel.table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
        assert [o.id for o in wanted] == [made.id, made.id]
        assert [verb for verb, _ in world.posts] == ["place"], "opening a row sends nothing"

    with_panel(story, Outdoors())


def test_two_quick_presses_of_cancel_are_one_request() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        await rest(panel, world)
        answer = world.hold()
        panel.cancel.click()
        panel.cancel.click()
        await until(lambda: len(world.posts) == 2, "the cancel on its way")
        panel.cancel.click()
        answer.set_result(world.accepted())
        await until(lambda: "취소 접수" in world.workspace.notices.recent[-1].text, "its answer")
        assert [verb for verb, _ in world.posts] == ["place", "cancel"]

    with_panel(story, Outdoors())


def test_del_asks_once_for_the_chosen_rows() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        await rest(panel, world, 70_000)
        await rest(panel, world, 69_000)
        QTest.keyClick(panel.table, Qt.Key.Key_Delete)
        (dialog,) = panel.findChildren(CancelAll)
        assert len(dialog.ticked()) == 1 and len(world.posts) == 2, "nothing was sent without the one confirmation"
        dialog.reject()

    with_panel(story, Outdoors())


def test_the_list_to_cancel_from_follows_an_order_through_its_amendment() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        for made in (order(1), order(2)):
            panel.model.put(made, World.PRACTICE)
        panel.model.flush()
        dialog = panel.open_cancel_all()
        gone = replace(order(1), state=OrderState.REPLACED, remaining=0, replaced_by=(OrderId("O5"),))
        panel.model.put(gone, World.PRACTICE)
        panel.model.flush()
        assert dialog.ticked() == [0, 1], "what it has become is not in the table yet"
        panel.model.put(replace(order(5, quantity=6), replaces=OrderId("O1")), World.PRACTICE)
        panel.model.put(replace(order(2), filled=3, remaining=7), World.PRACTICE)
        panel.model.flush()
        assert [dialog.outcome_of(n) for n in (0, 1)] == ["그사이 정정됨", "그사이 3주 체결"]
        assert dialog.ticked() == [0, 1], "an order that goes on under another number is still to be withdrawn"
        dialog.reject()

    with_panel(story, Outdoors())


def test_hidden_amounts_hide_the_account_on_the_screen_and_not_in_a_file() -> None:
    outdoors = Outdoors()
    outdoors.settings.put(HIDE_AMOUNTS, True)

    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        panel.model.put(order(1), World.PRACTICE, account="1234")
        panel.model.flush()
        column = index_of("account")
        assert panel.model.index(0, column).data() == "****" and panel.table_rows()[1][0][column] == "****-1234"
        heard: list[int] = []
        panel.model.dataChanged.connect(lambda first, _: heard.append(first.column()))
        world.settings.put(HIDE_AMOUNTS, False)
        assert panel.model.index(0, column).data() == "****-1234" and heard == [column]

    with_panel(story, outdoors)


def test_the_menu_key_opens_the_menu_of_the_chosen_row() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        await rest(panel, world)
        panel.table.setCurrentIndex(panel.rows.index(0, 0))
        event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
        QApplication.sendEvent(panel.table, event)
        (menu,) = panel.findChildren(QMenu)
        words = [action.text() for action in menu.actions() if action.isEnabled() and action.text()]
        assert words[:4] == ["정정", "전량 취소", "일부 취소…", "현재가로 정정"]
        menu.close()

    with_panel(story, Outdoors())


def test_a_wrongly_picked_number_is_corrected_from_the_menu_of_its_row() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        assert world.workspace.connection is not None
        desk = world.workspace.connection.lanes[Market.STOCK].desk
        assert desk is not None
        facts: tuple[Fact, ...] = (
            placing("A", 0),
            answered("A", 0.3, AnswerLost("끊김")),
            *(listed(n, 1, ordered=0) for n in (100, 101)),
            Judged(RequestId("A"), at(2), Verdict.AMBIGUOUS, MACHINE, candidates=(ref(100), ref(101))),
            Matched(RequestId("A"), at(3), ref(100), TRADER),
        )
        for fact in facts:
            desk.learn(fact)
        panel.model.flush()
        row = panel.rows.row_of((Market.STOCK, OrderId("A")))
        assert row is not None
        panel.table.menu_wanted.emit(panel.rows.index(row, 0), QPoint(0, 0))
        (others,) = [menu for menu in panel.findChildren(QMenu) if menu.title().startswith("주문번호 바로잡기")]
        assert "0000100" in others.title()
        act, none = others.actions()
        assert act.text().startswith("#0000101") and none.text() == "내 주문 없음…"
        act.trigger()
        await until(lambda: (made := desk.order(OrderId("A"))) is not None and made.ref == ref(101), "the correction")

    with_panel(story, Outdoors())


def test_columns_stand_next_time_as_they_were_left() -> None:
    outdoors = Outdoors()

    async def first(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        header = panel.table.horizontalHeader()
        header.moveSection(header.visualIndex(index_of("state")), 0)
        header.resizeSection(index_of("name"), 201)
        panel.columns.show_column("channel", False)
        panel.columns.stop()

    async def second(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        header = panel.table.horizontalHeader()
        assert header.visualIndex(index_of("state")) == 0
        assert header.sectionSize(index_of("name")) == 201
        assert panel.table.isColumnHidden(index_of("channel"))
        assert not panel.table.isColumnHidden(index_of("state"))

    with_panel(first, outdoors)
    with_panel(second, outdoors)


@pytest.mark.parametrize(
    "kept",
    [
        b"\x00\xff",
        b"[[1,2,3]]",
        b'{"name": 3}',
        b'[["name",99999,true],["no such column",3,false],["name",30,false]]',
        b"[" * 10_000,
    ],
)
def test_a_damaged_layout_costs_nothing(kept: bytes) -> None:
    outdoors = Outdoors()
    outdoors.settings.put_layout("blotter", kept)

    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        assert not panel.table.isColumnHidden(index_of("name"))
        shown = [n for n in range(len(KEYS)) if not panel.table.isColumnHidden(n)]
        assert all(24 <= panel.table.columnWidth(n) <= 600 for n in shown)

    with_panel(story, outdoors)


def test_counts_on_the_tabs_follow_and_the_unconfirmed_one_is_loud() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        panel.model.put(replace(order(1), filled=3), World.PRACTICE)
        panel.model.put(order(2, state=OrderState.UNCONFIRMED), World.PRACTICE)
        panel.model.put(order(3, state=OrderState.CANCELED), World.PRACTICE)
        panel.model.flush()
        assert [panel.tabs[show].text() for show in Show] == ["주문 3", "미체결 2", "확인필요 1", "체결 1"]
        assert panel.tabs[Show.UNCONFIRMED].property("loud") is True
        panel.model.put(order(2, state=OrderState.FILLED), World.PRACTICE)
        panel.model.drop(order_key(order(3)))
        panel.model.flush()
        assert [panel.tabs[show].text() for show in Show] == ["주문 2", "미체결 1", "확인필요", "체결 1"]
        assert panel.tabs[Show.UNCONFIRMED].property("loud") is False

    with_panel(story, Outdoors())


def test_what_has_no_bar_of_its_own_is_told_in_its_tab() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        lost = [replace(order(n), own=True, ref=None, state=OrderState.UNCONFIRMED, looks=n) for n in range(5)]
        for one in lost:
            panel.model.put(replace(one, ended_at=world.workspace.clock.now()), World.PRACTICE)
        panel.model.flush()
        panel.refresh()
        counting = next(b for b in panel.strip.findChildren(QPushButton) if b.text().startswith("그 밖에"))
        counting.click()
        assert panel.rows.showing is Show.UNCONFIRMED and panel.rows.rowCount() == 5
        tip = panel.model.data(panel.model.index(4, 3), Qt.ItemDataRole.ToolTipRole)
        assert "조회 4회" in tip and "경과" in tip

    with_panel(story, Outdoors())


def test_an_accepted_order_that_nobody_shows_turns_amber_and_back() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        now = world.clock.now()
        lonely = replace(order(1), own=True, seen=False, ended_at=now.replace(hour=now.hour - 1))
        panel.model.put(lonely, World.PRACTICE)
        panel.model.flush()
        cell = panel.model.index(0, index_of("state"))
        await until(lambda: "목록에 없음" in cell.data(), "the word on the row")
        assert cell.data(Qt.ItemDataRole.ForegroundRole).color().name().upper() == theme.colours().warn.upper()
        panel.model.put(replace(lonely, seen=True), World.PRACTICE)
        panel.model.flush()
        assert "목록에 없음" not in cell.data()

    with_panel(story, Outdoors())


def lane(market: Market, state: LaneState, sentence: str = "", *, look: bool = True, failure: str = "") -> object:
    reconciler = SimpleNamespace(failure=failure)
    return SimpleNamespace(
        market=market, state=state, sentence=sentence, last_look=at(0) if look else None, reconciler=reconciler
    )


def connection(stock: object, gold: object) -> Connection:
    return cast(Connection, SimpleNamespace(lanes={Market.STOCK: stock, Market.GOLD: gold}))


READY, FAILED = LaneState.READY, LaneState.FAILED


@pytest.mark.parametrize(
    ("stock", "gold", "said"),
    [
        (lane(Market.STOCK, LaneState.CONNECTING), lane(Market.GOLD, READY), "불러오고 있습니다"),
        (lane(Market.STOCK, READY, look=False), lane(Market.GOLD, READY), "불러오고 있습니다"),
        (lane(Market.STOCK, READY, look=False, failure="끊김"), lane(Market.GOLD, READY), "불러오지 못했습니다. 끊김"),
        (lane(Market.STOCK, READY), lane(Market.GOLD, READY), "오늘 주문이 없습니다."),
        (lane(Market.STOCK, READY), lane(Market.GOLD, LaneState.NO_KEYS, "앱키 없음"), "오늘 주문이 없습니다."),
        (lane(Market.STOCK, FAILED, "8030"), lane(Market.GOLD, LaneState.NO_KEYS, "앱키 없음"), "주식: 8030"),
    ],
)
def test_empty_loading_and_failed_are_different_pictures(stock: object, gold: object, said: str) -> None:
    assert said in picture(connection(stock, gold), known=0, now=at(60))


@pytest.mark.parametrize(
    "gold", [lane(Market.GOLD, FAILED, "연결 안 됨"), lane(Market.GOLD, READY, failure="연결 안 됨")]
)
def test_a_failed_query_is_never_none(gold: object) -> None:
    told = picture(connection(lane(Market.STOCK, READY), gold), known=0, now=at(60))
    assert "오늘 주문이 없습니다" not in told and "연결 안 됨" in told and "60초 전" in told


@pytest.mark.parametrize(
    ("stock", "gold", "said"),
    [
        (lane(Market.STOCK, READY), lane(Market.GOLD, READY), "주문 목록 60초 전 확인"),
        (lane(Market.STOCK, READY), lane(Market.GOLD, READY, look=False), "주문 목록 확인 중…"),
        (lane(Market.STOCK, READY), lane(Market.GOLD, FAILED, "8030"), "주문 목록 60초 전 확인"),
        (
            lane(Market.STOCK, READY, failure="끊김"),
            lane(Market.GOLD, READY),
            "조회 실패: 끊김 · 주문 목록 60초 전 확인",
        ),
        (lane(Market.STOCK, LaneState.CONNECTING), lane(Market.GOLD, LaneState.CONNECTING), ""),
    ],
)
def test_the_list_is_as_old_as_its_older_half_and_has_no_age_while_one_was_never_read(
    stock: object, gold: object, said: str
) -> None:
    assert age(connection(stock, gold), at(60)) == said


def test_a_file_has_figures_as_figures_and_no_formulas() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        panel.model.put(replace(order(1, quantity=1_234, name="=HYPERLINK(1)"), filled=1_000), World.PRACTICE)
        panel.model.put(replace(order(2), draft=replace(order(2).draft, price=None)), World.PRACTICE)
        panel.model.flush()
        header, rows = table_rows(panel.model.lines)
        first = dict(zip(KEYS, rows[0], strict=True))
        assert (first["quantity"], first["filled"], first["price"], first["trigger"]) == (1_234, 1_000, 70_100, None)
        assert dict(zip(KEYS, rows[1], strict=True))["price"] == "보통"
        text = csv_bytes(header, rows).decode("utf-8-sig")
        assert "'=HYPERLINK" in text and ",1234," in text

    with_panel(story, Outdoors())


def test_rows_of_both_accounts_with_one_number_are_two_rows() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        share = order(1)
        gold = replace(share, draft=replace(share.draft, market=Market.GOLD, code="M04020000"))
        panel.model.put(share, World.PRACTICE)
        panel.model.put(gold, World.PRACTICE)
        panel.model.flush()
        assert panel.model.rowCount() == 2
        panel.model.drop((Market.GOLD, OrderId("O1")))
        panel.model.flush()
        assert [line.order.draft.market for line in panel.model.lines] == [Market.STOCK]

    with_panel(story, Outdoors())


def menu_act(panel: BlotterPanel, word: str) -> None:
    index = panel.rows.index(0, 0)
    panel.table.menu_wanted.emit(index, QPoint(0, 0))
    menu = panel.findChildren(QMenu)[-1]
    next(action for action in menu.actions() if action.text() == word).trigger()
    menu.close()


def test_to_the_market_price_of_this_moment_and_not_of_an_old_screen() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        assert world.workspace.connection is not None
        data = world.workspace.connection.lanes[Market.STOCK].data
        assert data is not None
        data._take(Quote("005930", last=60_000, at=world.clock.now(), feed_live=True), Venue.SOR)
        await rest(panel, world, 71_000)
        menu_act(panel, "현재가로 정정")
        await until(lambda: len(world.posts) == 2, "the amendment")
        assert world.posts[1] == ("amend", (101, AmendDraft(None, 71_200)))

    with_panel(story, Outdoors())


def test_a_market_price_that_deserves_a_second_look_goes_to_the_ticket() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        seen: list[object] = []
        selection.amend_wanted.connect(seen.append)
        selection.price_picked.connect(lambda *price: seen.append(price))
        made = await rest(panel, world, 71_200)
        menu_act(panel, "현재가로 정정")
        await until(lambda: len(seen) == 2, "the filled ticket")
        assert [getattr(what, "id", what) for what in seen] == [made.id, (Market.STOCK, "005930", 71_200)]
        assert len(world.posts) == 1 and "원주문과 같습니다" in world.workspace.notices.recent[-1].text

    with_panel(story, Outdoors())


def test_the_list_of_cancels_reaches_what_an_order_has_become_that_the_table_does_not_know_yet() -> None:
    """Filled in part before: by the row of now alone nobody could tell that the amendment took the rest."""

    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        made = await rest(panel, world)
        assert made.ref is not None
        desk = stock_desk(world)
        desk.take(replace(world.rest(draft(10, 70_000), int(made.ref.number)), filled=3, remaining=7))
        panel.model.flush()
        dialog = panel.open_cancel_all()
        moved = replace(world.rest(draft(7, 70_100), 104), kind=ReportKind.AMEND, of=made.ref, confirmed=7)
        desk.take(moved)  # and no tick of the table since
        dialog.go.click()
        await until(lambda: len(world.posts) == 2, "the cancel")
        assert world.posts[-1] == ("cancel", (104, None))
        dialog.reject()

    with_panel(story, Outdoors())


def test_the_menu_of_a_row_means_what_its_order_has_become_while_it_stood_open() -> None:
    async def story(panel: BlotterPanel, world: Outdoors, selection: Selection) -> None:
        wanted: list[Order] = []
        selection.amend_wanted.connect(wanted.append)
        made = await rest(panel, world)
        assert made.ref is not None
        desk = stock_desk(world)
        desk.take(replace(world.rest(draft(10, 70_000), int(made.ref.number)), filled=3, remaining=7))
        panel.model.flush()
        row = panel.rows.row_of(order_key(made))
        assert row is not None
        panel.table.menu_wanted.emit(panel.rows.index(row, 0), QPoint(0, 0))
        menu = panel.findChildren(QMenu)[-1]
        desk.take(replace(world.rest(draft(7, 70_100), 104), kind=ReportKind.AMEND, of=made.ref, confirmed=7))
        panel.model.flush()
        next(act for act in menu.actions() if act.text() == "정정").trigger()
        menu.close()
        assert [(o.ref.number if o.ref else None, o.remaining) for o in wanted] == [(104, 7)]

    with_panel(story, Outdoors())
