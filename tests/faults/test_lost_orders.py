"""Lost, late, doubled: what became of an order is found by looking, over real sockets (N15 to N21, Q01 to Q07, C05)."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from kiwoom_desk.domain.drafts import AmendDraft, OrderDraft
from kiwoom_desk.domain.facts import Accepted, AnswerLost, Refused
from kiwoom_desk.domain.orders import OrderState, Standing
from kiwoom_desk.trading.ports import MayLeave, QueryFailed, Sent
from kiwoom_desk.trading.safety import Denied
from tests.faults.bench import Bench, run
from tests.support.faults import fault
from tests.support.until import until

QUICK = 20.0


@pytest.fixture(autouse=True)
def short_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiwoom_desk.kiwoom.client.ORDER_DEADLINE", 0.6)


@pytest.mark.parametrize(
    "do",
    [
        pytest.param("lose_after", marks=fault("N15")),
        pytest.param("reset_after", marks=fault("N16")),
        pytest.param("silence_after", marks=fault("N17")),
        pytest.param("drip", marks=fault("N18")),
        pytest.param("half_body", marks=fault("H01")),
        pytest.param("html", marks=fault("H08")),
        pytest.param("malformed", marks=fault("J01")),
        pytest.param("no_number", marks=fault("J03")),
        pytest.param("status_after", marks=fault("H16")),
    ],
)
def test_an_accepted_order_whose_answer_is_lost_is_found_once(tmp_path: Path, do: str) -> None:
    async def story(b: Bench) -> None:
        b.server.faults.arm(on="kt10000", do=do)
        row = await b.place()
        assert row.state is OrderState.UNCONFIRMED
        with pytest.raises(Denied, match="접수 여부"):
            await b.place()
        found = await b.becomes(row.id, OrderState.WORKING)
        assert found.confirmed_by_look and len(b.desk.orders()) == len(b.listed()) == 1

    run(tmp_path, story, QUICK)


def test_a_machine_that_hesitates_makes_no_order_old_in_quick_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the bench itself: a tenth of a second are two of ours, and a busy machine takes that long now and then."""

    async def story(b: Bench) -> None:
        send = b.desk._broker.place

        async def hesitating(draft: OrderDraft, may_leave: MayLeave) -> Sent:
            time.sleep(0.1)  # noqa: ASYNC251 (the whole machine)
            return await send(draft, may_leave)

        monkeypatch.setattr(b.desk._broker, "place", hesitating)
        assert (await b.place()).state is OrderState.WORKING

    run(tmp_path, story, QUICK)


@fault("N19")
def test_a_request_that_vanished_is_absent_after_three_looks_and_thirty_seconds(tmp_path: Path) -> None:
    async def story(b: Bench) -> None:
        b.server.faults.arm(on="kt10000", do="silence_before")
        row = await b.place()
        lost = b.clock.monotonic()
        assert row.state is OrderState.UNCONFIRMED
        row = await b.becomes(row.id, OrderState.NOT_PLACED)
        assert b.clock.monotonic() - lost >= 29
        assert row.looks >= 3 and b.listed() == []
        again = await b.place()
        assert again.state is OrderState.WORKING, "a new order is the trader's own act, and free again"

    run(tmp_path, story, QUICK)


@fault("N20")
@pytest.mark.parametrize("seconds", [0.8, 2.5])
def test_an_order_that_arrives_after_our_deadline_is_bound_late_and_loudly(tmp_path: Path, seconds: float) -> None:
    """0.8 s are 16 of ours, while it is still searched for; 2.5 s are 50, when it was already called absent."""

    async def story(b: Bench) -> None:
        b.server.faults.arm(on="kt10000", do="late_accept", seconds=seconds, answer="silence")
        row = await b.place()
        assert row.state is OrderState.UNCONFIRMED
        if seconds > 2:
            await b.becomes(row.id, OrderState.NOT_PLACED)
        found = await b.becomes(row.id, OrderState.WORKING)
        assert found.confirmed_by_look and len(b.desk.orders()) == len(b.listed()) == 1
        if seconds > 2:
            assert "늦" in b.warnings()

    run(tmp_path, story, QUICK)


