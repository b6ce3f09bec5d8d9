"""A lane that is closed while it is being opened: it goes no further, and nothing of the account stays taken."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import cast

import pytest

from kiwoom_desk.domain.checks.model import Limits
from kiwoom_desk.domain.facts import Fact
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.trading import lane as lane_module
from kiwoom_desk.trading.environments import PRACTICE
from kiwoom_desk.trading.lane import Lane, LaneState
from kiwoom_desk.trading.notices import Notices
from kiwoom_desk.trading.ports import AccountName, BrokerUnavailable, Gateway, Journal, JournalBroken, Keys
from kiwoom_desk.trading.safety import Safety
from tests.simulation.loop import VirtualClock, VirtualLoop
from tests.support.day import at
from tests.support.fakes import FakeJournal
from tests.support.until import until
from tests.trading.lane_bench import FakeGateway

STEPS = ["key", "sign-in", "journal", "fold", "stream"]
IN_A_THREAD = {"key", "journal", "fold"}
"""A thread cannot be stopped; a question to the broker can."""


class Outside:
    """The computer's locks and a broker. Opening stops at the step `held` until `go_on`, then meets `failure`.
    `first_sign_in` fails the first attempt, and the second one stops at `held_then`.

    `begun` has the steps of the last attempt, `taken` what nobody else can have now."""

    def __init__(self) -> None:
        self.held = self.held_then = ""
        self.failure: Exception | None = None
        self.first_sign_in: Exception | None = None
        self.begun: list[str] = []
        self.taken: list[str] = []
        self.states: list[LaneState] = []
        self.line_breaks: Exception | None = None
        self.disk_is_free = asyncio.Event()
        self.disk_is_free.set()
        self._there, self._may_go = threading.Event(), threading.Event()
        self._time = VirtualLoop()
        self.clock = VirtualClock(self._time, at(0))

    def lane(self) -> Lane:
        lane = Lane(
            PRACTICE,
            Market.STOCK,
            Keys("app", "secret"),
            self.clock,
            Safety(PRACTICE, self.clock, lambda: Limits(10**9, 10**9, 100)),
            Notices(),
            lambda *_: cast(Gateway, HeldGateway(self)),
            lambda *_: cast(Journal, self._open_journal()),
            lambda: self.states.append(lane.state),
            reserve=lambda *_: self._reserve(),
        )
        return lane

    async def reached(self) -> None:
        await until(self._there.is_set)

    def go_on(self) -> None:
        self.held = ""
        self._may_go.set()

    def end(self) -> None:
        self.go_on()
        self._time.close()

    # --- what opening asks for -----------------------------------------------------------------------------------
    def step(self, name: str) -> None:
        """In a thread."""
        self.begun.append(name)
        if name == self.held:
            self._there.set()
            self._may_go.wait()
            if self.failure is not None:
                raise self.failure

    async def question(self, name: str) -> None:
        """Cancelled, it ends as a client does whose line is cut."""
        try:
            await asyncio.get_running_loop().run_in_executor(None, self.step, name)
        except asyncio.CancelledError:
            if self.failure is not None:
                raise self.failure from None
            raise

    def take(self, what: str) -> None:
        if what in self.taken:
            raise JournalBroken("이 계좌는 이미 실행 중인 프로그램에서 쓰고 있습니다.")
        self.taken.append(what)

    def _reserve(self) -> Callable[[], None]:
        self.begun.clear()
        self.step("key")
        self.take("key")
        return lambda: self.taken.remove("key")

    def _open_journal(self) -> HeldJournal:
        self.step("journal")
        self.take("journal")
        return HeldJournal(self)


class HeldGateway(FakeGateway):
    def __init__(self, outside: Outside) -> None:
        super().__init__(outside.clock)
        self._outside = outside
        outside.take("line")

    async def probe(self) -> AccountName:
        failure, self._outside.first_sign_in = self._outside.first_sign_in, None
        if failure is not None:
            self._outside.held = self._outside.held_then
            raise failure
        await self._outside.question("sign-in")
        return await super().probe()

    async def open(self) -> AccountName:
        await self._outside.question("stream")
        return await super().open()

    async def close(self) -> None:
        if self._outside.line_breaks is not None:
            raise self._outside.line_breaks
        if "line" in self._outside.taken:
            self._outside.taken.remove("line")


class HeldJournal(FakeJournal):
    def __init__(self, outside: Outside) -> None:
        super().__init__()
        self._outside = outside

    def replay(self, since: date | None = None) -> Sequence[Fact]:
        self._outside.step("fold")
        return super().replay(since)

    async def close(self) -> None:
        await self._outside.disk_is_free.wait()
        self._outside.taken.remove("journal")


def live(story: Callable[[Outside], Awaitable[None]]) -> None:
    async def main() -> None:
        outside = Outside()
        try:
            async with asyncio.timeout(30):
                await story(outside)
        finally:
            outside.end()

    asyncio.run(main())


async def turns(count: int = 20) -> None:
    """What can happen without anything from outside has happened then."""
    for _ in range(count):
        await asyncio.sleep(0)


async def can_be_opened(outside: Outside) -> None:
    """By the next lane, as after 다시 연결."""
    lane = outside.lane()
    await lane.open()
    assert lane.state is LaneState.READY, lane.sentence
    await lane.close()
    assert not outside.taken


@pytest.mark.parametrize("again", [False, True], ids=["at first", "tried again"])
@pytest.mark.parametrize("held", STEPS)
def test_it_goes_no_further_and_is_closed_when_all_was_given_back(
    held: str, again: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane_module, "AGAIN", (0.0,))

    async def story(outside: Outside) -> None:
        lane = outside.lane()
        if again:
            outside.first_sign_in, outside.held_then = BrokerUnavailable("키움에 연결하지 못했습니다."), held
        else:
            outside.held = held
        opening = asyncio.ensure_future(lane.open())
        await outside.reached()
        assert (LaneState.FAILED in outside.states) == again
        closing = asyncio.ensure_future(lane.close())
        await turns()
        if held in IN_A_THREAD:
            assert not closing.done(), "what the thread takes is waited for"
            outside.go_on()
        await asyncio.gather(opening, closing)
        assert lane.state is LaneState.CLOSED and lane.desk is None and not lane._tasks._all
        assert outside.begun == STEPS[: STEPS.index(held) + 1] and not outside.taken
        outside.go_on()
        await can_be_opened(outside)

    live(story)


@pytest.mark.parametrize(
    ("held", "failure"),
    [
        ("key", JournalBroken("디스크를 쓸 수 없습니다.")),
        ("sign-in", BrokerUnavailable("키움에 연결하지 못했습니다.")),
        ("sign-in", RuntimeError("Cannot send a request, as the client has been closed.")),
        ("journal", JournalBroken("디스크를 쓸 수 없습니다.")),
        ("fold", JournalBroken("기록을 읽지 못했습니다.")),
        ("stream", BrokerUnavailable("키움에 연결하지 못했습니다.")),
    ],
)
def test_whatever_opening_meets_by_then_is_its_end_and_neither_raised_nor_tried_again(
    held: str, failure: Exception
) -> None:
    async def story(outside: Outside) -> None:
        outside.held, outside.failure = held, failure
        lane = outside.lane()
        opening = asyncio.ensure_future(lane.open())
        await outside.reached()
        closing = asyncio.ensure_future(lane.close())
        await turns()
        outside.go_on()
        await asyncio.gather(opening, closing)
        assert outside.states == [LaneState.CONNECTING, LaneState.CLOSED]
        assert lane.sentence == "" and not lane._tasks._all and not outside.taken

    live(story)


def test_a_closed_lane_is_not_opened_again() -> None:
    async def story(outside: Outside) -> None:
        lane = outside.lane()
        await lane.close()
        await lane.open()
        assert lane.state is LaneState.CLOSED and not outside.begun

    live(story)


def test_a_bug_while_it_opens_is_raised_and_what_was_taken_is_given_back() -> None:
    async def story(outside: Outside) -> None:
        outside.first_sign_in = ZeroDivisionError()
        lane = outside.lane()
        with pytest.raises(ZeroDivisionError):
            await lane.open()
        assert not outside.taken
        assert lane.state is LaneState.FAILED and "프로그램 오류" in lane.sentence, "nobody is connecting any more"
        await lane.close()

    live(story)


# --- who waits ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("held", STEPS)
def test_who_stops_waiting_for_it_to_open_does_not_end_it(held: str) -> None:
    async def story(outside: Outside) -> None:
        outside.held = held
        lane = outside.lane()
        opening = asyncio.ensure_future(lane.open())
        await outside.reached()
        opening.cancel()
        await turns()
        assert opening.cancelled()
        outside.go_on()
        await until(lambda: lane.state is LaneState.READY)
        await lane.close()
        assert not outside.taken

    live(story)


def test_who_stops_waiting_for_it_to_close_leaves_nothing_taken_and_another_waits_for_the_same_end() -> None:
    async def story(outside: Outside) -> None:
        lane = outside.lane()
        await lane.open()
        outside.disk_is_free.clear()
        closing = asyncio.ensure_future(lane.close())
        await until(lambda: "line" not in outside.taken)
        closing.cancel()
        other = asyncio.ensure_future(lane.close())
        await turns()
        assert closing.cancelled() and not other.done() and outside.taken == ["key", "journal"]
        outside.disk_is_free.set()
        await other
        assert lane.state is LaneState.CLOSED
        await can_be_opened(outside)

    live(story)


def test_a_line_that_breaks_in_closing_keeps_neither_the_journal_nor_the_key() -> None:
    async def story(outside: Outside) -> None:
        lane = outside.lane()
        await lane.open()
        outside.line_breaks = ZeroDivisionError()
        with pytest.raises(ZeroDivisionError):
            await lane.close()
        assert outside.taken == ["line"]

    live(story)
