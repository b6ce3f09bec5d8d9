"""What this program is, what it stands on, and under which licences."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import metadata

from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget

from kiwoom_desk import __version__
from kiwoom_desk.ui import aio
from kiwoom_desk.ui.dialogs.sheet import Sheet, paragraph
from kiwoom_desk.ui.fields.buttons import button
from kiwoom_desk.ui.fields.layout import row

PARTS = (
    ("PySide6-Essentials", "Qt for Python", "LGPL-3.0"),
    ("qasync", "qasync", "BSD-2-Clause"),
    ("httpx", "HTTPX", "BSD-3-Clause"),
    ("websockets", "websockets", "BSD-3-Clause"),
    ("msgspec", "msgspec", "BSD-3-Clause"),
    ("keyring", "keyring", "MIT"),
    ("platformdirs", "platformdirs", "MIT"),
    ("truststore", "truststore", "MIT"),
    ("certifi", "certifi", "MPL-2.0"),
    ("starlette", "Starlette", "BSD-3-Clause"),
    ("uvicorn", "Uvicorn", "BSD-3-Clause"),
)
"""Distribution, name, licence as its own files state it."""


def notices() -> str:
    """One line per library that travels with the program, with the version that runs here."""
    lines = [f"{name} {_version(part)} — {licence}" for part, name, licence in PARTS]
    qt = (
        "Qt는 LGPL 3판에 따라 동적으로 연결해 씁니다. 라이브러리 파일을 바꾸어 끼울 수 있고, "
        "원본은 https://code.qt.io 에서 받을 수 있습니다."
    )
    return "\n".join([*lines, "", qt])


def _version(part: str) -> str:
    try:
        return metadata.version(part)
    except metadata.PackageNotFoundError:
        return ""


AskVersion = Callable[[], Awaitable[str]]


def _version_row(ask_version: AskVersion) -> QHBoxLayout:
    press = button("새 판 확인", "small", tooltip="누를 때만 묻습니다. 내려받지는 않습니다.")
    told = paragraph("", "caption")

    async def look() -> None:
        press.setEnabled(False)
        told.setText("확인하고 있습니다…")
        told.setText(await ask_version())
        press.setEnabled(True)

    press.clicked.connect(lambda: aio.spawn(look(), "새 판 확인"))
    return row(press, told)


async def show_about(parent: QWidget | None, ask_version: AskVersion | None = None) -> None:
    """`ask_version` tells in Korean whether there is a newer version; asked only when its button is pressed."""
    sheet = Sheet("정보", parent, accept="닫기", reject="")
    sheet.body.addWidget(paragraph(f"kiwoom-desk {__version__}", "title"))
    sheet.body.addWidget(paragraph("키움증권 REST API로 손으로 주문하는 사람을 위한 주문창. MIT 라이선스."))
    sheet.body.addWidget(paragraph("키움증권과 관계없는 독립 프로그램이며, 투자를 권하지 않습니다.", "caption"))
    if ask_version is not None:
        sheet.body.addLayout(_version_row(ask_version))
    text = QPlainTextEdit(notices())
    text.setReadOnly(True)
    text.setMinimumHeight(240)
    sheet.body.addWidget(text)
    try:
        await aio.ask(sheet)
    finally:
        sheet.deleteLater()