@fault("N21")
def test_of_a_doubled_order_one_is_bound_and_the_other_shown_and_nothing_is_cancelled(tmp_path: Path) -> None:
    async def story(b: Bench) -> None:
        b.server.faults.arm(on="kt10000", do="duplicate")
        row = await b.place()
        assert row.state is OrderState.WORKING
        await until(lambda: len(b.desk.orders()) == 2)
        await b.connection.look_now()
        assert sorted(o.ref.number for o in b.desk.orders() if o.ref) == [o.number for o in b.listed()]
        assert all(o.state is OrderState.WORKING for o in b.desk.orders())
        assert [o.own for o in b.desk.orders()].count(True) == 1

    run(tmp_path, story, QUICK)


@fault("Q04")
def test_a_list_that_lags_delays_the_finding_and_changes_nothing_else(tmp_path: Path) -> None:
    async def story(b: Bench) -> None:
        b.server.faults.arm(on="list", do="lag", seconds=90.0, when="always")
        b.server.faults.arm(on="stream", do="drop", type="00", when="always")
        b.server.faults.arm(on="kt10000", do="lose_after")
        row = await b.place()
        await b.becomes(row.id, OrderState.NOT_PLACED)
        b.server.faults.clear()
        found = await b.becomes(row.id, OrderState.WORKING)
        assert found.confirmed_by_look and len(b.desk.orders()) == 1

    run(tmp_path, story, QUICK)


@fault("Q05")
def test_a_list_without_a_known_order_proves_nothing(tmp_path: Path) -> None:
    async def story(b: Bench) -> None:
        known = await b.place(b.buy(3))
        assert known.state is OrderState.WORKING
        began = b.clock.monotonic()
        await until(lambda: b.clock.monotonic() - began > 11)
        b.server.faults.arm(on="list", do="lag", seconds=600.0, when="always")
        b.server.faults.arm(on="kt10000", do="lose_before")
        row = await b.place()
        began = b.clock.monotonic()
        await until(lambda: b.clock.monotonic() - began > 60)
        assert b.row(row.id).state is OrderState.UNCONFIRMED, "sixty seconds of void looks are no evidence"
        assert "아직 없어" in b.reconciler.failure
        b.server.faults.clear()
        await b.becomes(row.id, OrderState.NOT_PLACED)

    run(tmp_path, story, QUICK)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(
            {"on": "list", "when": {"page": 2, "times": 0}, "do": "status", "status": 500}, marks=fault("Q01")
        ),
        pytest.param({"on": "list", "when": "always", "do": "endless"}, marks=fault("Q02")),
        pytest.param({"on": "list", "when": "always", "do": "repeated_key"}, marks=fault("Q03")),
        pytest.param({"on": "list", "when": "always", "do": "status", "status": 503}, marks=fault("Q01")),
    ],
)
def test_a_list_that_is_not_whole_is_no_look(tmp_path: Path, script: dict[str, object]) -> None:
    async def story(b: Bench) -> None:
        if "page" in str(script):
            for n in range(25):  # more than one page holds
                b.server.call(lambda n=n: place_directly(b, n + 1))  # type: ignore[misc]
        b.server.faults.arm(script)
        with pytest.raises(QueryFailed):
            await b.lane.gateway.broker.look(b.lane.today())  # type: ignore[union-attr]
        assert not await b.reconciler.look()  # one that was under way has ended before it
        looked = b.lane.last_look
        assert not await b.reconciler.look()
        assert b.lane.last_look == looked and b.reconciler.failure
        b.server.faults.clear()
        assert await b.reconciler.look()

    run(tmp_path, story, QUICK)


def test_a_day_of_a_thousand_orders_is_read_whole_and_a_lost_one_found_in_it(tmp_path: Path) -> None:
    """A look that stops half-way is void, so a busy day must never be longer than what we are willing to read."""

    def busy(b: Bench) -> None:
        core, now = b.server.core, b.server.clock.now()
        for n in range(500):
            order = core.place("stock", "005930", "KRX", "buy", "0", 1 + n % 5, b.price, 0, now=now, channel="영웅문4")
            core.cancel("stock", order.number, "005930", "KRX", 0, now=now, channel="영웅문4")

    async def story(b: Bench) -> None:
        b.server.call(lambda: busy(b))
        b.server.faults.arm(on="kt10000", do="lose_after")
        row = await b.place()
        found = await b.becomes(row.id, OrderState.WORKING)
        assert found.confirmed_by_look and len(b.listed()) == 1001

    run(tmp_path, story)


