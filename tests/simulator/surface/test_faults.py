"""Each fault over real sockets: what the client sees, and what the exchange really did."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed

from kiwoom_desk.simulator.faults import FaultBook
from kiwoom_desk.simulator.server import PracticeServer
from tests.simulator.surface.client import ACCOUNT, INFO, ORDERS, Desk, in_thread, order_body, stream, until


def _post(desk: Desk, price: int) -> httpx.Response:
    return desk.post("kt10000", ORDERS, order_body("005930", 1, price))


@pytest.fixture
def low(desk: Desk) -> int:
    return desk.price("lst_pric")


@pytest.mark.parametrize(
    ("do", "placed"),
    [("lose_before", 0), ("lose_after", 1), ("reset_before", 0), ("reset_after", 1)],
)
def test_a_lost_answer_breaks_the_connection(
    server: PracticeServer, desk: Desk, low: int, do: str, placed: int
) -> None:
    server.faults.arm(on="kt10000", do=do)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        _post(desk, low)
    assert len(desk.day()) == placed
    assert _post(desk, low).json()["return_code"] == 0


@pytest.mark.parametrize(("do", "placed"), [("silence_before", 0), ("silence_after", 1)])
def test_silence_lasts_until_the_client_gives_up(
    server: PracticeServer, login: Callable[..., Desk], low: int, do: str, placed: int
) -> None:
    impatient = login(server, timeout=0.3)
    server.faults.arm(on="order", do=do)
    with pytest.raises(httpx.ReadTimeout):
        _post(impatient, low)
    assert len(impatient.day()) == placed


def test_a_delayed_answer_is_the_real_one(server: PracticeServer, desk: Desk, low: int) -> None:
    server.faults.arm(on="place", do="delay", delay=0.2)
    response = _post(desk, low)
    assert response.elapsed.total_seconds() >= 0.2
    assert [row["ord_no"] for row in desk.day()] == [response.json()["ord_no"]]


def test_a_late_acceptance_comes_after_the_client_has_left(
    server: PracticeServer, login: Callable[..., Desk], low: int
) -> None:
    impatient = login(server, timeout=0.2)
    server.faults.arm(on="kt10000", do="late_accept", seconds=0.6)
    with pytest.raises(httpx.ReadTimeout):
        _post(impatient, low)
    assert impatient.day() == []
    assert len(until(impatient.day)) == 1


def test_a_duplicated_request_is_executed_twice(server: PracticeServer, desk: Desk, low: int) -> None:
    server.faults.arm(on="kt10000", do="duplicate")
    answer = _post(desk, low).json()
    numbers = [row["ord_no"] for row in desk.day()]
    assert len(numbers) == 2 and answer["ord_no"] == numbers[0]


def test_a_limited_order_is_not_placed(server: PracticeServer, desk: Desk, low: int) -> None:
    server.faults.arm(on="order", do="limit")
    response = _post(desk, low)
    assert (response.status_code, response.json()["return_code"]) == (429, 5)
    assert "[1700:" in response.json()["return_msg"]
    assert desk.day() == []


@pytest.mark.parametrize(("do", "placed"), [("status", 0), ("status_after", 1)])
def test_a_server_error_tells_nothing_about_the_order(
    server: PracticeServer, desk: Desk, low: int, do: str, placed: int
) -> None:
    server.faults.arm(on="kt10000", do=do, status=502)
    response = _post(desk, low)
    assert (response.status_code, "html" in response.headers["content-type"]) == (502, True)
    assert len(desk.day()) == placed


def test_a_token_error_strikes_orders_and_queries(server: PracticeServer, desk: Desk, low: int) -> None:
    server.faults.arm(on="any", do="token_error", when={"times": 2})
    for response in (_post(desk, low), desk.post("ka10001", INFO, {"stk_cd": "005930"})):
        assert response.json()["return_code"] == 3 and "[8005:" in response.json()["return_msg"]
    assert desk.day() == []


def test_any_refusal_can_be_scripted(server: PracticeServer, desk: Desk, low: int) -> None:
    server.faults.arm(on="kt10000", do="refuse", return_code=20, code="571242", text="매수불가 종목")
    assert _post(desk, low).json() == {"return_code": 20, "return_msg": "[2000](571242:매수불가 종목)"}
    server.faults.arm(on="token", do="refuse", code="8050", text="지정단말기 인증에 실패했습니다")
    assert "[8050:" in desk.issue()["return_msg"]


def test_half_a_body_ends_early(server: PracticeServer, desk: Desk, low: int) -> None:
    server.faults.arm(on="kt10000", do="half_body")
    with pytest.raises(httpx.RemoteProtocolError):
        _post(desk, low)
    assert len(desk.day()) == 1


@pytest.mark.parametrize("do", ["html", "malformed"])
def test_an_unreadable_body_is_a_success_to_http_only(server: PracticeServer, desk: Desk, low: int, do: str) -> None:
    server.faults.arm(on="kt10000", do=do)
    response = _post(desk, low)
    assert response.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        response.json()
    assert len(desk.day()) == 1


def test_an_answer_without_its_number(server: PracticeServer, desk: Desk, low: int) -> None:
    server.faults.arm(on="kt10000", do="no_number")
    answer = _post(desk, low).json()
    assert (answer["return_code"], "ord_no" in answer) == (0, False)
    assert len(desk.day()) == 1


def test_a_dripping_answer_arrives_in_the_end(server: PracticeServer, desk: Desk, low: int) -> None:
    server.faults.arm(on="kt10000", do="drip", seconds=0.005)
    assert _post(desk, low).json()["return_code"] == 0


def test_a_client_may_leave_a_dripping_answer(server: PracticeServer, login: Callable[..., Desk], low: int) -> None:
    impatient = login(server, timeout=0.2)
    server.faults.arm(on="kt10000", do="drip", seconds=5.0)
    with pytest.raises(httpx.ReadTimeout):
        _post(impatient, low)
    assert len(impatient.day()) == 1


def test_a_list_page_can_fail_while_the_first_one_works(server: PracticeServer, desk: Desk, low: int) -> None:
    for _ in range(21):
        _post(desk, low)
    server.faults.arm(on="list", do="status", when={"page": 2})
    body = {"qry_tp": "1", "stk_bond_tp": "0", "sell_tp": "0", "dmst_stex_tp": "%"}
    first = desk.post("kt00007", ACCOUNT, body)
    heads = {"cont-yn": "Y", "next-key": first.headers["next-key"]}
    assert (first.status_code, desk.post("kt00007", ACCOUNT, body, **heads).status_code) == (200, 503)
    assert desk.post("kt00007", ACCOUNT, body, **heads).status_code == 200


@pytest.mark.parametrize(("do", "distinct"), [("endless", 5), ("repeated_key", 1)])
def test_a_list_may_go_on_forever(server: PracticeServer, desk: Desk, do: str, distinct: int) -> None:
    server.faults.arm(on="kt00007", do=do, when="always")
    body = {"qry_tp": "1", "stk_bond_tp": "0", "sell_tp": "0", "dmst_stex_tp": "%"}
    keys, after = [], ""
    for _ in range(5):
        response = desk.post("kt00007", ACCOUNT, body, **({"cont-yn": "Y", "next-key": after} if after else {}))
        assert response.headers["cont-yn"] == "Y"
        after = response.headers["next-key"]
        keys.append(after)
    assert len(set(keys)) == distinct


def test_a_lagging_list_shows_the_past(server: PracticeServer, desk: Desk, low: int) -> None:
    known = _post(desk, low).json()["ord_no"]
    server.call(lambda: server.clock.skip(timedelta(minutes=1)))
    desk.cancel(known)
    fresh = _post(desk, low).json()["ord_no"]
    server.faults.arm(on="list", do="lag", seconds=30.0, when="always")
    assert [(row["ord_no"], int(row["ord_remnq"])) for row in desk.day()] == [(known, 1)]
    assert [row["ord_no"] for row in desk.open_orders()] == [known]
    server.faults.clear()
    assert fresh in [row["ord_no"] for row in desk.day()]


def test_a_fill_may_overtake_a_cancel(server: PracticeServer, desk: Desk) -> None:
    best = abs(int(desk.ask("ka10004", "/api/dostk/mrkcond", {"stk_cd": "005930"})["buy_fpr_bid"]))
    number = desk.buy(quantity=5, price=best)["ord_no"]
    server.faults.arm(on="cancel", do="fill_first")
    assert "[2000](506550:" in desk.cancel(number)["return_msg"]
    assert int(desk.row(number)["cntr_qty"]) == 5


def test_a_part_may_be_filled_before_an_amendment(server: PracticeServer, desk: Desk) -> None:
    best = abs(int(desk.ask("ka10004", "/api/dostk/mrkcond", {"stk_cd": "005930"})["buy_fpr_bid"]))
    number = desk.buy(quantity=5, price=best)["ord_no"]
    server.faults.arm(on="amend", do="fill_first", quantity=2)
    assert int(desk.amend(number, best - 100)["mdfy_qty"]) == 3


def test_another_channel_orders_and_cancels(server: PracticeServer, desk: Desk, low: int) -> None:
    order = {"on": "market", "do": "external_order", "code": "005930", "quantity": 3, "price": low}
    server.faults.arm(order)
    rows = until(desk.day)
    assert [(row["comm_ord_tp"], int(row["ord_qty"])) for row in rows] == [("영웅문4", 3)]
    server.faults.arm(on="market", do="external_cancel", channel="영웅문S#")
    until(lambda: not desk.open_orders())
    assert desk.day()[-1]["comm_ord_tp"] == "영웅문S#"


def test_others_may_take_from_the_book_and_tokens_may_end(server: PracticeServer, desk: Desk) -> None:
    before = int(desk.ask("ka10001", INFO, {"stk_cd": "005930"})["trde_qty"])
    server.faults.arm(on="market", do="take", code="005930", side="buy", quantity=7)
    until(lambda: int(desk.ask("ka10001", INFO, {"stk_cd": "005930"})["trde_qty"]) == before + 7)
    server.faults.arm(on="market", do="expire_tokens")
    until(lambda: desk.ask("ka10001", INFO, {"stk_cd": "005930"})["return_code"])
    assert "[8005:" in desk.ask("ka10001", INFO, {"stk_cd": "005930"})["return_msg"]


def test_a_scripted_refusal_by_the_exchange_stops_nothing(server: PracticeServer, desk: Desk) -> None:
    server.faults.arm(on="market", do="external_order", code="000000", quantity=3)
    until(lambda: server.faults.struck)
    assert desk.day() == []


# The stream


def _events(server: PracticeServer, desk: Desk, low: int, **fault: Any) -> list[str]:
    """The 913/9203 of the events of one order and of a second one behind it, as they arrived."""

    async def scene() -> list[str]:
        async with stream(server, desk.token) as opened:
            await opened.register([""], ["00"])
            server.faults.arm({"on": "stream", "type": "00"} | fault)
            first = (await in_thread(desk.buy, quantity=1, price=low))["ord_no"]
            second = (await in_thread(desk.buy, quantity=1, price=low))["ord_no"]
            third = (await in_thread(desk.buy, quantity=1, price=low))["ord_no"]
            await opened.order_event(third, "접수")
            letters = {first: "a", second: "b", third: "c"}
            return [letters[entry["values"]["9203"]] for entry in opened.seen]

    return asyncio.run(scene())


@pytest.mark.parametrize(("do", "order"), [("drop", "bc"), ("duplicate", "aabc"), ("reorder", "bac")])
def test_pushes_may_be_dropped_doubled_or_swapped(
    server: PracticeServer, desk: Desk, low: int, do: str, order: str
) -> None:
    assert "".join(_events(server, desk, low, do=do)) == order


@pytest.mark.parametrize("do", ["cut", "garbage", "binary", "huge", "half_open"])
def test_the_stream_may_break_in_other_ways(server: PracticeServer, desk: Desk, low: int, do: str) -> None:
    async def scene() -> None:
        async with stream(server, desk.token) as opened:
            await opened.register([""], ["00"])
            server.faults.arm(on="stream", do=do)
            await in_thread(desk.buy, quantity=1, price=low)
            if do == "cut":
                with pytest.raises(ConnectionClosed):
                    await opened.socket.recv()
            elif do == "garbage":
                with pytest.raises(json.JSONDecodeError):
                    json.loads(await opened.socket.recv())
            elif do == "binary":
                assert isinstance(await opened.socket.recv(), bytes)
            elif do == "huge":
                assert len(await opened.socket.recv()) > 2 * 1024 * 1024
            else:
                await opened.say({"trnm": "REG", "grp_no": "2", "data": [{"item": [""], "type": ["04"]}]})
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(opened.socket.recv(), 0.3)

    asyncio.run(scene())


def test_every_stream_can_be_cut_at_once_and_a_login_refused(server: PracticeServer, desk: Desk) -> None:
    async def scene() -> None:
        async with stream(server, desk.token) as opened:
            server.faults.arm(on="market", do="cut_streams")
            with pytest.raises(ConnectionClosed):
                await opened.socket.recv()
        server.faults.arm(on="login", do="refuse", code="8005")
        with pytest.raises(AssertionError, match="805004"):
            async with stream(server, desk.token):
                pass
        async with stream(server, desk.token):
            pass

    asyncio.run(scene())


# The book of faults


def test_the_market_acts_by_seeded_chance_until_it_has_acted_often_enough() -> None:
    def acts(seed: int) -> list[int]:
        now = [0.0]
        when = {"times": 3, "chance": 0.3}
        book = FaultBook([], seed)
        book.clock = lambda: now[0]
        book.arm(on="market", do="external_order", code="005930", quantity=1, after=5.0, every=2.0, when=when)
        happened = []
        for second in range(200):
            now[0] = float(second)
            happened += [second] * len(book.due())
        return happened

    assert len(acts(1)) == 3 and min(acts(1)) >= 5 and all(second % 2 for second in acts(1))
    assert acts(1) == acts(1) and len({tuple(acts(seed)) for seed in range(5)}) > 1


def test_a_market_act_that_may_not_happen_is_tried_once() -> None:
    book = FaultBook([{"on": "market", "do": "cut_streams", "when": {"chance": 0.0}}])
    assert (book.due(), book.due(), book.struck) == ([], [], [])


def test_two_equal_lines_are_two_faults() -> None:
    line = {"on": "market", "do": "take", "code": "005930", "quantity": 1}
    book = FaultBook([line, line])
    assert len(book.due()) == 2


@given(nth=st.integers(1, 6), times=st.integers(1, 6), requests=st.integers(0, 15))
def test_a_fault_strikes_from_its_nth_match_so_many_times(nth: int, times: int, requests: int) -> None:
    book = FaultBook([{"on": "order", "do": "lose_after", "when": {"nth": nth, "times": times}}])
    struck = [book.plan(frozenset({"order"}), 1).answer is not None for _ in range(requests)]
    assert struck == [nth <= i < nth + times for i in range(1, requests + 1)]


@given(seed=st.integers(0, 1_000))
def test_chance_is_drawn_from_the_seed(seed: int) -> None:
    def strikes() -> list[bool]:
        book = FaultBook([{"on": "any", "do": "limit", "when": {"times": 0, "chance": 0.5}}], seed)
        return [book.plan(frozenset({"any"}), 1).answer is not None for _ in range(30)]

    assert strikes() == strikes()


def test_two_faults_on_one_request_are_one_plan() -> None:
    book = FaultBook([{"on": "any", "do": "duplicate"}, {"on": "order", "do": "lose_after", "delay": 2.0}])
    plan = book.plan(frozenset({"any", "order"}), 1)
    assert (plan.process, plan.answer and plan.answer.answer, plan.delay) == ("twice", "close", 2.0)
