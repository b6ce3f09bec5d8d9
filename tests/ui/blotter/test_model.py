"""The blotter's table keeps every promise an item model makes, whatever the orders do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QTableView

from kiwoom_desk.domain.facts import OrderId
from kiwoom_desk.domain.instruments import Market, Side
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.domain.orders import Order, OrderState
from kiwoom_desk.trading.environments import World
from kiwoom_desk.ui.blotter.columns import KEYS, index_of
from kiwoom_desk.ui.blotter.filter import BlotterFilter, Show, fits, shows
from kiwoom_desk.ui.blotter.model import KEY, BlotterModel
from tests.support.day import draft, listed
from tests.support.qt import app

STATES = [OrderState.WORKING, OrderState.FILLED, OrderState.UNCONFIRMED, OrderState.CANCELED, OrderState.REJECTED]


def order(n: int, *, quantity: int = 10, state: OrderState = OrderState.WORKING, name: str = "삼성전자") -> Order:
    """One of thirty orders by its number, in any state a test wants."""
    side = Side.SELL if n % 2 else Side.BUY
    (row,) = Ledger([listed(100 + n, n, draft(quantity, 70_000 + 100 * n, side=side))]).orders()
    left = quantity if state is OrderState.WORKING else 0
    return replace(row, id=OrderId(f"O{n}"), state=state, name=name, remaining=left)


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(0, 12), st.integers(1, 500), st.sampled_from(STATES)),
        st.tuples(st.just("drop"), st.integers(0, 12), st.just(0), st.just(OrderState.WORKING)),
        st.tuples(st.just("flush"), st.just(0), st.just(0), st.just(OrderState.WORKING)),
        st.tuples(st.just("sort"), st.integers(0, len(KEYS) - 1), st.integers(0, 1), st.just(OrderState.WORKING)),
        st.tuples(st.just("show"), st.integers(0, 3), st.just(0), st.just(OrderState.WORKING)),
    ),
    max_size=40,
)


@given(ACTS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_rows_and_selection_follow_the_orders_through_any_day(
    acts: list[tuple[str, int, int, OrderState]],
) -> None:
    app()
    model = BlotterModel()
    rows = BlotterFilter(model)
    for watched in (model, rows):
        QAbstractItemModelTester(watched, QAbstractItemModelTester.FailureReportingMode.Fatal, watched)
    view = QTableView()
    view.setModel(rows)
    view.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    truth: dict[str, Order] = {}
    chosen: str | None = None
    for act, n, value, state in acts:
        if act == "put":
            made = order(n, quantity=value, state=state)
            truth[made.id] = made
            model.put(made, World.PRACTICE)
        elif act == "drop":
            truth.pop(f"O{n}", None)
            model.drop((Market.STOCK, OrderId(f"O{n}")))
        elif act == "sort":
            rows.sort(n, Qt.SortOrder(value))
        elif act == "show":
            rows.show_only(list(Show)[n])
        model.flush()
        shown = [rows.line_at(at).order for at in range(rows.rowCount())]
        assert {o.id: o for o in shown} == {i: o for i, o in truth.items() if shows(rows.showing, o)}
        selected = [rows.line_at(i.row()).id for i in view.selectionModel().selectedRows()]
        if chosen is not None and any(o.id == chosen for o in shown) and selected:
            assert selected == [chosen], "the selection has moved to another order"
        if shown and chosen is None:
            chosen = shown[0].id
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            view.selectionModel().select(rows.index(0, 0), flags)
        elif not selected:
            chosen = None
    view.setModel(None)


@pytest.mark.parametrize("key", ["quantity", "filled", "remaining", "price", "average", "number", "time"])
def test_figures_sort_as_figures(key: str) -> None:
    app()
    model = BlotterModel()
    for n, quantity in enumerate((9, 100, 20, 3)):
        model.put(replace(order(n, quantity=quantity), filled=quantity, filled_value=quantity * 1_000), World.MOCK)
    model.flush()
    rows = BlotterFilter(model)
    rows.sort(index_of(key), Qt.SortOrder.AscendingOrder)
    keys = [rows.index(n, index_of(key)).data(KEY) for n in range(4)]
    assert keys == sorted(keys) and all(isinstance(k, int | float) for k in keys)


def test_many_changes_of_a_row_are_one_announcement_of_the_cells_that_changed() -> None:
    app()
    model = BlotterModel()
    model.put(order(1), World.PRACTICE)
    model.flush()
    heard: list[tuple[int, int, int]] = []
    model.dataChanged.connect(lambda a, b: heard.append((a.row(), a.column(), b.column())))
    for filled in (1, 2, 3):
        model.put(replace(order(1), filled=filled, filled_value=filled * 70_100, remaining=10 - filled), World.PRACTICE)
    model.flush()
    model.put(replace(order(1), filled=3, filled_value=3 * 70_100, remaining=7), World.PRACTICE)
    model.flush()
    assert heard == [(0, index_of("filled"), index_of("state"))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", True),
        ("삼성", True),
        ("ㅅㅅㅈㅈ", True),
        ("005930", True),
        ("101", True),
        ("0000101", True),
        ("하이닉스", False),
    ],
)
def test_search_finds_by_name_initials_code_and_number(text: str, found: int) -> None:
    assert fits(text, order(1)) is bool(found)


@pytest.mark.parametrize("hostile", ["<img src=x>", "&amp;<b>굵게</b>", "앞\u202e뒤", "가\x00나", "긴" * 10_000])
def test_a_hostile_name_is_plain_text_in_the_table(hostile: str) -> None:
    app()
    model = BlotterModel()
    model.put(order(1, name=hostile), World.PRACTICE)
    model.flush()
    text = model.index(0, index_of("name")).data()
    assert len(text) < 60 and "\u202e" not in text and "\x00" not in text
    tip = model.index(0, index_of("name")).data(Qt.ItemDataRole.ToolTipRole)
    assert "<img" not in (tip or "")


def test_an_amended_order_stands_indented_under_its_original_s_name() -> None:
    app()
    model = BlotterModel()
    model.put(order(1), World.PRACTICE)
    model.put(replace(order(2), replaces=OrderId("O1")), World.PRACTICE)
    model.flush()
    assert "└" in model.index(1, index_of("name")).data() and "└" not in model.index(0, index_of("name")).data()


def test_a_type_that_is_not_known_is_shown_in_the_broker_s_words() -> None:
    app()
    model = BlotterModel()
    model.put(replace(order(1), own=False, type_text="경매매"), World.PRACTICE)
    model.flush()
    assert model.index(0, index_of("type")).data() == "경매매"
