"""Amendments stand right under their originals, whichever of them is heard of first and whatever the broker says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from kiwoom_desk.domain.facts import OrderId
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.trading.environments import World
from kiwoom_desk.ui.blotter.columns import index_of
from kiwoom_desk.ui.blotter.filter import BlotterFilter
from kiwoom_desk.ui.blotter.model import BlotterModel
from tests.support.qt import app
from tests.ui.blotter.test_model import order

DAYS = st.lists(st.one_of(st.none(), st.integers(0, 7)), min_size=8, max_size=8)
"""For each of eight orders the one it amends; the broker's words may make gaps and circles."""


def day(originals: Sequence[int | None]) -> list[Order]:
    return [
        replace(order(n), replaces=None if above is None or above == n else OrderId(f"O{above}"))
        for n, above in enumerate(originals)
    ]


def shown(rows: BlotterFilter) -> list[str]:
    return [rows.line_at(n).id for n in range(rows.rowCount())]


@given(DAYS, st.permutations(range(8)), st.sampled_from(list(Qt.SortOrder)), st.sets(st.integers(0, 7), max_size=2))
@settings(max_examples=80, deadline=None)
def test_a_chain_is_one_block_that_its_original_heads(
    originals: list[int | None], heard: list[int], direction: Qt.SortOrder, gone: set[int]
) -> None:
    app()
    model = BlotterModel()
    rows = BlotterFilter(model)
    QAbstractItemModelTester(rows, QAbstractItemModelTester.FailureReportingMode.Fatal, rows)
    rows.sort(index_of("time"), direction)
    orders = day(originals)
    for n in heard:
        model.put(orders[n], World.PRACTICE)
        if n % 2:
            model.flush()
    for n in gone:
        model.drop((Market.STOCK, OrderId(f"O{n}")))
    model.flush()
    assert sorted(shown(rows)) == sorted(f"O{n}" for n in range(8) if n not in gone)
    lines = [rows.line_at(n) for n in range(rows.rowCount())]
    for above, below in pairwise(lines):
        if below.depth:
            assert above.path[0] == below.path[0] and above.path < below.path, "an order stands away from its chain"
    heads = [line.path[0] for line in lines if line.depth == 0 and line.path]
    assert heads == sorted(heads, reverse=direction is Qt.SortOrder.DescendingOrder)


@pytest.mark.parametrize("direction", list(Qt.SortOrder))
def test_newest_first_turns_the_chains_around_but_not_what_hangs_under_an_original(direction: Qt.SortOrder) -> None:
    app()
    model = BlotterModel()
    rows = BlotterFilter(model)
    rows.sort(index_of("time"), direction)
    for made in day([None, None, 0, 2, 0]):
        model.put(made, World.PRACTICE)
    model.flush()
    block = ["O0", "O2", "O3", "O4"]
    assert shown(rows) == (["O1", *block] if direction is Qt.SortOrder.DescendingOrder else [*block, "O1"])
    assert [rows.line_at(shown(rows).index(name)).depth for name in block] == [0, 1, 2, 1]
