"""One account from its opening on: what it starts from, what its answers mean, and what it lives through."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import cast

import pytest

from kiwoom_desk.domain.facts import (
    Accepted,
    AnswerLost,
    Looked,
    OrderId,
    Placing,
    RefusalKind,
    Refused,
)
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.trading import lane as lane_module
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.trading.environments import LIVE, Environment
from kiwoom_desk.trading.lane import LaneState
from kiwoom_desk.trading.ports import BrokerUnavailable, JournalBroken, Keys, SignInRefused, StreamDown, StreamUp
from kiwoom_desk.trading.safety import Denied
from tests.simulation.loop import VirtualLoop
from tests.support.day import DAY, at, draft, listed, placing
from tests.support.day import answered as answer
from tests.support.faults import fault
from tests.trading.lane_bench import ACCOUNT, LaneBench, on_lane


# --- the start ------------------------------------------------------------------------------------------------------
@fault("T02")
def test_time_goes_on_behind_everything_written_not_only_behind_the_last_send() -> None:
    """A run with the PC's clock ahead left looks that are later than its sends; they are no evidence about new ones."""
    looks = [Looked(at(s), DAY, at(s), True, 0) for s in range(100, 160, 5)]
    facts = [placing("A", 0), answer("A", 1, AnswerLost("끊김")), *looks]

    async def story(bench: LaneBench) -> None:
        assert bench.clock.now() >= at(155)

    on_lane(story, facts=facts)


def test_a_send_says_the_brokers_time_only_when_it_is_known() -> None:
    async def story(bench: LaneBench) -> None:
        assert bench.lane.desk is not None
        bench.gateway.offset_known = False
        await bench.lane.desk.place(draft(), bench.gesture())
        bench.gateway.offset_known = True
        await bench.lane.desk.place(draft(11), bench.gesture())
        unknown, known = (fact for fact in bench.journal.facts if isinstance(fact, Placing))
        assert unknown.there is None and known.there == known.at

    on_lane(story)


def test_live_is_not_armed_before_the_brokers_list_was_read_to_its_end() -> None:
    async def story(bench: LaneBench) -> None:
        with pytest.raises(Denied, match="조회"):
            bench.safety.arm(ACCOUNT.tail, 15)
        bench.broker.listed = []
        await bench.connection.look_now()
        bench.safety.arm(ACCOUNT.tail, 15)
        bench.connection.woke_up("절전에서 복귀했습니다.")
        assert not bench.safety.armed
        with pytest.raises(Denied, match="조회"):
            bench.safety.arm(ACCOUNT.tail, 15)
        await asyncio.sleep(1)
        bench.safety.arm(ACCOUNT.tail, 15)


# --- opening --------------------------------------------------------------------------------------------------------
def test_a_journal_that_cannot_be_folded_ends_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Ledger:
        raise KeyError("a bug of ours")

    async def story(bench: LaneBench) -> None:
        monkeypatch.setattr(lane_module, "Ledger", broken)
        await bench.connection.open()
        assert bench.lane.state is LaneState.FAILED and "기록은 그대로" in bench.lane.sentence
        assert bench.lane._journal is None, "it is free for the next start"

    on_lane(story, opened=False)


# --- a sleep --------------------------------------------------------------------------------------------------------
@fault("T03")
def test_after_a_sleep_no_socket_is_trusted_and_the_sign_in_is_asked_about() -> None:
    async def story(bench: LaneBench) -> None:
        assert bench.lane.desk is not None
        await asyncio.sleep(1)
        bench.broker.turn_takes = 60.0
        waiting = asyncio.ensure_future(bench.lane.desk.place(draft(), bench.gesture()))
        await asyncio.sleep(1)
        looks = len(bench.broker.looked_at)
        bench.connection.woke_up("절전에서 복귀했습니다.")
        with pytest.raises(Denied):
            await waiting
        await asyncio.sleep(1)
        assert (bench.gateway.dropped, bench.gateway.warmed) == (1, 1)
        assert len(bench.broker.looked_at) > looks and bench.broker.posts == []

    on_lane(story)


# --- who we are -----------------------------------------------------------------------------------------------------
@fault("X04")
def test_an_order_refused_for_another_environment_locks_until_the_trader_connects_anew() -> None:
    async def story(bench: LaneBench) -> None:
        assert bench.lane.desk is not None
        bench.broker.answers.append(Refused("8030", "투자구분이 다릅니다", RefusalKind.WRONG_ENVIRONMENT))
        await bench.lane.desk.place(draft(), bench.gesture())
        assert "투자구분" in bench.safety.locked_because and "다시 연결" in bench.safety.locked_because
        with pytest.raises(Denied, match="잠금"):
            await bench.lane.desk.place(draft(11), bench.gesture())

    on_lane(story)


