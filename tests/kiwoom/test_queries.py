"""Questions: repeated when that helps, page by page, and a failure is never "nothing"."""

from __future__ import annotations

import json

import pytest

from kiwoom_desk.kiwoom.client import ACCOUNT
from kiwoom_desk.trading.ports import (
    BrokerUnavailable,
    Incomplete,
    NotOffered,
    QueryFailed,
    SignInRefused,
    Urgency,
)
from tests.kiwoom.token_bench import (
    OK,
    Bench,
    broker,
    failing,
    no,
    run,
)
from tests.support.faults import fault
from tests.support.raw_server import answer


@fault("Q07")
def test_q07_a_limit_is_waited_for_and_the_query_repeated() -> None:
    _, bench = run(Bench.ask, {"kt00001": [no(5, "초과[1700:API ID=kt00001, 유량=1]", 429), answer(OK)]})
    assert bench.count("kt00001") == 2
    assert bench.clock.monotonic() >= 1.1


def test_a_limit_that_lasts_ends_in_a_sentence() -> None:
    error, bench = failing({"kt00001": [no(5, "초과[1700:유량=1]", 429)]})
    assert isinstance(error, BrokerUnavailable) and "한도" in str(error)
    assert bench.count("kt00001") == 3


@pytest.mark.parametrize("bad", [no(1999, "오류[1999]"), answer(b"<html>", 502), answer(b"<html>"), answer(b"{")])
def test_a_passing_trouble_is_tried_again(bad: bytes) -> None:
    _, bench = run(Bench.ask, {"kt00001": [bad, bad, answer(OK)]})
    assert bench.count("kt00001") == 3
    error, _ = failing({"kt00001": [bad]})
    assert isinstance(error, BrokerUnavailable)


@pytest.mark.parametrize("code", ["RC7006", "RC9000", "999999", "840038"])
def test_what_is_not_offered_is_not_asked_again(code: str) -> None:
    error, bench = failing({"kt00001": [no(20, f"[2000]({code}:제공되지 않습니다)")]})
    assert isinstance(error, NotOffered) and error.code == code
    assert bench.count("kt00001") == 1


@pytest.mark.parametrize(
    "reply",
    [
        no(20, "[2000](571758:미체결 주문이 없습니다)"),
        no(20, "[2000](501724:x)"),
        no(20, "조회할 내역이 없습니다"),
        no(20, "[2000](1:자료가 없습니다)"),
    ],
)
def test_nothing_to_list_is_an_empty_answer_and_not_a_failure(reply: bytes) -> None:
    body, _ = run(Bench.ask, {"kt00001": [reply]})
    assert json.loads(body) == {}


def test_a_server_error_with_those_words_is_no_empty_list() -> None:
    error, _ = failing({"kt00001": [no(20, "자료가 없습니다", 500)]})
    assert isinstance(error, BrokerUnavailable)


@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        (no(3, "인증에 실패했습니다[8005:Token 내역이 없습니다]"), SignInRefused),
        (no(3, "조회할 내역이 없습니다"), BrokerUnavailable),
        (no(5, "[1700:허용된 요청 자료가 없습니다]"), BrokerUnavailable),
        (no(5, "자료가 없습니다"), BrokerUnavailable),
        (no(1999, "[1999:서버 오류: 자료가 없습니다]"), BrokerUnavailable),
        (no(2, "[1511:자료가 없습니다]"), BrokerUnavailable),
    ],
)
def test_a_trouble_with_those_words_is_no_empty_list(reply: bytes, failure: type[QueryFailed]) -> None:
    error, _ = failing({"kt00001": [reply]})
    assert isinstance(error, failure)


def test_a_success_that_says_there_is_nothing_is_an_empty_list() -> None:
    async def scenario(bench: Bench) -> bool:
        return (await bench.client.ask("kt00001", ACCOUNT, {}, Urgency.WAITED_FOR)).empty

    assert run(scenario, {"kt00001": [no(0, "선택된 내역이 없습니다")]})[0]
    assert not run(scenario, {"kt00001": [no(0, "조회가 완료되었습니다")]})[0]


