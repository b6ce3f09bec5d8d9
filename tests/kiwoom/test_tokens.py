"""Signing in, renewing, and a key that another program uses too."""

from __future__ import annotations

import asyncio
import logging
from contextlib import nullcontext
from datetime import timedelta

import pytest

from kiwoom_desk.domain.facts import Accepted, NotSent
from kiwoom_desk.domain.instruments import Side
from kiwoom_desk.kiwoom.http import Http
from kiwoom_desk.kiwoom.tokens import Tokens
from kiwoom_desk.trading.ports import (
    BrokerUnavailable,
    Call,
    Keys,
    QueryFailed,
    SignInRefused,
)
from tests.kiwoom.token_bench import (
    KEY,
    OK,
    ORDER_OK,
    SECRET,
    TOKEN,
    Bench,
    broker,
    failing,
    no,
    run,
)
from tests.support.day import draft, ref
from tests.support.fake_clock import FakeClock
from tests.support.faults import fault
from tests.support.raw_server import answer


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


@pytest.mark.parametrize("ends", ["given up", "in a bug"])
def test_a_renewal_that_asked_nobody_makes_the_next_one_wait_for_nothing(
    ends: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A panel that is closed takes its question along while it connects; then a cancel needs the token."""

    async def connecting(call: object) -> None:
        if ends == "in a bug":
            raise ZeroDivisionError
        await asyncio.Event().wait()

    async def scenario(bench: Bench) -> None:
        await bench.ask()
        held = bench.tokens.held()
        assert held is not None
        bench.tokens.spoil(held, "8005")
        with monkeypatch.context() as patch:
            patch.setattr(bench.client.http, "post", connecting)
            asking = asyncio.ensure_future(bench.ask())
            await asyncio.sleep(0.01)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
        await bench.ask()

    _, bench = run(scenario, {"kt00001": [answer(OK)]})
    assert bench.trs == ["au10001", "kt00001", "au10001", "kt00001"]


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
