"""Table 2.6 of docs/reliability.md once more, through real sockets. Test ids name the fault of its matrix."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from _pytest.mark import ParameterSet

from kiwoom_desk.domain.facts import Accepted, AnswerLost, NotSent, Outcome, Refused
from kiwoom_desk.kiwoom import answers, requests
from kiwoom_desk.kiwoom.http import CONNECTIONS, LIST_CAP, ORDER_CAP, Call, Exchange, Http, Mark, Pool
from kiwoom_desk.trading.clock import SystemClock
from tests.support.day import DAY, draft
from tests.support.faults import fault
from tests.support.raw_server import Behaviour, RawLine, RawServer, answer, answering, raw_server, unused_port
from tests.support.until import until

ORDER = requests.place(draft())
TO_SEND = Call("/api/dostk/ordr", ORDER.body, cap=ORDER_CAP, deadline=8.0, pool=Pool.ORDER)
GOOD = {"return_code": 0, "return_msg": "완료", "ord_no": "0012345"}
REFUSED = {"return_code": 20, "return_msg": "[2000](RC4058:장종료)"}


def marked(cases: Mapping[str, object]) -> list[ParameterSet]:
    """The names of the cases, each with the fault that its first three characters are."""
    return [pytest.param(name, marks=fault(name[:3].upper())) for name in sorted(cases)]


@dataclass
class Ran:
    exchange: Exchange
    outcome: Outcome
    server: RawServer


async def send(url: str, deadline: float = 5.0, cap: int = ORDER_CAP) -> Exchange:
    http = Http(url, SystemClock())
    try:
        return await http.post(Call("/api/dostk/ordr", ORDER.body, {"authorization": "Bearer T"}, cap, deadline))
    finally:
        await http.close()


def run(behave: Behaviour, deadline: float = 5.0, cap: int = ORDER_CAP) -> Ran:
    async def scenario() -> Ran:
        async with raw_server(behave) as server:
            exchange = await send(server.url, deadline, cap)
            return Ran(exchange, answers.outcome(exchange, ORDER, DAY), server)

    return asyncio.run(scenario())


def after_request(act: Callable[[RawLine], None] | None = None, data: bytes = b"") -> Behaviour:
    async def behave(line: RawLine) -> None:
        await line.request()
        if data:
            await line.send(data)
        if act is not None:
            act(line)

    return behave


async def drip(line: RawLine) -> None:
    await line.request()
    for byte in answer(GOOD):
        await line.send(bytes([byte]))
        await asyncio.sleep(0.05)


async def silent(line: RawLine) -> None:
    await line.request()
    await line.silence()


async def half(line: RawLine) -> None:
    """Takes nothing and resets: the request may or may not have left."""
    line.reset()


def test_a_good_answer_is_accepted_and_timed() -> None:
    ran = run(answering(answer(GOOD)))
    assert isinstance(ran.outcome, Accepted)
    assert ran.exchange.mark is Mark.ANSWERING
    assert ran.exchange.first_byte_ms is not None and ran.exchange.ended_ms is not None
    assert 0 <= ran.exchange.first_byte_ms <= ran.exchange.ended_ms
    assert ran.server.bodies() == [ORDER.body]


@fault("T03")
def test_after_a_sleep_no_connection_is_used_again_and_what_is_under_way_is_heard_out() -> None:
    """The line that an order is on may have lived on; the next one takes no chance."""

    async def slow(line: RawLine) -> None:
        for seconds in (0.0, 0.2):
            await line.request()
            await asyncio.sleep(seconds)
            await line.send(answer(GOOD))

    async def main() -> None:
        async with raw_server(slow) as server:
            http = Http(server.url, SystemClock())
            await http.post(TO_SEND)
            under_way = asyncio.ensure_future(http.post(TO_SEND))
            await asyncio.sleep(0.1)
            http.drop()
            assert not http.last_traffic
            after = await http.post(TO_SEND)
            assert (await under_way).reply is not None and after.reply is not None
            assert server.connections == 2
            await http.close()

    asyncio.run(main())


def test_the_request_names_itself_and_asks_for_nothing_fancy() -> None:
    headers = run(answering(answer(GOOD))).server.headers()
    assert headers["user-agent"].startswith("kiwoom-desk/")
    assert headers["accept"] == "application/json"
    assert headers["content-type"] == "application/json;charset=UTF-8"
    assert headers["accept-encoding"] == "identity"


@fault("N03")
def test_n03_a_refused_connection_is_not_sent() -> None:
    exchange = asyncio.run(send(f"http://127.0.0.1:{unused_port()}"))
    assert isinstance(answers.outcome(exchange, ORDER, DAY), NotSent)
    assert exchange.mark < Mark.SEND_STARTED


@fault("N06")
def test_n06_a_tls_handshake_that_hangs_is_not_sent() -> None:
    async def scenario() -> Exchange:
        async with raw_server(silent) as server:
            return await send(server.url.replace("http:", "https:"), deadline=0.3)

    exchange = asyncio.run(scenario())
    assert isinstance(answers.outcome(exchange, ORDER, DAY), NotSent)


@fault("N10")
def test_n10_plain_http_on_the_tls_port_is_not_sent() -> None:
    async def behave(line: RawLine) -> None:
        await line.send(b"HTTP/1.1 200 OK\r\n\r\n")

    async def scenario() -> Exchange:
        async with raw_server(behave) as server:
            return await send(server.url.replace("http:", "https:"))

    exchange = asyncio.run(scenario())
    outcome = answers.outcome(exchange, ORDER, DAY)
    assert isinstance(outcome, NotSent) and "TLS" in outcome.reason


@fault("N11")
def test_n11_a_proxy_in_the_environment_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{unused_port()}")
    assert isinstance(run(answering(answer(GOOD))).outcome, Accepted)


@asynccontextmanager
async def exhausted(pool: Pool = Pool.ORDER, behave: Behaviour = silent) -> AsyncIterator[Http]:
    """A client all of whose connections of one pool wait for an answer."""
    async with raw_server(behave) as server:
        http = Http(server.url, SystemClock())
        hanging = Call("/x", {}, deadline=30.0, pool=pool)
        waiting = [asyncio.ensure_future(http.post(hanging)) for _ in range(CONNECTIONS[pool])]
        try:
            await until(lambda: len(server.requests) == CONNECTIONS[pool])
            yield http
        finally:
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
            await http.close()


@fault("N12")
def test_n12_an_exhausted_pool_is_not_sent_and_soon() -> None:
    async def scenario() -> Exchange:
        async with exhausted() as http:
            return await http.post(TO_SEND)

    exchange = asyncio.run(scenario())
    assert isinstance(answers.outcome(exchange, ORDER, DAY), NotSent)
    assert exchange.ended_ms is not None and exchange.ended_ms < 2000


@fault("N12")
def test_n12_questions_that_hang_leave_the_connections_of_orders_alone() -> None:
    async def behave(line: RawLine) -> None:
        if b"/api/dostk/ordr" in await line.request():
            await line.send(answer(GOOD))
        await line.silence()

    async def scenario() -> Exchange:
        async with exhausted(Pool.QUERY, behave) as http:
            return await http.post(TO_SEND)

    assert isinstance(answers.outcome(asyncio.run(scenario()), ORDER, DAY), Accepted)


def test_a_token_that_is_no_header_is_not_sent() -> None:
    async def scenario() -> tuple[Exchange, RawServer]:
        async with raw_server(answering(answer(GOOD))) as server:
            http = Http(server.url, SystemClock())
            bad = {"authorization": "Bearer a\r\nb"}
            exchange = await http.post(Call("/api/dostk/ordr", ORDER.body, bad, ORDER_CAP, 5.0))
            await http.close()
            return exchange, server

    exchange, server = asyncio.run(scenario())
    assert isinstance(answers.outcome(exchange, ORDER, DAY), NotSent)
    assert server.requests == []


LOST: dict[str, Behaviour] = {
    "n13_reset_without_reading": half,
    "n15_fin_without_answer": after_request(),
    "n16_reset_without_answer": after_request(RawLine.reset),
    "h01_short_body": after_request(data=answer(GOOD)[:-10]),
    "h02_bad_chunk": after_request(data=b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}"),
    "h03_bad_gzip": answering(answer(b"not gzip at all", headers={"content-encoding": "gzip"})),
    "h03_cut_gzip": answering(answer(gzip.compress(b"{}" * 500)[:-12], headers={"content-encoding": "gzip"})),
    "h03_unknown_coding": answering(answer(b"{}", headers={"content-encoding": "br"})),
    "h04_huge_header": after_request(data=b"HTTP/1.1 200 OK\r\nx: " + b"y" * 200_000 + b"\r\n\r\n{}"),
    "h05_garbage_status_line": after_request(data=b"SSH-2.0-OpenSSH\r\n\r\n"),
    "h06_huge_body": answering(answer(b'{"a":"' + b"x" * 70_000 + b'"}')),
    "h06_gzip_bomb": answering(answer(gzip.compress(b"\0" * 50_000_000), headers={"content-encoding": "gzip"})),
    "h08_html": answering(answer(b"<html>OK</html>", headers={"content-type": "text/html"})),
    "h09_euc_kr": answering(answer('{"return_code":0,"ord_no":"1","m":"완료"}'.encode("euc-kr"))),
    "h11_redirect_301": answering(answer(GOOD, 301, {"location": "/elsewhere"})),
    "h11_redirect_302": answering(answer(GOOD, 302, {"location": "http://127.0.0.1:9/elsewhere"})),
    "h11_redirect_308": answering(answer(GOOD, 308, {"location": "/elsewhere"})),
    "h11_redirect_307": answering(answer(GOOD, 307, {"location": "/elsewhere"})),
    "h12_400": answering(answer(b"<html>Request Blocked</html>", 400)),
    "h12_404": answering(answer(b"", 404)),
    "h13_408": answering(answer(REFUSED, 408)),
    "h14_401_bare": answering(answer(b"", 401)),
    "h15_429_other": answering(answer({"return_code": 5, "return_msg": "잠시 후"}, 429)),
    "h16_500": answering(answer(REFUSED, 500)),
    "h16_502": answering(answer(b"<html>Bad Gateway</html>", 502)),
    "h16_503": answering(answer(GOOD, 503)),
    "h17_204": after_request(data=b"HTTP/1.1 204 No Content\r\n\r\n"),
    "j01_two_keys": answering(answer(b'{"return_code":0,"ord_no":"1","ord_no":"2"}')),
    "j03_no_number": answering(answer({"return_code": 0, "return_msg": "완료"})),
}


@pytest.mark.parametrize("name", marked(LOST))
def test_after_the_watermark_every_fault_is_an_answer_lost_and_one_post(name: str) -> None:
    ran = run(LOST[name])
    assert isinstance(ran.outcome, AnswerLost), ran.outcome
    assert ran.exchange.mark >= Mark.SEND_STARTED
    assert ran.server.connections == 1 and len(ran.server.requests) <= 1


@pytest.mark.parametrize(
    "behave",
    [
        pytest.param(drip, id="slow_drip", marks=fault("N18")),
        pytest.param(silent, id="silence", marks=fault("N17")),
    ],
)
def test_the_total_deadline_ends_every_wait(behave: Behaviour) -> None:
    ran = run(behave, deadline=0.4)
    assert isinstance(ran.outcome, AnswerLost)
    assert ran.exchange.ended_ms is not None and ran.exchange.ended_ms >= 350
    assert len(ran.server.requests) == 1


REFUSALS: dict[str, tuple[object, int]] = {
    "h14_401_with_8005": ({"return_code": 3, "return_msg": "인증에 실패했습니다[8005:x]"}, 401),
    "h15_429_with_1700": ({"return_code": 5, "return_msg": "초과하였습니다[1700:유량=5]"}, 429),
    "j05_business": (REFUSED, 200),
    "x04_wrong_environment": ({"return_code": 2, "return_msg": "[8030:투자구분이 다릅니다]"}, 200),
}


@pytest.mark.parametrize("name", marked(REFUSALS))
def test_a_whitelisted_answer_is_a_refusal(name: str) -> None:
    body, status = REFUSALS[name]
    assert isinstance(run(answering(answer(body, status))).outcome, Refused)


@fault("H07")
def test_h07_a_wrong_content_type_is_read_all_the_same() -> None:
    assert isinstance(run(answering(answer(GOOD, headers={"content-type": "text/plain"}))).outcome, Accepted)


@fault("H17")
def test_h17_a_100_continue_before_the_answer_is_normal() -> None:
    behave = answering(b"HTTP/1.1 100 Continue\r\n\r\n" + answer(GOOD))
    assert isinstance(run(behave).outcome, Accepted)


def test_a_packed_list_is_unpacked_up_to_its_cap() -> None:
    packed = answer(gzip.compress(b" " * 3_000_000 + b"{}"), headers={"content-encoding": "gzip"})
    ran = run(answering(packed), cap=LIST_CAP)
    assert ran.exchange.reply is not None and len(ran.exchange.reply.body) == 3_000_002
    assert ran.server.headers()["accept-encoding"] == "gzip"


@fault("H06")
def test_a_bomb_is_never_inflated_beyond_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    largest = 0
    real = zlib.decompressobj

    class Watched:
        def __init__(self, wbits: int) -> None:
            self._inner = real(wbits=wbits)

        def decompress(self, data: bytes, most: int) -> bytes:
            nonlocal largest
            out = self._inner.decompress(data, most)
            largest = max(largest, len(out))
            return out

    monkeypatch.setattr("kiwoom_desk.kiwoom.http.zlib.decompressobj", Watched)
    run(LOST["h06_gzip_bomb"])
    assert 0 < largest <= ORDER_CAP + 1


def test_a_cancelled_send_still_tells_that_an_order_may_be_out() -> None:
    async def scenario() -> tuple[Exchange, Mark]:
        async with raw_server(silent) as server:
            sending = asyncio.ensure_future(send(server.url))
            await until(lambda: server.requests)
            sending.cancel()
            exchange = await sending
            return exchange, exchange.mark

    exchange, mark = asyncio.run(scenario())
    assert mark >= Mark.SEND_STARTED
    assert isinstance(answers.outcome(exchange, ORDER, DAY), AnswerLost)


def test_a_send_cancelled_before_it_began_is_simply_cancelled() -> None:
    async def scenario() -> None:
        async with exhausted() as http:
            sending = asyncio.ensure_future(http.post(TO_SEND))
            await asyncio.sleep(0)
            sending.cancel()
            with pytest.raises(asyncio.CancelledError):
                await sending

    asyncio.run(scenario())


def test_a_warm_connection_is_used_again() -> None:
    async def scenario() -> RawServer:
        async with raw_server(answering(answer(GOOD))) as server:
            http = Http(server.url, SystemClock())
            for _ in range(3):
                await http.post(TO_SEND)
            await http.close()
            return server

    server = asyncio.run(scenario())
    assert (server.connections, len(server.requests)) == (1, 3)