@fault("H10")
def test_a_bom_before_a_list_is_tolerated() -> None:
    body, _ = run(Bench.ask, {"kt00001": [answer(b"\xef\xbb\xbf" + json.dumps(OK).encode())]})
    assert json.loads(body) == OK


# --- pages -------------------------------------------------------------------------------------------------------
def page(key: str | None, more: str = "Y") -> bytes:
    return answer(OK, headers={"cont-yn": more, **({} if key is None else {"next-key": key})})


async def read_all(bench: Bench) -> int:
    return len([p async for p in bench.client.pages("kt00007", ACCOUNT, {"ord_dt": "20261123"}, Urgency.BACKGROUND)])


def test_every_page_is_read_with_the_same_body_and_the_key_of_the_last() -> None:
    pages, bench = run(read_all, {"kt00007": [page("a"), page("b"), page("", more="N")]})
    assert pages == 3
    assert bench.server.headers()["next-key"] == "b" and bench.server.headers()["cont-yn"] == "Y"
    assert bench.server.bodies()[1:] == [{"ord_dt": "20261123"}] * 3


@pytest.mark.parametrize(
    "replies",
    [
        pytest.param([page("a"), page("a")], id="repeated_key", marks=fault("Q03")),
        pytest.param([page(""), page("b")], id="empty_key"),
        pytest.param([page(None)], id="no_key"),
        pytest.param([page("é")], id="a_key_that_no_header_can_carry", marks=fault("J01")),
        pytest.param([page(str(n)) for n in range(40)], id="endless", marks=fault("Q02")),
    ],
)
def test_a_list_that_does_not_end_is_incomplete(replies: list[bytes]) -> None:
    async def scenario(bench: Bench) -> None:
        with pytest.raises(Incomplete):
            await read_all(bench)

    _, bench = run(scenario, {"kt00007": replies})
    assert bench.count("kt00007") <= 20


@fault("Q01")
def test_q01_a_second_page_that_fails_fails_the_whole() -> None:
    async def scenario(bench: Bench) -> None:
        with pytest.raises(QueryFailed):
            await read_all(bench)

    run(scenario, {"kt00007": [page("a"), no(1999, "오류[1999]")]})


ROW = {"stk_cd": "A005930", "trde_tp": "지정가", "ord_qty": "1", "ord_uv": "1", "io_tp_nm": "현금매수"}


def day_page(more: str, *numbers: int) -> bytes:
    rows = [{**ROW, "ord_no": f"{number:07}", "dmst_stex_tp": "KRX"} for number in numbers]
    return answer({**OK, "acnt_ord_cntr_prps_dtl": rows}, headers={"cont-yn": more, "next-key": f"{numbers}"})


def looked(*pages: bytes) -> list[int] | str:
    """The numbers that a look finds, or the sentence with which it fails."""

    async def scenario(bench: Bench) -> list[int] | str:
        try:
            look = await broker(bench).look(bench.clock.now().date())
        except Incomplete as error:
            return str(error)
        return [report.ref.number for report in look.reports]

    return run(scenario, {"kt00007": list(pages), "ka10075": [answer({**OK, "oso": []})]})[0]


@fault("Q01", "Q03")
def test_a_page_that_repeats_the_rows_before_it_is_not_the_rest_of_the_list() -> None:
    assert looked(day_page("Y", 1, 2), day_page("N", 3)) == [1, 2, 3]
    assert looked(day_page("Y", 1, 2), day_page("N")) == [1, 2]
    assert "되풀이" in str(looked(day_page("Y", 1, 2), day_page("N", 1, 2)))
    assert "되풀이" in str(looked(day_page("Y", 1, 2), day_page("Y", 2), day_page("N", 3)))
