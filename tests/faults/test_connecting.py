"""Faults of the way to the broker, through real sockets: nothing left (N01 to N09), or nobody knows (N13, N14, N22)."""

from __future__ import annotations

import asyncio
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kiwoom_desk.domain.facts import Accepted, AnswerLost, NotSent, Outcome, RefusalKind, Refused
from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.domain.orders import OrderState
from kiwoom_desk.kiwoom import answers, refusals, requests, tls
from kiwoom_desk.kiwoom.broker import KiwoomBroker
from kiwoom_desk.kiwoom.client import Client
from kiwoom_desk.kiwoom.http import ORDER_CAP, Call, Exchange, Http, Mark
from kiwoom_desk.kiwoom.pace import LIMITS, Pacer
from kiwoom_desk.kiwoom.stream import Stream
from kiwoom_desk.kiwoom.tokens import Token, Tokens
from kiwoom_desk.trading.clock import SystemClock
from kiwoom_desk.trading.desk import OrderDesk
from kiwoom_desk.trading.environments import PRACTICE, World
from kiwoom_desk.trading.gestures import gesture
from kiwoom_desk.trading.ports import Keys
from kiwoom_desk.trading.safety import Safety
from tests.faults.certificates import Authority
from tests.support.day import DAY, draft
from tests.support.fakes import FakeJournal
from tests.support.faults import fault
from tests.support.raw_server import Behaviour, RawLine, RawServer, answer, answering, raw_server

ORDER = requests.place(draft())
GOOD = answer({"return_code": 0, "return_msg": "완료", "ord_no": "0012345"})
HOST = "api.broker.example"


async def send(url: str, deadline: float = 5.0) -> tuple[Exchange, Outcome]:
    http = Http(url, SystemClock())
    try:
        exchange = await http.post(order(deadline))
    finally:
        await http.close()
    return exchange, answers.outcome(exchange, ORDER, DAY)


def order(deadline: float = 5.0) -> Call:
    return Call("/api/dostk/ordr", ORDER.body, {"authorization": "Bearer T"}, ORDER_CAP, deadline)


def over_tls(behave: Behaviour, context: ssl.SSLContext, host: str = HOST) -> tuple[Exchange, Outcome, RawServer]:
    async def scenario() -> tuple[Exchange, Outcome, RawServer]:
        async with raw_server(behave, context) as server:
            return *(await send(f"https://{host}:{server.port}")), server

    return asyncio.run(scenario())


def not_sent(outcome: Outcome, exchange: Exchange) -> str:
    assert isinstance(outcome, NotSent), outcome
    assert exchange.mark < Mark.SEND_STARTED
    return outcome.reason


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name leads to this machine; none is ever asked for outside."""
    real = socket.getaddrinfo

    def here(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        return real("127.0.0.1" if host in (HOST, HOST.encode()) else host, port, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", here)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The product's own context, its list of authorities replaced by ours."""
    monkeypatch.setattr(tls, "_system", tls._certifi)
    monkeypatch.setattr("kiwoom_desk.kiwoom.tls.certifi.where", lambda: str(authority.file))
    return authority


@fault("N01")
def test_a_name_that_does_not_resolve_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    exchange, outcome = asyncio.run(send(f"https://{HOST}"))
    assert "주소를 찾지 못했습니다" in not_sent(outcome, exchange)


@pytest.mark.usefixtures("names")
def test_a_good_certificate_is_accepted(trusted: Authority) -> None:
    """The control of the three below: what they refuse is refused for its fault alone."""
    _, outcome, server = over_tls(answering(GOOD), trusted.server(HOST))
    assert isinstance(outcome, Accepted) and len(server.requests) == 1


@fault("N02", "N08")
@pytest.mark.usefixtures("names")
def test_a_name_that_leads_to_another_host_fails_at_its_certificate(trusted: Authority) -> None:
    exchange, outcome, server = over_tls(answering(GOOD), trusted.server("elsewhere.example"))
    assert "서버 이름이 다름" in not_sent(outcome, exchange)
    assert server.requests == []


@fault("N07")
@pytest.mark.usefixtures("names")
def test_an_authority_nobody_knows_is_not_trusted(authority: Authority) -> None:
    exchange, outcome, server = over_tls(answering(GOOD), authority.server(HOST))
    assert "발급자를 알 수 없음" in not_sent(outcome, exchange)
    assert server.requests == []


