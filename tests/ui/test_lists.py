"""The short tables at the side: what they must show is never cut."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from kiwoom_desk.ui import fonts, theme
from kiwoom_desk.ui.cells import AIR
from kiwoom_desk.ui.lists import ListTable
from kiwoom_desk.ui.theme import Density, Look


@pytest.mark.parametrize("density", theme.SIZES)
def test_the_longest_text_is_read_whole_at_every_density(qapp: QApplication, density: Density) -> None:
    before = theme.look()
    table = ListTable(("종목", "현재가", "등락"), "시험")
    longest = {1: "8,888,888", 2: "▲ +88.88%"}
    table.make_room(longest)
    try:
        theme.apply(qapp, Look(density=density))
        table.take_look()
        metrics = QFontMetrics(fonts.ui_font(theme.sizes().text))
        for column, text in longest.items():
            assert table.columnWidth(column) - 2 * AIR >= metrics.horizontalAdvance(text)
    finally:
        theme.apply(qapp, before)
        table.deleteLater()
