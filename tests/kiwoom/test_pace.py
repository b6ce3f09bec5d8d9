from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiwoom_desk.kiwoom.pace import LIMITS, Group, Limits, Pacer, Rate
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.ports import Urgency
from tests.support.fake_clock import FakeClock

Log = list[tuple[float, str]]


def play(limits: Limits, scenario: Callable[[Pacer, FakeClock, Log], Awaitable[None]]) -> Log:
    log: Log = []

    async def run() -> None:
        clock = FakeClock()
        pacer = Pacer(limits, clock, random.Random(1))
        await scenario(pacer, clock, log)
        pacer.close()
        await clock.settle()

    asyncio.run(run())
    return log


def ask(
    pacer: Pacer, clock: FakeClock, log: Log, name: str, tr: str, group: Group, urgency: Urgency
) -> asyncio.Task[None]:
    async def one() -> None:
        await pacer.turn(tr, group, urgency)
        log.append((clock.monotonic(), name))

    return asyncio.ensure_future(one())


def within(times: list[float], seconds: float) -> int:
    """The most of `times` in any window of that length."""
    return max((sum(1 for t in times if start <= t < start + seconds) for start in times), default=0)


@pytest.mark.parametrize(("world", "most"), [(World.LIVE, 4), (World.MOCK, 1), (World.PRACTICE, 20)])
def test_one_tr_stays_within_its_second(world: World, most: int) -> None:
    async def scenario(pacer: Pacer, clock: FakeClock, log: Log) -> None:
        for _ in range(10):
            ask(pacer, clock, log, "q", "kt00007", Group.QUERY, Urgency.BACKGROUND)
        await clock.advance(30)

    log = play(LIMITS[world], scenario)
    assert len(log) == 10
    assert within([at for at, _ in log], 1.0) <= most


def test_live_queries_together_stay_within_five_a_second_and_orders_within_three() -> None:
    async def scenario(pacer: Pacer, clock: FakeClock, log: Log) -> None:
        for number in range(30):
            ask(pacer, clock, log, "query", f"q{number % 7}", Group.QUERY, Urgency.BACKGROUND)
            ask(pacer, clock, log, "order", f"o{number % 4}", Group.ORDER, Urgency.ORDER)
        await clock.advance(60)

    log = play(LIMITS[World.LIVE], scenario)
    assert len(log) == 60
    assert within([at for at, name in log if name == "query"], 1.0) <= 5
    assert within([at for at, name in log if name == "order"], 1.0) <= 3


def test_a_cancel_never_waits_behind_a_query() -> None:
    async def scenario(pacer: Pacer, clock: FakeClock, log: Log) -> None:
        for number in range(50):
            ask(pacer, clock, log, "query", f"q{number}", Group.QUERY, Urgency.WAITED_FOR)
        await clock.settle()
        ask(pacer, clock, log, "cancel", "kt10003", Group.ORDER, Urgency.CANCEL)
        await clock.settle()

    assert (0.0, "cancel") in play(LIMITS[World.LIVE], scenario)


def test_cancels_go_before_orders_that_came_earlier() -> None:
    async def scenario(pacer: Pacer, clock: FakeClock, log: Log) -> None:
        for number in range(6):
            ask(pacer, clock, log, f"order {number}", "kt10000", Group.ORDER, Urgency.ORDER)
        await clock.settle()
        for number in range(4):
            ask(pacer, clock, log, f"cancel {number}", "kt10003", Group.ORDER, Urgency.CANCEL)
        await clock.advance(20)

    names = [name for _, name in play(LIMITS[World.LIVE], scenario)]
    waiting = [name for name in names if name != "order 0"]  # the first one went before any cancel was asked for
    assert waiting[:4] == [f"cancel {number}" for number in range(4)]
    assert waiting[4:] == [f"order {number}" for number in range(1, 6)]


def test_a_background_query_is_served_while_others_keep_coming() -> None:
    async def scenario(pacer: Pacer, clock: FakeClock, log: Log) -> None:
        ask(pacer, clock, log, "first", "busy", Group.QUERY, Urgency.WAITED_FOR)
        ask(pacer, clock, log, "background", "busy", Group.QUERY, Urgency.BACKGROUND)
        for _ in range(60):
            ask(pacer, clock, log, "keen", "busy", Group.QUERY, Urgency.WAITED_FOR)
            ask(pacer, clock, log, "keen", "busy", Group.QUERY, Urgency.WAITED_FOR)
            await clock.advance(0.25)

    served = [at for at, name in play(LIMITS[World.LIVE], scenario) if name == "background"]
    assert served and served[0] < 10


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(list(Urgency)), st.floats(0, 1.5)), min_size=1, max_size=25
    )
)
def test_everybody_is_served_once_and_in_turn(asks: list[tuple[str, Urgency, float]]) -> None:
    limits = Limits(Rate(1, 0.25), {Group.QUERY: Rate(5, 1.05)})

    async def scenario(pacer: Pacer, clock: FakeClock, log: Log) -> None:
        for number, (tr, urgency, pause) in enumerate(asks):
            ask(pacer, clock, log, f"{tr}{urgency.value}-{number:02d}", tr, Group.QUERY, urgency)
            await clock.advance(pause)
        await clock.advance(60)

    log = play(limits, scenario)
    assert len({name for _, name in log}) == len(log) == len(asks)
    for tr in "abc":
        times = [at for at, name in log if name.startswith(tr)]
        assert all(later - earlier >= 0.2499 for earlier, later in pairwise(times))
        for urgency in Urgency:
            same = [name for _, name in log if name.startswith(f"{tr}{urgency.value}-")]
            assert same == sorted(same)