def place_directly(b: Bench, quantity: int) -> object:
    core, now = b.server.core, b.server.clock.now()
    return core.place("stock", "005930", "KRX", "buy", "0", quantity, b.price, 0, now=now)


@fault("Q07")
def test_a_limited_list_waits_and_orders_go_on(tmp_path: Path) -> None:
    async def story(b: Bench) -> None:
        b.server.faults.arm(on="list", do="limit", when={"times": 2})
        b.reconciler.soon()
        await until(lambda: b.server.faults.struck)
        assert (await b.place()).state is OrderState.WORKING
        await until(lambda: len(b.server.faults.struck) == 2)
        looked = b.lane.last_look
        await until(lambda: b.lane.last_look != looked)

    run(tmp_path, story)


@fault("C01")
def test_a_cancel_that_comes_after_the_fill_is_refused_and_the_order_is_filled(tmp_path: Path) -> None:
    async def story(b: Bench) -> None:
        row = await b.place()
        b.server.faults.arm(on="cancel", do="fill_first", quantity=10)
        assert isinstance(await b.desk.cancel(row.id, None, b.gesture()), Refused)
        assert (await b.becomes(row.id, OrderState.FILLED)).filled == 10

    run(tmp_path, story)


@fault("C02")
def test_a_fill_during_an_amendment_stays_with_the_original(tmp_path: Path) -> None:
    async def story(b: Bench) -> None:
        row = await b.place()
        b.server.faults.arm(on="amend", do="fill_first", quantity=4)
        child = await b.desk.amend(row.id, AmendDraft(None, b.price + 100), b.gesture())
        await until(lambda: (b.row(row.id).filled, b.row(child.id).remaining) == (4, 6))
        assert b.row(row.id).state is OrderState.REPLACED and b.row(child.id).filled == 0

    run(tmp_path, story)


@fault("C03")
def test_a_chain_of_amendments_is_cancelled_at_its_newest_number(tmp_path: Path) -> None:
    async def story(b: Bench) -> None:
        first = await b.place()
        second = await b.desk.amend(first.id, AmendDraft(None, b.price + 100), b.gesture())
        third = await b.desk.amend(first.id, AmendDraft(None, b.price + 200), b.gesture())
        assert isinstance(await b.desk.cancel(first.id, None, b.gesture()), Accepted)
        await b.becomes(third.id, OrderState.CANCELED)
        assert b.row(first.id).replaced_by == (second.id,) and b.row(second.id).replaced_by == (third.id,)
        assert {b.row(o).state for o in (first.id, second.id)} == {OrderState.REPLACED}

    run(tmp_path, story)


@fault("C05")
def test_a_lost_cancel_may_be_pressed_again_and_cancels_once(tmp_path: Path) -> None:
    async def story(b: Bench) -> None:
        row = await b.place()
        b.server.faults.arm(on="cancel", do="lose_before")
        assert isinstance(await b.desk.cancel(row.id, None, b.gesture()), AnswerLost)
        assert isinstance(await b.desk.cancel(row.id, None, b.gesture()), Accepted)
        await b.becomes(row.id, OrderState.CANCELED)
        await until(lambda: all(c.standing in (Standing.DONE, Standing.MOOT) for c in b.row(row.id).changes))
        assert b.row(row.id).cancelled == 10 and len(b.listed()) == 2

    run(tmp_path, story, QUICK)


def test_a_lost_amendment_is_found_with_its_chain(tmp_path: Path) -> None:
    async def story(b: Bench) -> None:
        row = await b.place()
        b.server.faults.arm(on="amend", do="lose_after")
        child = await b.desk.amend(row.id, AmendDraft(None, b.price + 100), b.gesture())
        assert child.state is OrderState.UNCONFIRMED
        found = await b.becomes(child.id, OrderState.WORKING)
        await b.becomes(row.id, OrderState.REPLACED)
        assert found.remaining == 10 and b.row(row.id).replaced_by == (child.id,)

    run(tmp_path, story, QUICK)
