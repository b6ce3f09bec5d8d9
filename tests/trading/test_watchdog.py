"""Signs that something is wrong take live out of the trader's hands; nothing is ever sent by them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import cast

from kiwoom_desk.domain.checks.model import Limits
from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.domain.orders import Order, OrderState
from kiwoom_desk.trading.clock import SystemClock
from kiwoom_desk.trading.environments import LIVE
from kiwoom_desk.trading.heartbeat import Heartbeat
from kiwoom_desk.trading.lane import Lane, LaneState
from kiwoom_desk.trading.notices import Notices
from kiwoom_desk.trading.ports import AccountName, Clock
from kiwoom_desk.trading.safety import Safety
from kiwoom_desk.trading.watchdog import Watchdog
from tests.support.day import at, placing, ref
from tests.support.faults import fault


@dataclass
class HandClock:
    """A clock that stands until it is moved."""

    seconds: float = 0.0
    strays: float = 0.0
    held: float = 0.0
    resets: int = 0

    def now(self) -> datetime:
        return at(self.seconds)

    def wall(self) -> datetime:
        return at(self.seconds - self.held)

    def monotonic(self) -> float:
        return self.seconds

    def strayed(self) -> float:
        return self.strays

    def reset(self) -> None:
        self.resets += 1
        self.strays = 0.0


class Bench:
    def __init__(self) -> None:
        self.clock = HandClock()
        self.safety = Safety(LIVE, cast(Clock, self.clock), lambda: Limits(10**9, 10**9, 100))
        self.safety.account = AccountName("1234567811")
        self.safety.arm("5678", 60)
        self.lane = SimpleNamespace(
            state=LaneState.READY,
            stream_up=True,
            reconciler=SimpleNamespace(failure=""),
            known_time=lambda: self.broker_now(),
        )
        self.skew: float | None = 0.0
        self.notices = Notices()
        self.dog = Watchdog(cast(Clock, self.clock), self.safety, self.notices, lambda: [cast(Lane, self.lane)])

    def broker_now(self) -> datetime | None:
        return None if self.skew is None else self.clock.wall() + timedelta(seconds=self.skew)

    def order(self) -> Order:
        (order,) = Ledger([placing("A", 0)]).orders()
        return order


def test_three_refusals_in_ten_seconds_disarm_and_slower_ones_do_not() -> None:
    bench = Bench()
    sending = bench.order()
    refused = replace(sending, state=OrderState.REJECTED)
    for seconds in (0, 6, 12, 18):
        bench.clock.seconds = seconds
        bench.dog.order_changed(sending, refused)
    assert bench.safety.armed
    bench.clock.seconds = 19
    bench.dog.order_changed(sending, refused)
    bench.dog.order_changed(sending, refused)
    assert not bench.safety.armed


def test_an_ambiguous_order_disarms() -> None:
    bench = Bench()
    order = bench.order()
    bench.dog.order_changed(order, replace(order, state=OrderState.UNCONFIRMED, candidates=(ref(1), ref(2))))
    assert not bench.safety.armed


def test_thirty_seconds_without_stream_and_looks_disarm_and_one_of_them_suffices_to_stay() -> None:
    bench = Bench()
    bench.lane.stream_up = False
    for bench.clock.seconds in range(0, 60, 5):
        bench.dog.beat()
    assert bench.safety.armed
    bench.lane.reconciler.failure = "조회 실패"
    for bench.clock.seconds in range(60, 95, 5):
        bench.dog.beat()
    assert not bench.safety.armed


@fault("T01")
def test_a_clock_far_from_the_brokers_locks_live_until_it_is_set_and_a_little_only_warns() -> None:
    bench = Bench()
    bench.skew = 3.0
    bench.dog.beat()
    bench.dog.beat()
    assert bench.safety.armed and len(bench.notices.recent) == 1
    bench.skew = -37.0
    bench.dog.beat()
    assert not bench.safety.armed and "37초" in bench.safety.locked_because
    bench.skew = 0.0
    bench.dog.beat()
    assert not bench.safety.locked_because


def test_a_clock_held_behind_old_facts_is_not_a_pc_that_is_wrong_and_an_unknown_time_says_nothing() -> None:
    bench = Bench()
    bench.clock.held = 3600.0
    bench.dog.beat()
    bench.skew = None
    bench.dog.beat()
    assert bench.safety.armed and not bench.safety.locked_because


def test_a_clock_put_right_ends_its_own_lock_and_no_other() -> None:
    bench = Bench()
    bench.safety.lock_until_reconnected("taken over", "다른 프로그램이 접속했습니다.")
    bench.safety.lock("disk", "기록할 수 없습니다.")
    bench.skew = 40.0
    bench.dog.beat()
    shown = bench.safety.locked_because
    assert "다른 프로그램" in shown and "기록" in shown and "40초" in shown
    bench.skew = 0.0
    bench.dog.beat()
    assert "다른 프로그램" in bench.safety.locked_because and "초" not in bench.safety.locked_because
    bench.safety.unlock("disk")
    assert "다른 프로그램" in bench.safety.locked_because and "다시 연결" in bench.safety.locked_because


@fault("T02", "T03")
def test_a_late_beat_is_a_sleep_and_a_moved_clock_a_jump_each_told_once() -> None:
    clock, woke, beats = HandClock(), list[str](), list[int]()
    heart = Heartbeat(cast(SystemClock, clock), woke.append, lambda: beats.append(1))
    clock.seconds += 1
    heart.beat()
    clock.seconds += 600
    heart.beat()
    assert len(woke) == 1 and "절전" in woke[0]
    clock.seconds += 1
    clock.strays = -3600.0
    heart.beat()
    clock.seconds += 1
    heart.beat()
    assert len(woke) == 2 and "3,600초" in woke[1]
    assert len(beats) == 4
