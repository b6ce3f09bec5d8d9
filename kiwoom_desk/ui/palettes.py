"""The colours of both themes and of the scheme for colour-blind traders, by what they mean (docs/ui.md 6).

Red and blue mean sides and directions alone, so the environments' hues stay away from them. A test computes every
contrast that text relies on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from kiwoom_desk.trading.environments import World

ThemeName = Literal["dark", "light"]


@dataclass(frozen=True, slots=True)
class EnvironmentLook:
    """Fill, ink on it, and the edge that tells it apart without colour."""

    fill: str
    ink: str
    edge: Literal["dotted", "plain", "solid"]


ENVIRONMENTS = {
    World.PRACTICE: EnvironmentLook("#0F766E", "#FFFFFF", "dotted"),
    World.MOCK: EnvironmentLook("#6B3FA0", "#FFFFFF", "plain"),
    World.LIVE: EnvironmentLook("#F2B705", "#000000", "solid"),
}


@dataclass(frozen=True, slots=True)
class Palette:
    """`#RRGGBB` each. `up`/`down` are text on `ground`, `buy`/`sell` button fills under white, `*_tint` the ticket's
    ground, `*_zone` the ladder's halves and `*_bar` the depth bars on them."""

    ground: str
    panel: str
    raised: str
    hover: str
    field: str
    line: str
    text: str
    muted: str
    faint: str
    up: str
    down: str
    flat: str
    buy: str
    sell: str
    on_side: str
    buy_tint: str
    sell_tint: str
    ask_zone: str
    bid_zone: str
    ask_bar: str
    bid_bar: str
    selected: str
    focus: str
    warn: str
    warn_line: str
    alarm: str
    on_alarm: str
    good: str
    stop: str


DARK = Palette(
    ground="#14171C",
    panel="#1A1F26",
    raised="#232A33",
    hover="#2C3541",
    field="#0E1115",
    line="#2D343E",
    text="#E6E9EE",
    muted="#9AA4B2",
    faint="#6F7A89",
    up="#FF5C5C",
    down="#5AA2FF",
    flat="#E6E9EE",
    buy="#C8202B",
    sell="#1557C0",
    on_side="#FFFFFF",
    buy_tint="#2A1619",
    sell_tint="#131E30",
    ask_zone="#141E2E",
    bid_zone="#26171A",
    ask_bar="#23406C",
    bid_bar="#66272C",
    selected="#2A3544",
    focus="#8AB4F8",
    warn="#FFC83D",
    warn_line="#F2B705",
    alarm="#F2B705",
    on_alarm="#000000",
    good="#5BD6A2",
    stop="#8E1C24",
)

LIGHT = Palette(
    ground="#F3F4F6",
    panel="#FFFFFF",
    raised="#F3F5F8",
    hover="#E6EAF0",
    field="#FFFFFF",
    line="#D8DDE4",
    text="#1C2128",
    muted="#5B6472",
    faint="#7F8896",
    up="#C8202B",
    down="#1557C0",
    flat="#1C2128",
    buy="#C8202B",
    sell="#1557C0",
    on_side="#FFFFFF",
    buy_tint="#FDECEC",
    sell_tint="#E8F0FD",
    ask_zone="#E8F0FD",
    bid_zone="#FDECEC",
    ask_bar="#C5D9F8",
    bid_bar="#F6C6C9",
    selected="#E3E9F2",
    focus="#1557C0",
    warn="#7A5200",
    warn_line="#D99A00",
    alarm="#F2B705",
    on_alarm="#000000",
    good="#0B6B4B",
    stop="#A31621",
)


def palette(name: ThemeName, *, colour_blind: bool = False) -> Palette:
    """The scheme for colour-blind traders swaps red for vermilion and spreads both sides in lightness as well."""
    if name == "dark":
        changes = {"up": "#FFA066", "down": "#6FB1FF", "buy": "#B84300", "sell": "#0B5FA5"}
        return replace(DARK, **changes) if colour_blind else DARK
    changes = {"up": "#A83A00", "down": "#004F9E", "buy": "#B84300", "sell": "#004F9E"}
    return replace(LIGHT, **changes) if colour_blind else LIGHT


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2, 0 to 1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio by WCAG 2, 1 to 21."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)
