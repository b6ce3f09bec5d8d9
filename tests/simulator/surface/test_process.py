"""The exchange as a process of its own, and what remains of it after stop()."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import pytest

from kiwoom_desk.simulator.__main__ import main
from kiwoom_desk.simulator.server import PracticeServer
from tests.simulator.surface.client import Desk, until

_KEYS = {"appkey", "secretkey", "gold_appkey", "gold_secretkey"}


def _start(*options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "kiwoom_desk.simulator", "--port", "0", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_greets_serves_and_ends_with_status_zero(number: signal.Signals, tmp_path: Path) -> None:
    script = tmp_path / "faults.json"
    script.write_text('[{"on": "ka00001", "do": "status", "status": 500}]', encoding="utf-8")
    clock = ("--clock", "2026-11-23T13:00:00", "--environment", "live", "--seed", "7", "--faults", str(script))
    with _start(*clock) as process:
        assert process.stdout is not None and process.stderr is not None
        greeting = json.loads(process.stdout.readline())
        assert greeting.keys() == _KEYS | {"rest", "websocket"}
        assert greeting["websocket"] == greeting["rest"].replace("http", "ws", 1) + "/api/dostk/websocket"
        keys = {"grant_type": "client_credentials", "appkey": greeting["appkey"], "secretkey": greeting["secretkey"]}
        with httpx.Client(base_url=greeting["rest"], trust_env=False) as client:
            answer = client.post("/oauth2/token", json=keys)
            heads = {"api-id": "ka00001", "authorization": "Bearer " + answer.json()["token"]}
            assert client.post("/api/dostk/acnt", json={}, headers=heads).status_code == 500
            process.send_signal(number)
            assert process.wait() == 0
        assert parsedate_to_datetime(answer.headers["date"]).hour == 4  # one in the afternoon in Seoul
        assert process.stderr.read() == ""


@pytest.mark.parametrize(
    "options", [["--host", "0.0.0.0"], ["--environment", "moon"], ["--clock", "noon"], ["--faults", "/nowhere"]]
)
def test_options_that_make_no_sense_are_refused(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(options)
    assert ended.value.code == 2
    assert options[0] in capsys.readouterr().err


def test_nothing_remains_after_stop(serve: Callable[..., PracticeServer], login: Callable[..., Desk]) -> None:
    before = set(threading.enumerate())
    server = serve()
    desk = login(server)
    server.faults.arm(on="ka00001", do="silence_after")
    waiting = threading.Thread(target=_wait_in_vain, args=(desk,))
    waiting.start()
    until(lambda: server.faults.struck)
    server.stop()
    waiting.join()
    server.stop()
    assert set(threading.enumerate()) == before
    with pytest.raises(httpx.ConnectError):
        desk.http.post("/oauth2/token", json={})


def _wait_in_vain(desk: Desk) -> None:
    with pytest.raises(httpx.TransportError):
        desk.ask("ka00001", "/api/dostk/acnt", {})


def test_calls_run_in_the_exchanges_own_thread_and_bring_back_what_happened(server: PracticeServer) -> None:
    assert server.call(threading.current_thread).name == "practice-exchange"
    with pytest.raises(ZeroDivisionError):
        server.call(lambda: 1 // 0)


def test_a_stopped_exchange_takes_no_calls() -> None:
    with pytest.raises(RuntimeError):
        PracticeServer().call(lambda: None)


def test_the_same_seed_and_clock_make_the_same_book(
    serve: Callable[..., PracticeServer], login: Callable[..., Desk]
) -> None:
    books = [login(serve(seed=5)).ask("ka10004", "/api/dostk/mrkcond", {"stk_cd": "005930"}) for _ in range(2)]
    assert books[0] == books[1]