@fault("X04")
def test_a_question_refused_for_another_environment_locks_too_and_one_that_failed_does_not() -> None:
    async def story(bench: LaneBench) -> None:
        assert bench.lane.holdings is not None
        bench.gateway.portfolio_says = [BrokerUnavailable("느림", "8005")]
        await bench.lane.holdings.refresh()
        assert not bench.safety.locked_because
        bench.gateway.portfolio_says = [SignInRefused("다른 환경의 로그인입니다.", "8031", locks=True)]
        await bench.lane.holdings.refresh()
        assert "다른 환경" in bench.safety.locked_because

    async def look(bench: LaneBench) -> None:
        bench.broker.listed = SignInRefused("다른 환경의 로그인입니다.", "8031", locks=True)
        await bench.connection.look_now()
        assert "다른 환경" in bench.safety.locked_because

    on_lane(story)
    on_lane(look)


@fault("X02", "W10")
def test_another_program_with_the_same_key_locks_until_the_trader_connects_anew() -> None:
    async def story(bench: LaneBench) -> None:
        desk = bench.lane.desk
        assert desk is not None
        bench.broker.said.put_nowait(StreamDown(bench.clock.now(), "다른 프로그램", None, taken_over=True))
        await asyncio.sleep(1)
        assert "다른 프로그램" in bench.safety.locked_because and "다시 연결" in bench.safety.locked_because
        order = _resting(bench, desk)
        assert isinstance(await desk.cancel(order, None, bench.gesture()), Accepted), "cancels pass"
        with pytest.raises(Denied, match="잠금"):
            await desk.place(draft(), bench.gesture())

    on_lane(story)


def _resting(bench: LaneBench, desk: OrderDesk) -> OrderId:
    """An order of another program that rests."""
    desk.take(replace(listed(7, 0).report, channel="영웅문4"))
    (order,) = desk.orders()
    return order.id


# --- the disk -------------------------------------------------------------------------------------------------------
@fault("D03")
def test_a_disk_that_works_again_unlocks_by_itself_and_says_so() -> None:
    async def story(bench: LaneBench) -> None:
        desk = bench.lane.desk
        assert desk is not None
        bench.journal.broken = "디스크에 남은 공간이 없습니다."
        await asyncio.sleep(4)
        assert "기록 불가" in bench.safety.locked_because
        with pytest.raises(Denied):
            await desk.place(draft(), bench.gesture())
        bench.journal.mends = True
        await asyncio.sleep(4)
        assert not bench.safety.locked_because and "다시 기록" in bench.told
        await desk.place(draft(11), bench.gesture())

    on_lane(story)


# --- bugs of ours ---------------------------------------------------------------------------------------------------
@fault("U05")
def test_a_bug_in_following_the_stream_is_said_once_disarms_and_the_stream_is_followed_again() -> None:
    async def story(bench: LaneBench) -> None:
        await asyncio.sleep(1)
        bench.safety.arm(ACCOUNT.tail, 15)
        assert bench.lane.stream_up
        looks = len(bench.broker.looked_at)
        for _ in range(3):
            bench.broker.said.put_nowait(ZeroDivisionError())
        await asyncio.sleep(1)
        assert not bench.lane.stream_up and not bench.safety.armed
        await asyncio.sleep(9)
        assert bench.told.count("ZeroDivisionError") == 1 and len(bench.broker.looked_at) > looks
        bench.broker.said.put_nowait(StreamUp(bench.clock.now()))
        await asyncio.sleep(1)
        assert bench.lane.stream_up

    on_lane(story, environment=LIVE)


@fault("U05")
def test_a_bug_in_asking_for_the_holdings_ends_nothing() -> None:
    async def story(bench: LaneBench) -> None:
        holdings = bench.lane.holdings
        assert holdings is not None
        bench.gateway.portfolio_says = [ZeroDivisionError(), ZeroDivisionError()]
        holdings.soon()
        await asyncio.sleep(1)
        assert holdings.error is not None and "프로그램 오류" in bench.told
        await asyncio.sleep(30)
        assert holdings.error is None and holdings.portfolio is not None

    on_lane(story)


# --- a second program -----------------------------------------------------------------------------------------------
@fault("X01")
def test_a_second_start_does_not_sign_in_and_a_key_is_given_back_when_its_lane_closes() -> None:
    kept: list[str] = []

    def reserve(environment: Environment, market: Market, keys: Keys) -> Callable[[], None]:
        if kept:
            raise JournalBroken("이미 실행 중인 프로그램에서 쓰고 있습니다.")
        kept.append(keys.app_key)
        return kept.clear

    async def story(first: LaneBench) -> None:
        second = LaneBench(cast(VirtualLoop, asyncio.get_running_loop()), reserve=reserve)
        await second.connection.open()
        assert "이미 실행 중" in second.lane.sentence and second.gateway.probed == 0
        await first.connection.close()
        await second.connection.open()
        assert second.lane.state is LaneState.READY and second.gateway.probed == 1
        await second.connection.close()
        assert not kept

    on_lane(story, reserve=reserve)
