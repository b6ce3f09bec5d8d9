"""Signing in and asking, against raw answers: what is repeated, what is not, and what the trader reads."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

import pytest

from kiwoom_desk.domain.facts import Accepted, NotSent, RefusalKind, Refused
from kiwoom_desk.domain.instruments import Market, Side
from kiwoom_desk.kiwoom.broker import KiwoomBroker
from kiwoom_desk.kiwoom.client import ACCOUNT, AT_ONCE, Client
from kiwoom_desk.kiwoom.gateway import open_gateway
from kiwoom_desk.kiwoom.http import Http, Pool
from kiwoom_desk.kiwoom.pace import LIMITS, Pacer
from kiwoom_desk.kiwoom.stream import Stream
from kiwoom_desk.kiwoom.tokens import PATH, Tokens
from kiwoom_desk.trading.environments import PRACTICE, World
from kiwoom_desk.trading.ports import (
    BrokerUnavailable,
    Call,
    Incomplete,
    Keys,
    NotOffered,
    QueryFailed,
    SignInRefused,
    Urgency,
)
from tests.support.day import draft, ref
from tests.support.fake_clock import FakeClock
from tests.support.faults import fault
from tests.support.raw_server import RawLine, RawServer, answer, raw_server

T = TypeVar("T")
OK = {"return_code": 0, "return_msg": "조회가 완료되었습니다"}
KEY, SECRET, TOKEN = "APPKEY-CANARY", "SECRET-CANARY", "TOKEN-CANARY"
Answer = Callable[[str, dict[str, str]], bytes]


class QuickClock(FakeClock):
    """Sleeping takes no real time: the clock just jumps."""

    async def sleep(self, seconds: float) -> None:
        self._now += max(0.0, seconds)
        await asyncio.sleep(0)


@dataclass
class Bench:
    client: Client
    tokens: Tokens
    clock: QuickClock
    server: RawServer
    trs: list[str] = field(default_factory=list)

    async def ask(self, tr: str = "kt00001") -> bytes:
        return (await self.client.ask(tr, ACCOUNT, {"qry_tp": "3"}, Urgency.WAITED_FOR)).body

    def count(self, tr: str) -> int:
        return self.trs.count(tr)


def issued(clock: QuickClock, number: int, lasting: timedelta = timedelta(hours=24)) -> bytes:
    ends = (clock.now() + lasting).strftime("%Y%m%d%H%M%S")
    return answer({**OK, "token": f"{TOKEN}-{number}", "token_type": "bearer", "expires_dt": ends})


def run(
    scenario: Callable[[Bench], Awaitable[T]],
    replies: dict[str, list[bytes]],
    lasting: timedelta = timedelta(hours=24),
) -> tuple[T, Bench]:
    """`replies` per TR, the last one for ever; the token TR hands out numbered tokens unless it is scripted."""

    async def whole() -> tuple[T, Bench]:
        clock = QuickClock()
        left = {tr: list(answers) for tr, answers in replies.items()}
        trs: list[str] = []

        async def behave(line: RawLine) -> None:
            while True:
                request = await line.request()
                path = request.split(b" ", 2)[1].decode()
                head = request.partition(b"\r\n\r\n")[0].decode().lower()
                tr = next(part.split(": ")[1] for part in head.split("\r\n") if part.startswith("api-id"))
                trs.append(tr)
                assert (path == PATH) is (tr == "au10001")
                if tr == "au10001" and tr not in left:
                    await line.send(issued(clock, trs.count(tr), lasting))
                else:
                    queue = left[tr]
                    await line.send(queue.pop(0) if len(queue) > 1 else queue[0])

        async with raw_server(behave) as server:
            http = Http(server.url, clock)
            tokens = Tokens(http, Keys(KEY, SECRET), clock)
            pacer = Pacer(LIMITS[World.LIVE], clock)
            bench = Bench(Client(http, tokens, pacer, clock), tokens, clock, server, trs)
            try:
                return await scenario(bench), bench
            finally:
                pacer.close()
                await http.close()

    return asyncio.run(whole())


def failing(replies: dict[str, list[bytes]]) -> tuple[QueryFailed, Bench]:
    async def scenario(bench: Bench) -> QueryFailed:
        with pytest.raises(QueryFailed) as caught:
            await bench.ask()
        return caught.value

    return run(scenario, replies)


def no(code: object, text: str, status: int = 200) -> bytes:
    return answer({"return_code": code, "return_msg": text}, status)


# --- signing in --------------------------------------------------------------------------------------------------
def test_the_token_is_asked_for_once_and_sent_as_a_bearer() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.ask()
        await bench.ask()

    _, bench = run(scenario, {"kt00001": [answer(OK)]})
    assert bench.trs == ["au10001", "kt00001", "kt00001"]
    assert bench.server.bodies()[0] == {"grant_type": "client_credentials", "appkey": KEY, "secretkey": SECRET}
    headers = bench.server.headers()
    assert headers["authorization"] == f"Bearer {TOKEN}-1"
    assert (headers["cont-yn"], headers["next-key"]) == ("N", "")


@fault("Q08")
def test_a_query_that_meets_a_dead_token_is_repeated_once_with_another() -> None:
    _, bench = run(Bench.ask, {"kt00001": [no(3, "인증에 실패했습니다[8005:Token]"), answer(OK)]})
    assert bench.trs == ["au10001", "kt00001", "au10001", "kt00001"]
    assert bench.server.headers()["authorization"] == f"Bearer {TOKEN}-2"


@fault("T07")
def test_t07_a_token_that_dies_again_at_once_is_not_asked_for_a_third_time_within_the_minute() -> None:
    async def scenario(bench: Bench) -> str:
        with pytest.raises(SignInRefused):
            await bench.ask()
        with pytest.raises(SignInRefused) as caught:
            await bench.ask()
        return str(caught.value)

    sentence, bench = run(scenario, {"kt00001": [no(3, "인증에 실패했습니다[8005:Token]")]})
    assert bench.count("au10001") <= 2
    assert "같은 앱키" in sentence or "만료" in sentence


DEAD_TOKEN = no(3, "인증에 실패했습니다[8005:Token]")


@fault("W10", "X02")
def test_w10_another_program_that_takes_our_tokens_is_answered_once_and_then_left_alone() -> None:
    async def scenario(bench: Bench) -> list[str]:
        said = []
        for _ in range(20):
            with pytest.raises(SignInRefused) as caught:
                await bench.ask()
            said.append(str(caught.value))
            bench.clock._now += 30
        return said

    said, bench = run(scenario, {"kt00001": [DEAD_TOKEN]})
    assert bench.count("au10001") == 2, "the sign-in and one take-over"
    assert bench.tokens.taken_over.is_set() and "다른 프로그램" in said[-1]


@fault("W10")
def test_tokens_that_die_far_apart_are_no_other_program() -> None:
    async def scenario(bench: Bench) -> None:
        for _ in range(4):
            await bench.ask()
            bench.clock._now += 700

    _, bench = run(scenario, {"kt00001": [answer(OK), *[DEAD_TOKEN, answer(OK)] * 3]})
    assert bench.count("au10001") == 4 and not bench.tokens.taken_over.is_set()


@fault("W10", "T06")
def test_a_cancel_signs_in_though_another_program_has_the_key_and_a_new_order_does_not() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.tokens.get()
        bench.tokens.taken_over.set()
        bench.tokens._token = None
        bench.clock._now += 61
        desk = broker(bench)
        sent = await desk.place(draft())
        await asyncio.gather(*desk._renewals)
        assert isinstance(sent.outcome, NotSent) and bench.count("au10001") == 1
        await desk.turn(Call.CANCEL, Side.BUY)
        assert isinstance((await desk.cancel(ref(1), draft(), None)).outcome, Accepted)

    _, bench = run(scenario, {"kt10003": [ORDER_OK]})
    assert bench.trs == ["au10001", "au10001", "kt10003"]


def test_many_queries_that_meet_a_dead_token_share_one_new_one() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.tokens.get()
        token = bench.tokens.held()
        assert token is not None
        bench.clock._now += 120
        found = await asyncio.gather(*(bench.tokens.replace(token, "8005") for _ in range(5)))
        assert {t.text for t in found} == {f"{TOKEN}-2"}

    _, bench = run(scenario, {})
    assert bench.count("au10001") == 2


@fault("X04")
@pytest.mark.parametrize(
    ("code", "locks", "word"),
    [("8001", False, "앱키"), ("8030", True, "환경"), ("8031", True, "환경"), ("8050", False, "IP")],
)
def test_a_refused_sign_in_says_what_to_do(code: str, locks: bool, word: str) -> None:
    error, bench = failing({"au10001": [no(3, f"인증에 실패했습니다[{code}:x]")]})
    assert isinstance(error, SignInRefused)
    assert (error.code, error.locks) == (code, locks) and word in str(error)
    assert bench.trs == ["au10001"]


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"return_code": 0}', b'{"return_code": 0, "token": "a b"}'])
def test_a_sign_in_answer_without_a_token_is_no_answer(body: bytes) -> None:
    error, _ = failing({"au10001": [answer(body)]})
    assert isinstance(error, BrokerUnavailable)


def renewals(lasting: timedelta, *, ordering: bool = False) -> int:
    """How often a token of that life is renewed in 200 seconds."""

    async def scenario(bench: Bench) -> None:
        clock = FakeClock()
        bench.tokens._clock = clock
        await bench.tokens.get()
        keeping = asyncio.ensure_future(bench.tokens.keep_fresh())
        with bench.tokens.order() if ordering else nullcontext():
            for _ in range(40):
                await clock.advance(5)
                while bench.tokens._lock.locked():  # noqa: ASYNC110 - the answer comes through a real socket
                    await asyncio.sleep(0.001)
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)

    _, bench = run(scenario, {}, lasting)
    return bench.count("au10001") - 1


@fault("U05")
def test_a_bug_in_a_renewal_does_not_end_the_renewing(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = 0

    async def bug(tokens: Tokens) -> None:
        nonlocal tries
        tries += 1
        raise ZeroDivisionError

    monkeypatch.setattr(Tokens, "_renew", bug)

    async def scenario() -> None:
        clock = FakeClock()
        tokens = Tokens(Http("http://127.0.0.1:9", clock), Keys("k", "s"), clock)
        keeping = asyncio.ensure_future(tokens.keep_fresh())
        await clock.advance(12)
        assert tries == 2 and not keeping.done()
        keeping.cancel()

    asyncio.run(scenario())


def test_a_token_is_renewed_in_its_last_ten_minutes_at_most_once_a_minute_and_never_under_an_order() -> None:
    assert renewals(timedelta(hours=20)) == 0
    assert renewals(timedelta(minutes=8)) == 4
    assert renewals(timedelta(minutes=8), ordering=True) == 0


def test_an_end_that_cannot_be_right_is_not_believed() -> None:
    """A PC clock that is days off must not renew every minute."""
    assert renewals(timedelta(days=-3)) == 0
    assert renewals(timedelta(days=300)) == 0


def test_no_token_is_renewed_while_an_order_is_in_flight() -> None:
    async def scenario(bench: Bench) -> None:
        await bench.tokens.get()
        bench.clock._now += 23.9 * 3600
        assert bench.tokens._due()
        with bench.tokens.order():
            assert not bench.tokens._due()
        assert bench.tokens._due()
        await bench.tokens._renew()
        assert not bench.tokens._due()

    run(scenario, {})


def test_secrets_are_in_no_log_no_repr_and_no_exception(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def scenario(bench: Bench) -> str:
        await bench.ask()
        token = await bench.tokens.get()
        texts = [repr(token), str(token), repr(bench.tokens), repr(bench.client), repr(Keys(KEY, SECRET))]
        with pytest.raises(QueryFailed) as caught:
            await bench.ask("kt00018")
        return " ".join([*texts, repr(caught.value), str(caught.value)])

    shown, _ = run(scenario, {"kt00001": [answer(OK)], "kt00018": [no(3, "인증에 실패했습니다[8050:x]")]})
    logged = " ".join(
        f"{record.getMessage()} {record.__dict__}" for record in caplog.records if "httpcore" not in record.name
    )
    for secret in (KEY, SECRET, TOKEN):
        assert secret not in shown
        assert secret not in logged


# --- asking ------------------------------------------------------------------------------------------------------
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


# --- orders: never repeated --------------------------------------------------------------------------------------
def broker(bench: Bench) -> KiwoomBroker:
    stream = Stream("ws://127.0.0.1:9/none", bench.tokens, bench.clock, lambda push: ())
    return KiwoomBroker(Market.STOCK, bench.client, stream, bench.clock, bench.clock.now)


ORDER_OK = answer({**OK, "ord_no": "0012345"})


def placed(replies: list[bytes], then: float = 0.0) -> tuple[Any, Bench]:
    async def scenario(bench: Bench) -> Any:
        await bench.tokens.get()
        bench.clock._now += 61 + then
        desk = broker(bench)
        sent = await desk.place(draft())
        for _ in range(200):
            if not desk._renewals:
                break
            await asyncio.sleep(0.005)
        await desk.close()
        return sent

    return run(scenario, {"kt10000": replies})


def test_an_accepted_order_leaves_its_evidence_and_no_secret() -> None:
    sent, bench = placed([ORDER_OK])
    assert isinstance(sent.outcome, Accepted)
    assert (sent.wire.tr, sent.wire.status) == ("kt10000", 200)
    assert "/api/dostk/ordr" in sent.wire.request and "005930" in sent.wire.request
    assert TOKEN not in repr(sent)
    assert bench.count("kt10000") == 1


@fault("T05")
def test_t05_an_order_that_meets_a_dead_token_is_refused_once_and_the_token_renewed_beside_it() -> None:
    sent, bench = placed([no(3, "인증에 실패했습니다[8005:Token]"), ORDER_OK])
    assert isinstance(sent.outcome, Refused) and sent.outcome.kind is RefusalKind.SIGN_IN
    assert bench.trs == ["au10001", "kt10000", "au10001"]


@fault("X04")
@pytest.mark.parametrize("code", ["8030", "8031"])
def test_x04_an_order_that_meets_the_wrong_environment_says_so_and_its_token_is_given_up(code: str) -> None:
    sent, bench = placed([no(3, f"인증에 실패했습니다[{code}:투자구분]"), ORDER_OK])
    assert isinstance(sent.outcome, Refused) and sent.outcome.kind is RefusalKind.WRONG_ENVIRONMENT
    assert bench.trs == ["au10001", "kt10000", "au10001"]


def test_an_order_that_meets_the_limit_is_refused_once_and_slows_its_lane() -> None:
    sent, bench = placed([no(5, "초과[1700:API ID=kt10000, 유량=1]", 429), ORDER_OK])
    assert isinstance(sent.outcome, Refused) and sent.outcome.kind is RefusalKind.TOO_MANY
    assert bench.count("kt10000") == 1


def test_an_order_without_a_good_token_is_not_sent_and_signs_in_again() -> None:
    sent, bench = placed([ORDER_OK], then=25 * 3600)
    assert isinstance(sent.outcome, NotSent) and sent.wire is None
    assert bench.trs == ["au10001", "au10001"]


@pytest.mark.parametrize("status", [500, 502, 503, 307, 408])
def test_an_order_is_posted_once_whatever_the_answer(status: int) -> None:
    _, bench = placed([answer(OK, status, {"location": "/api/dostk/ordr"}), ORDER_OK])
    assert bench.count("kt10000") == 1


def test_slow_questions_wait_for_each_other_and_never_for_a_connection() -> None:
    under_way, most = 0, 0

    async def behave(line: RawLine) -> None:
        nonlocal under_way, most
        while b"au10001" in await line.request():
            await line.send(issued(QuickClock(), 1))
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.05)
        under_way -= 1
        await line.send(answer(OK, headers={"connection": "close"}))

    async def main() -> None:
        async with raw_server(behave) as server:
            clock = QuickClock()
            http = Http(server.url, clock)
            client = Client(http, Tokens(http, Keys(KEY, SECRET), clock), Pacer(LIMITS[World.PRACTICE], clock), clock)
            asking = (client.ask(f"tr{n}", ACCOUNT, {}, Urgency.WAITED_FOR) for n in range(30))
            await asyncio.gather(*asking)
            await http.close()

    asyncio.run(main())
    assert most == AT_ONCE[Pool.QUERY]


def test_signing_in_and_warming_open_the_connection_that_the_order_takes() -> None:
    async def behave(line: RawLine) -> None:
        while True:
            request = await line.request()
            known = {**OK, "acctNo": "9999123401", "ord_no": "0012345"}
            await line.send(issued(QuickClock(), 1) if b"au10001" in request else answer(known))

    async def main() -> RawServer:
        async with raw_server(behave) as server:
            gateway = open_gateway(PRACTICE.at(server.url), Market.STOCK, Keys(KEY, SECRET), QuickClock())
            await gateway.probe()
            await gateway.warm()
            assert len(server.requests) == 2, "it is warm already"
            await gateway.broker.place(draft())
            await gateway.close()
            return server

    server = asyncio.run(main())
    assert (server.connections, len(server.requests)) == (1, 3)