@fault("N09")
@pytest.mark.usefixtures("names")
@pytest.mark.parametrize(
    ("begins", "ends"),
    [(timedelta(hours=-9), timedelta(hours=-1)), (timedelta(hours=1), timedelta(hours=9))],
    ids=["expired", "not yet valid"],
)
def test_a_certificate_out_of_date_names_the_clock(trusted: Authority, begins: timedelta, ends: timedelta) -> None:
    exchange, outcome, server = over_tls(answering(GOOD), trusted.server(HOST, begins, ends))
    assert "PC 시계" in not_sent(outcome, exchange)
    assert server.requests == []


@contextmanager
def full_backlog() -> Iterator[int]:
    """The port of a listener that accepts nobody and whose queue is full, so that connecting hangs."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        waiting = []
        try:
            for _ in range(4):
                one = socket.socket()
                one.setblocking(False)
                one.connect_ex(("127.0.0.1", port))
                waiting.append(one)
            yield port
        finally:
            for one in waiting:
                one.close()


@fault("N04")
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux drops what a full queue cannot take")
def test_a_connection_attempt_that_hangs_is_not_sent() -> None:
    with full_backlog() as port:
        exchange, outcome = asyncio.run(send(f"http://127.0.0.1:{port}", deadline=0.6))
    assert "연결하지 못했습니다" in not_sent(outcome, exchange)
    assert exchange.ended_ms is not None and exchange.ended_ms < 600, "connecting has a time of its own"


@fault("N05")
def test_a_reset_on_accept_is_not_sent() -> None:
    """The broker speaks TLS, so that the reset meets the handshake and not the order."""

    async def slam(line: RawLine) -> None:
        line.reset()

    async def scenario() -> tuple[Exchange, Outcome, RawServer]:
        async with raw_server(slam) as server:
            return *(await send(f"https://127.0.0.1:{server.port}")), server

    exchange, outcome, server = asyncio.run(scenario())
    not_sent(outcome, exchange)
    assert server.requests == [] and server.connections == 1


@fault("N13")
def test_a_reset_after_half_the_request_is_unknown() -> None:
    async def half(line: RawLine) -> None:
        await line._reader.readexactly(40)
        line.reset()

    async def scenario() -> tuple[Exchange, Outcome, RawServer]:
        async with raw_server(half) as server:
            return *(await send(server.url)), server

    exchange, outcome, server = asyncio.run(scenario())
    assert isinstance(outcome, AnswerLost) and exchange.mark >= Mark.SEND_STARTED
    assert server.connections == 1


@fault("N14")
def test_a_peer_that_never_reads_is_unknown_at_the_deadline() -> None:
    async def deaf(line: RawLine) -> None:
        await asyncio.Event().wait()

    async def scenario() -> tuple[Exchange, Outcome]:
        async with raw_server(deaf) as server:
            return await send(server.url, deadline=0.4)

    exchange, outcome = asyncio.run(scenario())
    assert isinstance(outcome, AnswerLost)
    assert exchange.ended_ms is not None and 350 <= exchange.ended_ms < 5000


@fault("N22")
def test_a_connection_that_the_other_side_closed_meanwhile_carries_no_order() -> None:
    async def once(line: RawLine) -> None:
        await line.request()
        await line.send(GOOD)  # and the line is closed, though nothing announced it

    async def scenario() -> tuple[list[Outcome], RawServer]:
        async with raw_server(once) as server:
            http = Http(server.url, SystemClock())
            outcomes = []
            for _ in range(3):
                outcomes.append(answers.outcome(await http.post(order()), ORDER, DAY))
                await asyncio.sleep(0.05)  # for the FIN to cross the loopback
            await http.close()
            return outcomes, server

    outcomes, server = asyncio.run(scenario())
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert (server.connections, len(server.requests)) == (3, 3)


@fault("N22")
def test_a_kept_connection_that_breaks_under_the_order_is_unknown_and_not_repeated() -> None:
    async def second_time_reset(line: RawLine) -> None:
        await line.request()
        await line.send(GOOD)
        await line.request()
        line.reset()

    async def scenario() -> tuple[Outcome, RawServer]:
        async with raw_server(second_time_reset) as server:
            http = Http(server.url, SystemClock())
            await http.post(order())
            outcome = answers.outcome(await http.post(order()), ORDER, DAY)
            await http.close()
            return outcome, server

    outcome, server = asyncio.run(scenario())
    assert isinstance(outcome, AnswerLost)
    assert (server.connections, len(server.requests)) == (1, 2)


@fault("N23")
def test_a_changed_address_is_refused_and_the_sentence_says_ip() -> None:
    said = {
        "return_code": 3,
        "return_msg": "인증에 실패했습니다[8010:Token을 발급받은 IP와 서비스를 요청한 IP가 다릅니다]",
    }

    async def scenario() -> Outcome:
        async with raw_server(answering(answer(said))) as server:
            return (await send(server.url))[1]

    outcome = asyncio.run(scenario())
    assert isinstance(outcome, Refused) and outcome.kind is RefusalKind.SIGN_IN
    assert "IP" in outcome.text and "IP" in refusals.SENTENCES["8010"]


# --- the last moment before the first byte (R4, I11, I15) -----------------------------------------------------------
@asynccontextmanager
async def slow_way(to: int, seconds: float) -> AsyncIterator[int]:
    """A port that leads to the port `to`, its first bytes so much late: a slow TLS handshake."""

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                writer.write(data)
        writer.close()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward, back = await asyncio.open_connection("127.0.0.1", to)
        await asyncio.sleep(seconds)
        await asyncio.gather(carry(reader, back), carry(onward, writer))

    way = await asyncio.start_server(accept, "127.0.0.1", 0)
    async with way:
        yield way.sockets[0].getsockname()[1]


@asynccontextmanager
async def desk_behind_a_slow_way(
    trusted: Authority, seconds: float
) -> AsyncIterator[tuple[OrderDesk, Safety, RawServer]]:
    async with raw_server(answering(GOOD), trusted.server(HOST)) as server, slow_way(server.port, seconds) as port:
        clock = SystemClock()
        http = Http(f"https://{HOST}:{port}", clock)
        tokens = Tokens(http, Keys("k", "s"), clock)
        tokens._token = Token("T", clock.monotonic() + 3600)
        client = Client(http, tokens, Pacer(LIMITS[World.PRACTICE], clock), clock)
        stream = Stream("ws://127.0.0.1:9/none", tokens, clock, lambda push: ())
        broker = KiwoomBroker(Market.STOCK, client, stream, clock, clock.now)
        safety = Safety(PRACTICE, clock)
        yield OrderDesk(Market.STOCK, broker, FakeJournal(), clock, safety, today=lambda: DAY), safety, server
        await http.close()


@fault("U03", "N05")
@pytest.mark.usefixtures("names")
def test_an_order_whose_handshake_outlasts_its_age_does_not_leave(trusted: Authority) -> None:
    async def scenario() -> tuple[OrderState, str, RawServer]:
        async with desk_behind_a_slow_way(trusted, 1.7) as (desk, _, server):
            row = await desk.place(draft(), gesture(SystemClock()))
            return row.state, row.reason, server

    state, reason, server = asyncio.run(scenario())
    assert state is OrderState.NOT_PLACED and "초" in reason
    assert (server.connections, server.requests) == (1, [])


@fault("N05")
@pytest.mark.usefixtures("names")
def test_a_block_that_is_pressed_during_the_handshake_stops_the_order_and_nothing_else(trusted: Authority) -> None:
    async def scenario() -> tuple[OrderState, str, OrderState, RawServer]:
        async with desk_behind_a_slow_way(trusted, 0.4) as (desk, safety, server):
            sending = asyncio.ensure_future(desk.place(draft(), gesture(SystemClock())))
            await asyncio.sleep(0.1)
            safety.block()
            stopped = await sending
            assert server.requests == []
            safety.unblock()
            other = await desk.place(draft(quantity=3), gesture(SystemClock()))
            return stopped.state, stopped.reason, other.state, server

    state, reason, then, server = asyncio.run(scenario())
    assert state is OrderState.NOT_PLACED and "차단" in reason
    assert then is OrderState.WORKING, "the connection that was given up is not used again"
    assert (server.connections, len(server.requests)) == (2, 1)


def test_an_order_that_is_held_on_a_warm_connection_leaves_not_a_byte() -> None:
    async def scenario() -> tuple[Exchange, Outcome, Outcome, RawServer]:
        async with raw_server(answering(GOOD)) as server:
            http = Http(server.url, SystemClock())
            await http.post(order())
            held = await http.post(replace(order(), may_leave=lambda: "늦었습니다."))
            after = await http.post(order())
            await http.close()
            return held, answers.outcome(held, ORDER, DAY), answers.outcome(after, ORDER, DAY), server

    held, outcome, after, server = asyncio.run(scenario())
    assert not_sent(outcome, held) == "늦었습니다." and held.first_byte_ms is None
    assert isinstance(after, Accepted)
    assert (server.connections, len(server.requests)) == (2, 2)