def test_a_withdrawn_wait_takes_nothing_and_lets_the_next_one_go() -> None:
    async def scenario(pacer: Pacer, clock: FakeClock, log: Log) -> None:
        ask(pacer, clock, log, "one", "kt10000", Group.ORDER, Urgency.ORDER)
        withdrawn = ask(pacer, clock, log, "two", "kt10000", Group.ORDER, Urgency.ORDER)
        ask(pacer, clock, log, "three", "kt10000", Group.ORDER, Urgency.ORDER)
        await clock.settle()
        withdrawn.cancel()
        await clock.advance(0.3)

    assert [name for _, name in play(LIMITS[World.LIVE], scenario)] == ["one", "three"]


def test_the_announced_delay_is_what_the_wait_then_takes() -> None:
    announced: list[float] = []

    async def scenario(pacer: Pacer, clock: FakeClock, log: Log) -> None:
        for number in range(7):
            announced.append(pacer.delay("kt10000", Group.ORDER, Urgency.ORDER))
            ask(pacer, clock, log, str(number), "kt10000", Group.ORDER, Urgency.ORDER)
            await clock.settle()
        await clock.advance(20)

    log = play(LIMITS[World.LIVE], scenario)
    assert announced[0] == 0
    assert [at for at, _ in log] == pytest.approx(announced)


def test_a_limit_that_the_broker_names_is_kept_from_then_on() -> None:
    async def scenario(pacer: Pacer, clock: FakeClock, log: Log) -> None:
        pacer.limited("kt10000", Group.ORDER, "허용된 요청 개수를 초과하였습니다[1700:API ID=kt10000, 유량=1]")
        ask(pacer, clock, log, "other", "kt10003", Group.ORDER, Urgency.CANCEL)
        for _ in range(4):
            ask(pacer, clock, log, "limited", "kt10000", Group.ORDER, Urgency.ORDER)
        await clock.advance(20)

    log = play(LIMITS[World.LIVE], scenario)
    times = [at for at, name in log if name == "limited"]
    assert (0.0, "other") in log
    assert 1.1 <= times[0] <= 1.3
    assert all(later - earlier >= 1.1 - 1e-9 for earlier, later in pairwise(times))


def test_a_total_limit_slows_the_whole_group() -> None:
    async def scenario(pacer: Pacer, clock: FakeClock, log: Log) -> None:
        pacer.limited("a", Group.QUERY, "[1701:총유량=2]")
        for number in range(8):
            ask(pacer, clock, log, "q", f"tr{number}", Group.QUERY, Urgency.WAITED_FOR)
        await clock.advance(20)

    times = [at for at, _ in play(LIMITS[World.LIVE], scenario)]
    assert len(times) == 8 and times[0] >= 1.1 and within(times, 1.0) <= 2


@pytest.mark.parametrize(
    "text", ["총 요청 개수를 초과하였습니다[1701:API ID=a]", "[1702:그룹 초과 API ID=a]", "[1702]"]
)
def test_a_total_limit_without_a_number_pauses_the_whole_group_and_no_other(text: str) -> None:
    async def scenario(pacer: Pacer, clock: FakeClock, log: Log) -> None:
        pacer.limited("a", Group.ORDER, text)
        ask(pacer, clock, log, "order", "b", Group.ORDER, Urgency.ORDER)
        ask(pacer, clock, log, "query", "c", Group.QUERY, Urgency.WAITED_FOR)
        await clock.advance(20)

    at = {name: moment for moment, name in play(LIMITS[World.LIVE], scenario)}
    assert 1.1 <= at["order"] <= 1.3 and at["query"] == 0.0


def test_a_limit_without_a_number_only_pauses() -> None:
    async def scenario(pacer: Pacer, clock: FakeClock, log: Log) -> None:
        pacer.limited("a", Group.QUERY, "잠시 후 다시")
        ask(pacer, clock, log, "q", "a", Group.QUERY, Urgency.WAITED_FOR)
        ask(pacer, clock, log, "q", "a", Group.QUERY, Urgency.WAITED_FOR)
        await clock.advance(20)

    first, second = (at for at, _ in play(LIMITS[World.LIVE], scenario))
    assert first >= 1.1 and second - first == pytest.approx(0.25)


def test_the_gauge_is_full_empties_and_fills_again() -> None:
    seen: list[float] = []

    async def scenario(pacer: Pacer, clock: FakeClock, log: Log) -> None:
        seen.append(pacer.free())
        for number in range(3):
            ask(pacer, clock, log, "o", f"o{number}", Group.ORDER, Urgency.ORDER)
        await clock.settle()
        seen.append(pacer.free())
        await clock.advance(2)
        seen.append(pacer.free())

    play(LIMITS[World.LIVE], scenario)
    assert seen == [1.0, 0.0, 1.0]


def test_closing_withdraws_those_who_wait() -> None:
    async def scenario(pacer: Pacer, clock: FakeClock, log: Log) -> None:
        tasks = [ask(pacer, clock, log, "o", "o", Group.ORDER, Urgency.ORDER) for _ in range(3)]
        await clock.settle()
        pacer.close()
        await clock.settle()
        assert [task.cancelled() for task in tasks] == [False, True, True]

    play(LIMITS[World.LIVE], scenario)
