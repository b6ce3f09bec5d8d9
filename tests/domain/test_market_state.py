"""The words of the status bar and when they change."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given

from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.domain.market_state import market_state
from tests.support.market import at, moments, rules


@pytest.mark.parametrize(
    ("clock", "words", "change", "trading"),
    [
        ("05:00:00", "장 시작 전", "08:00:00", False),
        ("08:10:00", "장 시작 전(KRX) · 프리(NXT)", "08:30:00", True),
        ("08:35:00", "시가단일가(KRX) · 프리(NXT)", "08:50:00", True),
        ("08:55:00", "시가단일가(KRX) · 휴장(NXT)", "09:00:00", False),
        ("10:21:07", "정규장(KRX) · 메인(NXT)", "15:20:00", True),
        ("15:25:00", "종가단일가(KRX) · 휴장(NXT)", "15:30:00", False),
        ("17:00:00", "애프터(KRX) · 애프터(NXT)", "20:00:00", True),
    ],
)
def test_the_status_bar_says_what_is_open_and_until_when(clock: str, words: str, change: str, trading: bool) -> None:
    state = market_state(rules(), at(clock))
    assert (state.words, state.next_change, state.trading) == (words, at(change), trading)


def test_after_the_day_the_next_change_is_the_next_trading_day() -> None:
    state = market_state(rules(), at("21:00:00", "2026-12-24"))
    assert (state.words, state.next_change) == ("장 마감", at("08:00:00", "2026-12-28"))
    assert market_state(rules(), at("10:00:00"), Market.GOLD).words == "정규장(금현물)"
    assert market_state(rules(), at("10:00:00", "2026-12-25")).words == "휴장(성탄절)"
    assert market_state(rules(), at("10:00:00", "2026-11-28")).words == "휴장(주말)"


@given(moments)
def test_the_words_stay_until_the_next_change(now: datetime) -> None:
    state = market_state(rules(), now)
    assert state.next_change is not None and state.next_change > now
    assert market_state(rules(), state.next_change).words != state.words
    before = state.next_change - timedelta(microseconds=1)
    if before > now and before.date() == now.date():
        assert market_state(rules(), before).words == state.words
