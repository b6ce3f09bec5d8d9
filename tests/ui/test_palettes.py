"""Contrast is computed, not guessed; the environments stay away from the sides."""

from __future__ import annotations

import colorsys

import pytest

from kiwoom_desk.trading.environments import World
from kiwoom_desk.ui.palettes import ENVIRONMENTS, Palette, ThemeName, contrast, palette

PALETTES = [palette(theme, colour_blind=blind) for theme in ("dark", "light") for blind in (False, True)]
READABLE = 4.5
"""WCAG 2 AA for text."""


@pytest.mark.parametrize("c", PALETTES)
def test_every_text_is_readable_on_every_ground_it_stands_on(c: Palette) -> None:
    grounds = [c.ground, c.panel, c.buy_tint, c.sell_tint]
    pairs = [(ink, ground) for ink in (c.text, c.muted, c.warn) for ground in (*grounds, c.raised, c.field)]
    pairs += [(ink, ground) for ink in (c.up, c.down) for ground in (c.panel, c.field)]
    pairs += [(c.up, c.bid_zone), (c.up, c.ask_zone), (c.down, c.bid_zone), (c.down, c.ask_zone), (c.good, c.panel)]
    pairs += [(c.text, c.selected), (c.text, c.ask_bar), (c.text, c.bid_bar), (c.on_alarm, c.alarm)]
    pairs += [(c.on_side, c.buy), (c.on_side, c.sell), ("#FFFFFF", c.stop)]
    poor = {pair: round(contrast(*pair), 2) for pair in pairs if contrast(*pair) < READABLE}
    assert not poor


@pytest.mark.parametrize(("one", "other", "ratio"), [("#E6E9EE", "#14171C", 14.8), ("#C8202B", "#FFFFFF", 5.7)])
def test_contrast_agrees_with_the_design(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.06)


def test_each_environment_has_a_colour_and_an_edge_of_its_own_and_ink_that_reads() -> None:
    assert set(ENVIRONMENTS) == set(World)
    assert len({look.fill for look in ENVIRONMENTS.values()}) == len({e.edge for e in ENVIRONMENTS.values()}) == 3
    assert all(contrast(look.ink, look.fill) >= READABLE for look in ENVIRONMENTS.values())


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_no_environment_looks_like_a_side(theme: ThemeName) -> None:
    sides = [hue(getattr(palette(theme), name)) for name in ("up", "down", "buy", "sell")]
    for look in ENVIRONMENTS.values():
        away = [abs(hue(look.fill) - side) for side in sides]
        assert min(min(a, 1 - a) for a in away) * 360 > 25


def hue(colour: str) -> float:
    return colorsys.rgb_to_hsv(*(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)))[0]
