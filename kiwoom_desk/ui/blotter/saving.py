"""What the trader keeps: the table as a file, one order's history with its evidence, the orders of days gone by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from kiwoom_desk.domain.facts import OrderId
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.trading.chain import Book, Past, WriteEvidence
from kiwoom_desk.trading.notices import Level
from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui import aio, formats
from kiwoom_desk.ui.blotter.columns import COLUMNS, KEYS, Column, Line
from kiwoom_desk.ui.history.past import PastOrders, ReadPast
from kiwoom_desk.ui.history.window import HistoryWindow

Cell = str | int | None
WriteTable = Callable[[Path, Sequence[str], Sequence[Sequence[Cell]]], None]
"""(path, header, rows). Raises OSError with a Korean sentence."""
EvidenceOf = Callable[[Book], WriteEvidence | None]


@dataclass(frozen=True, slots=True)
class Files:
    """What reads and writes for the trader. `evidence_of` is bound to the account whose desk the `Book` is, None for
    any other."""

    table: WriteTable
    evidence_of: Callable[[Market, Book], WriteEvidence | None]
    past: ReadPast


class Saving:
    """`files` is offered from outside; without it nothing is written. `say` tells the trader what became of it."""

    def __init__(self, owner: QWidget, workspace: Workspace, say: Callable[[Level, str], None]) -> None:
        self._owner = owner
        self._workspace = workspace
        self._say = say
        self.files: Files | None = None

    async def save_table(self, header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        path = await self._ask_path("주문 내보내기", f"주문-{self._workspace.now():%Y%m%d-%H%M}", "csv")
        if path is None or self.files is None:
            return
        try:
            self.files.table(path, header, rows)
        except OSError as failed:
            self._failed(failed)
            return
        self._say(Level.INFO, f"저장했습니다: {path.name}")

    def show_history(self, market: Market, book: Book | None, order_id: OrderId) -> HistoryWindow:
        """Its evidence is written for the account whose book it shows, whatever is connected by then."""
        files = self.files
        return self._show(book, order_id, _nothing if files is None else partial(files.evidence_of, market))

    def _show_past_order(self, past: Past, book: Book, order_id: OrderId) -> HistoryWindow:
        """Proven by the journal that it was read from: another account may be connected since."""
        return self._show(book, order_id, past.evidence_of)

    def _show(self, book: Book | None, order_id: OrderId, evidence_of: EvidenceOf) -> HistoryWindow:
        write = None if book is None else evidence_of(book)

        def renew() -> None:
            nonlocal write
            write = None if window.book is None else evidence_of(window.book)

        def save(_: OrderId) -> None:
            if write is None or window.book is None:
                self._say(Level.WARN, "저장하지 못했습니다: 기록이 열려 있지 않습니다.")
            else:
                aio.spawn(self.save_evidence(write, window.book, order_id), "증거 묶음")

        window = HistoryWindow(self._workspace, book, order_id, self._owner, None if write is None else save)
        window.renewed.connect(renew)
        window.show()
        return window

    async def save_evidence(self, write: WriteEvidence, book: Book, order_id: OrderId) -> None:
        order = book.order(order_id)
        if order is None:
            self._say(Level.WARN, "저장하지 못했습니다: 주문을 찾을 수 없습니다.")
            return
        number = "" if order.ref is None else f"-{order.ref}"
        path = await self._ask_path("증거 묶음", f"증거-{order.day:%Y%m%d}{number}", "zip")
        if path is None:
            return
        self._say(Level.INFO, "증거 묶음을 만들고 있습니다…")
        try:
            await write(path, order_id)
        except OSError as failed:
            self._failed(failed)
            return
        self._say(Level.INFO, f"저장했습니다: {path.name}")

    def show_past(self) -> PastOrders | None:
        if self.files is None:
            return None
        window = PastOrders(self.files.past, self._show_past_order, self._owner)
        window.show()
        return window

    def _failed(self, failed: OSError) -> None:
        self._say(Level.WARN, f"저장하지 못했습니다: {failed.strerror}")

    async def _ask_path(self, title: str, name: str, suffix: str) -> Path | None:
        dialog = QFileDialog(self._owner, title, f"{name}.{suffix}", f"{suffix.upper()} (*.{suffix})")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix)
        try:
            accepted = await aio.ask(dialog) == QFileDialog.DialogCode.Accepted
            return Path(dialog.selectedFiles()[0]) if accepted else None
        finally:
            dialog.deleteLater()


def _nothing(_: Book) -> None:
    """Where nothing is written there is no evidence either."""


def table_rows(lines: Iterable[Line]) -> tuple[list[str], list[list[Cell]]]:
    """Header and rows, every column whether it is shown or not: figures as figures, words as words."""
    header = [COLUMNS[key].title for key in KEYS]
    return header, [[_cell(COLUMNS[key], line) for key in KEYS] for line in lines]


def _cell(column: Column, line: Line) -> Cell:
    """A number where the cell shows one; a price of 시장가 is a word, and what is not known is empty."""
    if not column.right:
        return column.text(line)
    text = column.text(line)
    if text.replace(",", "").isdigit():
        return int(text.replace(",", ""))
    return None if text == formats.NOTHING else text
