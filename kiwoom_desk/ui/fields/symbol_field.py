"""One field finds an instrument by code, name, initial consonants (ㅅㅅㅈㅈ) or English name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QWidget

from kiwoom_desk.domain.instruments import Instrument
from kiwoom_desk.trading.directory import DirectoryBook
from kiwoom_desk.ui import theme
from kiwoom_desk.ui.plain import clean, tip

LONGEST = 40
CODE_ROLE = Qt.ItemDataRole.UserRole + 1
"""What a chosen line leaves in the field."""


class SymbolField(QLineEdit):
    """`chosen` gives an instrument of the directory, `unknown` a text that means none; the text stays in sight."""

    chosen = Signal(object)  # Instrument
    unknown = Signal(str)
    entered = Signal()

    def __init__(self, directory: Callable[[], DirectoryBook], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._directory = directory
        self._model = QStandardItemModel(self)
        self._committed = ""
        self.setMaxLength(LONGEST)
        self.setAccessibleName("종목")
        self.setPlaceholderText("코드·이름·초성")
        self._popup = QListView()
        theme.mark(self._popup, role="completer")
        completer = QCompleter(self._model, self)
        completer.setPopup(self._popup)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setMaxVisibleItems(12)
        completer.setCompletionRole(CODE_ROLE)
        self.setCompleter(completer)
        completer.activated[QModelIndex].connect(self._activated)  # type: ignore[index]
        self._popup.setMinimumWidth(300)
        self.textEdited.connect(self._search)
        self.editingFinished.connect(self.commit)

    def show_instrument(self, instrument: Instrument | None, code: str = "") -> None:
        """Show what the ticket is about, without telling anybody."""
        self._committed = instrument.code if instrument else code
        self.setText(self._committed)
        self._mark("")

    def commit(self, *, first: bool = False) -> None:
        """Take the text for what it says: an exact code or name, else the only candidate.

        Of several the first is taken by Enter alone (`first`), which stands before the list; merely leaving the field
        chooses nothing for the trader."""
        text = self.text().strip()
        if text == self._committed:
            return
        hits = self._hits(text)
        if hits and (first or len(hits) == 1):
            self._choose(hits[0])
            return
        self._committed = "" if hits else text  # what is still open is asked again
        self._mark(_trouble(text, hits))
        self.unknown.emit(text)

    def _hits(self, text: str) -> Sequence[Instrument]:
        """What the text may mean; one where it says it exactly."""
        exact = self._directory().get(text)
        if exact is not None or not text:
            return [] if exact is None else [exact]
        hits = self._directory().find(text)
        if hits and hits[0].name.casefold().replace(" ", "") == text.casefold().replace(" ", ""):
            return hits[:1]
        looks_like_code = len(text) >= 6 and text.isascii() and any(c.isdigit() for c in text)
        return [] if looks_like_code else hits

    def _choose(self, instrument: Instrument) -> None:
        self.show_instrument(instrument)
        self.chosen.emit(instrument)

    def _activated(self, index: QModelIndex | QPersistentModelIndex) -> None:
        instrument = index.data(Qt.ItemDataRole.UserRole)
        if isinstance(instrument, Instrument):
            self._choose(instrument)

    def _search(self, text: str) -> None:
        self._model.clear()
        self._mark("")
        for hit in self._directory().find(text):
            item = QStandardItem(f"{hit.code}  {clean(hit.name)}   {clean(hit.board)}")
            item.setData(hit, Qt.ItemDataRole.UserRole)
            item.setData(hit.code, CODE_ROLE)
            self._model.appendRow(item)
        completer = self.completer()
        if self._model.rowCount() and self.hasFocus():
            completer.complete()
        elif not self._model.rowCount():
            self._popup.hide()

    def _mark(self, sentence: str) -> None:
        theme.mark(self, wrong=bool(sentence))
        tip(self, sentence)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """The syllable under composition takes part in the search, so that ㅅㅅㅈㅈ finds without a closing key."""
        super().inputMethodEvent(event)
        if event.preeditString():
            self._search(self.text() + event.preeditString())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.commit(first=True)
                self.entered.emit()
            return
        super().keyPressEvent(event)


def _trouble(text: str, hits: Sequence[Instrument]) -> str:
    if hits:
        return f"'{clean(text)}'에 맞는 종목이 여럿입니다. 목록에서 고르세요 (Enter는 첫째)."
    return f"찾을 수 없는 종목입니다: '{clean(text)}'" if text else ""
