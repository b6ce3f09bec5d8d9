"""Every name in the code that the trader can meet has its words, in both languages."""

from __future__ import annotations

from enum import Enum

import pytest

from kiwoom_desk.domain.instruments import Flag, InstrumentKind, Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.orders import Doubt, OrderState, Standing
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.notices import Level
from kiwoom_desk.ui import labels
from tests.support.market import rules

NAMED: tuple[type[Enum], ...] = (
    Doubt,
    Flag,
    InstrumentKind,
    Level,
    Market,
    OrderState,
    OrderType,
    Side,
    Standing,
    Venue,
    World,
)


@pytest.mark.parametrize("kind", NAMED)
def test_every_member_has_a_korean_and_an_english_word(kind: type[Enum]) -> None:
    for member in kind:
        words = labels.WORDS[member]
        assert words.ko.strip() == words.ko != "" and words.en.isascii() and words.en


@pytest.mark.parametrize("kind", NAMED)
def test_no_two_members_of_one_kind_share_a_word(kind: type[Enum]) -> None:
    assert len({labels.WORDS[m].ko for m in kind}) == len({labels.WORDS[m].en for m in kind}) == len(kind)


def test_the_table_holds_nothing_else() -> None:
    assert set(labels.WORDS) == {member for kind in NAMED for member in kind}


def test_the_order_types_are_called_as_the_rules_call_them() -> None:
    assert {t: labels.WORDS[t].ko for t in OrderType} == dict(rules().type_names)


def test_every_state_has_a_sign_of_its_own_and_a_tone() -> None:
    assert set(labels.STATE_ICONS) == set(labels.STATE_TONES) == set(OrderState)
    assert len(set(labels.STATE_ICONS.values())) == len(OrderState)
    assert labels.STATE_TONES[OrderState.UNCONFIRMED] == "alarm"


def test_the_second_language_can_be_switched_on() -> None:
    labels.use("en")
    try:
        assert labels.side(Side.BUY) == "▲ Buy"
    finally:
        labels.use("ko")
    assert labels.side(Side.SELL) == "▼ 매도"
