"""One field finds an instrument by code, name, initial consonants (ㅅㅅㅈㅈ) or English name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QWidget

from kiwoom_desk.domain.instruments import Instrument
from kiwoom_desk.trading.directory import DirectoryBook
from kiwoom_desk.ui import theme
from kiwoom_desk.ui.plain import clean, tip

LONGEST = 40
PASSING = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
CODE_ROLE = Qt.ItemDataRole.UserRole + 1
"""What a chosen line leaves in the field."""


class SymbolField(QLineEdit):
    """`chosen` gives an instrument of the directory, `unknown` a text that means none, or one of several of which none
    was chosen; the text stays in sight."""

    chosen = Signal(object)  # Instrument
    unknown = Signal(str)
    entered = Signal()

    def __init__(self, directory: Callable[[], DirectoryBook], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._directory = directory
        self._model = QStandardItemModel(self)
        self._committed: str | None = ""
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
        self.editingFinished.connect(self.leave)

    def show_instrument(self, instrument: Instrument | None, code: str = "") -> None:
        """Show what the ticket is about, without telling anybody."""
        self._committed = instrument.code if instrument else code
        self.setText(self._committed)
        self._mark("")

    def commit(self) -> None:
        """Take the text for what it says: an exact code or name, else the only or the first candidate."""
        self._take(first=True)

    def leave(self) -> None:
        """Who merely leaves the field has not chosen among several: the text stays, and nothing is meant by it yet."""
        self._take(first=False)

    def _take(self, *, first: bool) -> None:
        text = self.text().strip()
        if text == self._committed:
            return
        found = self._meant(text)
        if len(found) > 1 and not first:
            self._committed = None
            self._mark(f"{len(found)}개 종목이 있습니다: 고르세요.")
            self.unknown.emit(text)
            return
        self._committed = text
        if found:
            self._choose(found[0])
        else:
            self._mark(f"찾을 수 없는 종목입니다: '{clean(text)}'" if text else "")
            self.unknown.emit(text)

    def _meant(self, text: str) -> Sequence[Instrument]:
        """What has exactly this code or name, else every candidate; a code that does not exist means nothing."""
        directory = self._directory()
        exact = directory.get(text)
        if exact is not None:
            return [exact]
        if len(text) >= 6 and text.isascii() and any(c.isdigit() for c in text):
            return []
        hits = directory.find(text, len(directory))
        return [hit for hit in hits if _key(text) in (_key(hit.name), _key(hit.english))] or hits

    def _choose(self, instrument: Instrument) -> None:
        self.show_instrument(instrument)
        self.chosen.emit(instrument)

    def _activated(self, index: QModelIndex | QPersistentModelIndex) -> None:
        instrument = index.data(Qt.ItemDataRole.UserRole)
        if isinstance(instrument, Instrument):
            self._choose(instrument)

    def _search(self, text: str) -> None:
        self._mark("")
        self._offer(text)

    def _offer(self, text: str) -> None:
        self._model.clear()
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

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Who comes back to a text that means several finds their list again."""
        super().focusInEvent(event)
        if self._committed is None and event.reason() not in PASSING:
            QTimer.singleShot(0, self, lambda: self._offer(self.text()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.commit()
                self.entered.emit()
            return
        super().keyPressEvent(event)


def _key(name: str) -> str:
    return name.casefold().replace(" ", "")
