"""The look in force: one palette, one density, one style sheet for the whole application.

Widgets name what they are by dynamic properties (`role`, `side`, `tone` …); only painters ask for colours, with
`colours()`. Both hear of a change through `QEvent.StyleChange` or `on_change`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from string import Template
from typing import Literal

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.listeners import Listeners
from kiwoom_desk.ui import fonts, resources
from kiwoom_desk.ui.palettes import ENVIRONMENTS, EnvironmentLook, Palette, ThemeName, palette

Density = Literal["compact", "normal", "comfortable"]
Tone = Literal["", "up", "down", "muted", "warn", "good", "alarm"]
GRID = 4
"""Every margin and gap is a multiple of this many logical pixels."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Logical pixels: text, the smaller text beside it, and the height of a table row."""

    text: int
    small: int
    row: int


SIZES: dict[Density, Sizes] = {
    "compact": Sizes(12, 11, 22),
    "normal": Sizes(13, 12, 24),
    "comfortable": Sizes(14, 13, 28),
}


@dataclass(frozen=True, slots=True)
class Look:
    """What the trader chose. `still` switches every flash and slide off."""

    theme: ThemeName = "dark"
    density: Density = "normal"
    colour_blind: bool = False
    still: bool = False


_look = Look()
_changes: Listeners[Look] = Listeners()


def look() -> Look:
    return _look


def colours() -> Palette:
    return palette(_look.theme, colour_blind=_look.colour_blind)


def sizes() -> Sizes:
    return SIZES[_look.density]


def environment(world: World) -> EnvironmentLook:
    return ENVIRONMENTS[world]


def on_change(listener: Callable[[Look], None]) -> Callable[[], None]:
    """Returns the call that ends it."""
    return _changes.add(listener)


def apply(app: QApplication, chosen: Look) -> None:
    """Dress the whole application; may be called again at any time."""
    global _look
    _look = chosen
    app.setStyle("Fusion")
    app.setFont(fonts.ui_font(sizes().text))
    app.setPalette(_qt_palette(colours()))
    app.setStyleSheet(style_sheet())
    _changes.tell(chosen)


def style_sheet() -> str:
    """The sheet of `resources/themes` with the palette's and the density's values in it."""
    size = sizes()
    values = asdict(colours()) | {
        "family": fonts.family(),
        "text_px": f"{size.text}px",
        "small_px": f"{size.small}px",
        "price_px": f"{size.text + 9}px",
        "figure_px": f"{size.text + 2}px",
        "control": f"{size.row + 2}px",
        "row": f"{size.row}px",
    }
    values |= {f"{world.value}_fill": env.fill for world, env in ENVIRONMENTS.items()}
    values |= {f"{world.value}_ink": env.ink for world, env in ENVIRONMENTS.items()}
    values |= {"images": resources.path("icons").as_posix(), "arrow": _look.theme}
    return Template(resources.text("themes", "desk.qss")).substitute(values)


def mark(widget: QWidget, **properties: str | bool) -> None:
    """Set dynamic properties that the style sheet selects by, and restyle when one has changed."""
    changed = False
    for name, value in properties.items():
        if widget.property(name) != value:
            widget.setProperty(name, value)
            changed = True
    if changed:
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.update()


def mark_tree(widget: QWidget, **properties: str | bool) -> None:
    """Like `mark`, for a container whose children are styled by what it is."""
    if any(widget.property(name) != value for name, value in properties.items()):
        mark(widget, **properties)
        for child in widget.findChildren(QWidget):
            child.style().unpolish(child)
            child.style().polish(child)


def tone_of(change: int | float | None) -> Tone:
    """Up is red, down is blue, here as everywhere in Korea."""
    if change is None or change == 0:
        return ""
    return "up" if change > 0 else "down"


def _qt_palette(c: Palette) -> QPalette:
    roles = {
        QPalette.ColorRole.Window: c.ground,
        QPalette.ColorRole.WindowText: c.text,
        QPalette.ColorRole.Base: c.field,
        QPalette.ColorRole.AlternateBase: c.panel,
        QPalette.ColorRole.Text: c.text,
        QPalette.ColorRole.Button: c.raised,
        QPalette.ColorRole.ButtonText: c.text,
        QPalette.ColorRole.ToolTipBase: c.raised,
        QPalette.ColorRole.ToolTipText: c.text,
        QPalette.ColorRole.Highlight: c.selected,
        QPalette.ColorRole.HighlightedText: c.text,
        QPalette.ColorRole.PlaceholderText: c.muted,
        QPalette.ColorRole.Link: c.down,
    }
    made = QPalette()
    for role, colour in roles.items():
        made.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(c.muted))
    return made
