"""The WebSocket: login, heartbeat, registration and who gets which push (kiwoom/websocket.md)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from kiwoom_desk.simulator.calendar import SEOUL
from kiwoom_desk.simulator.server import PracticeServer
from tests.simulator.surface.client import INFO, ORDERS, Desk, Stream, in_thread, stream
from tests.simulator.surface.shapes import FIDS, TRS, faults_of


async def _end_of(opened: Stream) -> list[dict[str, Any]]:
    """Every frame until the server closes."""
    frames: list[dict[str, Any]] = []
    try:
        while True:
            frames.append(json.loads(await opened.socket.recv()))
    except ConnectionClosed:
        return frames


def test_a_bad_token_is_refused_and_the_connection_closed(server: PracticeServer) -> None:
    async def scene() -> None:
        async with connect(server.websocket, proxy=None) as socket:
            opened = Stream(socket)
            await opened.say({"trnm": "LOGIN", "token": "stale"})
            (refused,) = await _end_of(opened)
            assert refused["return_code"] == 805004
            assert "[CODE=8005, MESSAGE=" in refused["return_msg"]

    asyncio.run(scene())


def test_nothing_is_heard_before_login(server: PracticeServer, desk: Desk) -> None:
    async def scene() -> None:
        async with connect(server.websocket, proxy=None) as socket:
            opened = Stream(socket)
            await opened.say({"trnm": "REG", "grp_no": "1", "data": [{"item": [""], "type": ["00"]}]})
            assert (await opened.hear())["return_code"] == 100013
            await opened.say({"trnm": "LOGIN", "token": desk.token})
            assert await opened.hear() == {"trnm": "LOGIN", "return_code": 0, "return_msg": "", "sor_yn": "Y"}

    asyncio.run(scene())


def test_a_second_login_throws_the_first_one_out(server: PracticeServer, desk: Desk) -> None:
    async def scene() -> None:
        async with stream(server, desk.token) as first, stream(server, desk.token) as second:
            farewell = await _end_of(first)
            assert [(frame["trnm"], frame["code"]) for frame in farewell] == [("SYSTEM", "R10001")]
            assert (await second.register([""], ["00"]))["return_code"] == 0

    asyncio.run(scene())


def test_an_answered_ping_keeps_the_connection_and_a_silent_client_loses_it(
    serve: Callable[..., PracticeServer], login: Callable[..., Desk]
) -> None:
    async def scene(server: PracticeServer, token: str) -> None:
        async with stream(server, token) as opened:
            for _ in range(3):
                ping = json.loads(await opened.socket.recv())
                assert ping == {"trnm": "PING"}
                await opened.say(ping)
            frames = await _end_of(opened)
            assert [frame.get("code", frame["trnm"]) for frame in frames] == ["PING", "R10002"]

    server = serve(ping_every=0.05, patience=0.3)
    asyncio.run(scene(server, login(server).token))


@pytest.mark.parametrize(
    "request_",
    [
        {"trnm": "REG", "grp_no": "1"},
        {"trnm": "REG", "grp_no": "12345", "data": [{"item": [""], "type": ["00"]}]},
        {"trnm": "REG", "grp_no": "1", "data": [{"item": ["005930"], "type": ["ZZ"]}]},
        {"trnm": "REG", "grp_no": "1", "refresh": "7", "data": [{"item": [""], "type": ["00"]}]},
        {"trnm": "REG", "grp_no": "1", "data": [{"item": [f"{n:06d}" for n in range(201)], "type": ["0B"]}]},
        {"trnm": "REMOVE", "data": [{"item": [""], "type": ["00"]}]},
        {"trnm": "HELLO"},
    ],
)
def test_a_bad_request_is_answered_with_one_and_the_connection_lives(
    server: PracticeServer, desk: Desk, request_: dict[str, Any]
) -> None:
    async def scene() -> None:
        async with stream(server, desk.token) as opened:
            await opened.say(request_)
            assert (await opened.answer(request_["trnm"]))["return_code"] == 1
            assert (await opened.register([""], ["00"]))["return_code"] == 0

    asyncio.run(scene())


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "PING", '{"trnm": 1}', "[" * 100_000])
def test_nonsense_does_not_end_a_connection(server: PracticeServer, desk: Desk, text: str) -> None:
    async def scene() -> None:
        async with stream(server, desk.token) as opened:
            await opened.socket.send(text)
            await opened.socket.send(b"\x00\x01")
            assert (await opened.register([""], ["00"]))["return_code"] == 0

    asyncio.run(scene())


@pytest.mark.parametrize("items", [[], [""], ["005930"]])
def test_order_events_come_whatever_item_was_registered(server: PracticeServer, desk: Desk, items: list[str]) -> None:
    async def scene() -> None:
        async with stream(server, desk.token) as opened:
            await opened.register(items, ["00", "04"])
            number = (await in_thread(desk.sell, quantity=4))["ord_no"]
            await opened.order_event(number, "접수")
            filled = await opened.order_event(number, "체결")
            assert (filled["900"], filled["902"], filled["911"]) == ("4", "0", "4")
            holding = await opened.entry("04")
            assert (holding["item"], holding["values"]["9001"]) == ("005930", "005930")

    asyncio.run(scene())


def test_the_life_of_an_order_in_events(server: PracticeServer, desk: Desk) -> None:
    async def scene() -> None:
        low = desk.price("lst_pric")
        async with stream(server, desk.token) as opened:
            await opened.register([""], ["00"])
            first = (await in_thread(desk.buy, quantity=6, price=low))["ord_no"]
            second = (await in_thread(desk.amend, first, low + 100))["ord_no"]
            third = (await in_thread(desk.cancel, second))["ord_no"]
            await opened.order_event(third, "확인")
            told = [
                (v["9203"], v["913"], v["904"], v["905"], v["900"], v["902"])
                for v in (entry["values"] for entry in opened.seen)
            ]
            assert told == [
                (first, "접수", "0000000", "+매수", "6", "6"),
                (second, "접수", first, "+매수정정", "6", "6"),
                (second, "확인", first, "+매수정정", "6", "0"),
                (third, "접수", second, "매수취소", "6", "6"),
                (third, "확인", second, "매수취소", "6", "0"),
            ]

    asyncio.run(scene())


def test_what_an_ioc_order_does_not_get_is_cancelled_by_the_exchange(server: PracticeServer, desk: Desk) -> None:
    async def scene() -> None:
        async with stream(server, desk.token) as opened:
            await opened.register([""], ["00"])
            price = await in_thread(desk.price, "lst_pric")
            number = (await in_thread(desk.buy, quantity=3, price=price, trde_tp="10"))["ord_no"]
            cancelled = await opened.order_event(number, "취소")
            assert (cancelled["902"], cancelled["904"]) == ("0", "0000000")

    asyncio.run(scene())


def test_removed_and_refreshed_registrations_are_silent(server: PracticeServer, desk: Desk) -> None:
    async def scene() -> None:
        async with stream(server, desk.token) as opened:
            await opened.register(["005930"], ["0D"], group="1")
            await opened.register(["000660"], ["0D"], group="2")
            await opened.register([""], ["04"], group="3", refresh="0")
            await opened.say({"trnm": "REG", "grp_no": "3", "data": [{"item": "", "type": "00"}]})
            await opened.answer("REG")
            await opened.say({"trnm": "REMOVE", "grp_no": "3", "data": [{"item": [""], "type": ["04"]}]})
            await opened.answer("REMOVE")
            opened.seen.clear()
            number = (await in_thread(desk.sell, quantity=1))["ord_no"]
            await opened.order_event(number, "체결")
            await in_thread(desk.sell, code="000660", quantity=1)
            await opened.entry("00", lambda e: e["item"] == "000660" and e["values"]["913"] == "체결")
            assert {entry["type"] for entry in opened.seen} == {"00"}

    asyncio.run(scene())


def test_gold_sessions_log_in_and_stay_silent(server: PracticeServer, gold: Desk) -> None:
    async def scene() -> None:
        async with stream(server, gold.token) as opened:
            await opened.register([""], ["00", "04"])
            await opened.register(["M04020000"], ["0B", "0D"])
            order = {"stk_cd": "M04020000", "ord_qty": "1", "ord_uv": "180000", "trde_tp": "00"}
            assert (await in_thread(gold.ask, "kt50000", ORDERS, order))["return_code"] == 0
            assert (await opened.register([""], ["0s"]))["return_code"] == 0
            assert opened.seen == []

    asyncio.run(scene())


def test_trades_and_books_come_to_each_view_that_sees_them(server: PracticeServer, desk: Desk) -> None:
    async def scene() -> None:
        async with stream(server, desk.token) as opened:
            await opened.register(["005930", "005930_NX", "005930_AL"], ["0B", "0C", "0D"])
            await opened.entry("0D", lambda e: e["item"] == "005930")
            await opened.entry("0D", lambda e: e["item"] == "005930_NX")
            await opened.entry("0D", lambda e: e["item"] == "005930_AL")
            await in_thread(desk.buy, quantity=2)
            trade = await opened.entry("0B", lambda e: e["item"] == "005930")
            assert (trade["values"]["15"], trade["values"]["9081"]) == ("+2", "KRX")
            await opened.entry("0B", lambda e: e["item"] == "005930_AL")
            low = await in_thread(desk.price, "lst_pric")
            assert (await in_thread(desk.sell, quantity=1, price=low, dmst_stex_tp="NXT"))["return_code"] == 0
            trade = await opened.entry("0B", lambda e: e["item"] == "005930_NX")
            assert (trade["values"]["15"], trade["values"]["9081"]) == ("-1", "NXT")
            seen = [e for e in opened.seen if e["type"] == "0B" and e["item"] == "005930"]
            assert len(seen) == 1

    asyncio.run(scene())


def test_every_push_has_the_fids_of_its_table(serve: Callable[..., PracticeServer], login: Callable[..., Desk]) -> None:
    async def scene(server: PracticeServer, desk: Desk) -> None:
        async with stream(server, desk.token) as opened:
            await opened.register([""], ["00", "04", "0s", "1h"])
            await opened.register(["005930", "005930_NX", "005930_AL"], ["0B", "0C", "0D", "0H"])
            await in_thread(desk.sell, quantity=1)
            for type in ("00", "04", "0B", "0C", "0D"):
                await opened.entry(type)
            server.faults.arm(on="market", do="vi", code="005930")
            await opened.entry("1h")
            server.call(lambda: server.clock.skip(datetime(2026, 11, 23, 15, 21, tzinfo=SEOUL) - server.clock.now()))
            await opened.entry("0H")
            await opened.entry("0s")
            assert {entry["type"] for entry in opened.seen} == set(FIDS)
            for entry in opened.seen:
                assert faults_of(entry["values"], FIDS[entry["type"]]) == [], entry["type"]

    server = serve(quiet=False)
    asyncio.run(scene(server, login(server)))


def test_the_market_is_alive_from_the_first_second(
    serve: Callable[..., PracticeServer], login: Callable[..., Desk]
) -> None:
    async def scene(server: PracticeServer, desk: Desk) -> None:
        async with stream(server, desk.token) as opened:
            await opened.register(["005930", "000660", "069500"], ["0B"])
            await opened.entry("0B")

    server = serve(quiet=False)
    asyncio.run(scene(server, login(server)))


def test_the_path_and_the_host_are_checked(server: PracticeServer) -> None:
    async def scene() -> None:
        with pytest.raises(InvalidStatus):
            async with connect(server.websocket + "/other", proxy=None):
                pass
        with pytest.raises(InvalidStatus):
            async with connect(server.websocket, proxy=None, additional_headers={"Host": "evil.example"}):
                pass

    asyncio.run(scene())


def test_an_interruption_is_pushed_when_it_begins_and_ends_and_is_listed(server: PracticeServer, desk: Desk) -> None:
    query = {"mrkt_tp": "000", "bf_mkrt_tp": "0", "motn_tp": "0", "skip_stk": "000000000", "motn_drc": "0"}
    query |= {"trde_qty_tp": "0", "min_trde_qty": "0", "max_trde_qty": "0", "stex_tp": "3"}
    query |= {"trde_prica_tp": "0", "min_trde_prica": "0", "max_trde_prica": "0"}

    def listed(**changes: str) -> list[dict[str, str]]:
        rows: list[dict[str, str]] = desk.ask("ka10054", INFO, query | changes)["motn_stk"]
        return rows

    async def scene() -> None:
        async with stream(server, desk.token) as opened:
            await opened.register([""], ["1h"])
            server.faults.arm(on="market", do="vi", code="247540", side="sell")
            began = await opened.entry("1h")
            values = began["values"]
            assert (began["item"], values["9008"], values["1225"], values["1279"]) == ("247540", "101", "정적", "-정적")
            assert (values["1224"], values["9069"], values["1490"]) == ("000000", "2", "1")
            [row] = await in_thread(listed)
            assert (row["virelis_time"], row["motn_pric"]) == ("000000", values["1221"])
            assert faults_of(row, TRS["ka10054"]["rows"]["motn_stk"]) == []
            server.call(lambda: server.clock.skip(timedelta(minutes=2)))
            ended = await opened.entry("1h", lambda entry: entry["values"]["1224"] != "000000")
            assert (await in_thread(listed))[0]["virelis_time"] == ended["values"]["1224"]

    asyncio.run(scene())
    others = {"motn_drc": "1", "motn_tp": "2", "stex_tp": "2", "mrkt_tp": "001", "stk_cd": "005930", "bf_mkrt_tp": "2"}
    assert [listed(**{name: value}) for name, value in others.items()] == [[]] * len(others)
    assert listed(trde_qty_tp="1", min_trde_qty="999999999999") == []
    assert len(listed(mrkt_tp="101", motn_drc="2", motn_tp="1", stex_tp="1", skip_stk="111111111")) == 1
