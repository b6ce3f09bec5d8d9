"""From the settings to the look in force, at the start and with every change."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from kiwoom_desk.trading.settings import COLOURS, REDUCE_MOTION, TEXT_SIZE, THEME, Settings
from kiwoom_desk.ui import theme
from kiwoom_desk.ui.palettes import ThemeName

_KEYS = {setting.key for setting in (THEME, TEXT_SIZE, COLOURS, REDUCE_MOTION)}


def look_of(settings: Settings) -> theme.Look:
    """What the settings ask for; "system" is what the desktop says, dark where it says nothing."""
    chosen = settings.get(THEME)
    if chosen == "system":
        bright = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Light
        chosen = "light" if bright else "dark"
    return theme.Look(
        theme=cast(ThemeName, chosen),
        density=cast(theme.Density, settings.get(TEXT_SIZE)),
        colour_blind=settings.get(COLOURS) == "colour_blind",
        still=settings.get(REDUCE_MOTION),
    )


def follow_settings(settings: Settings) -> Callable[[], None]:
    """Dress the application now and again whenever the trader changes the look; returns the call that ends it."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)

    def dress() -> None:
        wanted = look_of(settings)
        if wanted != theme.look() or not app.styleSheet():
            theme.apply(app, wanted)

    dress()
    return settings.subscribe(lambda key: dress() if key in _KEYS else None)
