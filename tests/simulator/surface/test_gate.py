"""What the gateway refuses before a TR sees it, and how it says so (errors.md 1 and 2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from kiwoom_desk.simulator.server import PracticeServer
from tests.simulator.surface.client import ACCOUNT, INFO, ORDERS, Desk, order_body
from tests.simulator.surface.conftest import MORNING
from tests.support.faults import fault

_BODY = {"stk_cd": "005930"}


def _code(answer: dict[str, Any]) -> tuple[int, str]:
    """Top-level code and the one inside the text."""
    text = answer["return_msg"]
    return answer["return_code"], text[text.index("[") + 1 : text.index(":")]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"api-id": ""}, (2, "1501")),
        ({"api-id": "ka99999"}, (2, "1505")),
        ({"api-id": "kt00007"}, (2, "1504")),
        ({"authorization": "token"}, (2, "1514")),
        ({"authorization": "Basic dXNlcjpwYXNz"}, (2, "1515")),
        ({"authorization": "Bearer"}, (2, "1516")),
        ({"authorization": "Bearer stale"}, (3, "8005")),
    ],
)
def test_a_bad_header_has_its_own_code(desk: Desk, headers: dict[str, str], expected: tuple[int, str]) -> None:
    response = desk.post("ka10001", INFO, _BODY, **headers)
    assert (response.status_code, _code(response.json())) == (200, expected)


def test_a_missing_authorization_header_is_1513(desk: Desk) -> None:
    answer = desk.http.post(INFO, json=_BODY, headers={"api-id": "ka10001"}).json()
    assert _code(answer) == (2, "1513")


def test_header_names_come_in_any_case_and_paging_headers_may_be_empty(desk: Desk) -> None:
    headers = {"API-ID": "ka10001", "Authorization": f"Bearer {desk.token}", "Cont-Yn": "", "Next-Key": ""}
    assert desk.http.post(INFO, json=_BODY, headers=headers).json()["return_code"] == 0


@pytest.mark.parametrize("missing", ["dmst_stex_tp", "stk_cd", "ord_qty", "trde_tp"])
def test_a_missing_mandatory_field_is_1511_and_named(desk: Desk, missing: str) -> None:
    body = order_body("005930", 1, 0)
    del body[missing]
    answer = desk.ask("kt10000", ORDERS, body)
    assert _code(answer) == (2, "1511")
    assert missing in answer["return_msg"]


def test_optional_fields_may_be_left_out(desk: Desk) -> None:
    body = {"dmst_stex_tp": "KRX", "stk_cd": "005930", "ord_qty": "1", "trde_tp": "3"}
    assert desk.ask("kt10000", ORDERS, body)["return_code"] == 0


def test_a_market_order_may_carry_a_zero_price(desk: Desk) -> None:
    assert desk.buy(quantity=1, ord_uv="0")["return_code"] == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"ord_qty": "1.5"},
        {"ord_qty": "-1"},
        {"ord_qty": "010"},
        {"ord_qty": "0"},
        {"ord_qty": "1000000000000"},
        {"ord_uv": "71,200"},
        {"trde_tp": "00"},
        {"dmst_stex_tp": "ABC"},
        {"stk_cd": "A" * 13},
    ],
)
def test_a_malformed_field_is_1517_and_places_nothing(desk: Desk, changes: dict[str, str]) -> None:
    assert _code(desk.ask("kt10000", ORDERS, order_body("005930", 1, 0) | changes)) == (2, "1517")
    assert desk.day() == []


@pytest.mark.parametrize("raw", [b"{", b"[]", b'"text"', b"\xff\xfe", b'{"stk_cd": 5930}', b"[" * 60_000])
def test_a_body_that_is_no_object_of_texts_is_1517(desk: Desk, raw: bytes) -> None:
    headers = {"api-id": "ka10001", "authorization": f"Bearer {desk.token}"}
    assert _code(desk.http.post(INFO, content=raw, headers=headers).json()) == (2, "1517")


def test_a_get_is_not_allowed_and_another_path_not_known(desk: Desk) -> None:
    assert desk.http.get(INFO).status_code == 405
    assert desk.http.post("/api/dostk/none", json={}).status_code == 404


def test_a_stock_key_cannot_use_the_gold_account_nor_the_other_way_round(desk: Desk, gold: Desk) -> None:
    assert "[2000](999999:" in desk.ask("kt50021", ACCOUNT, {})["return_msg"]
    assert "[2000](508540:" in gold.buy(quantity=1)["return_msg"]
    numbers = {each.ask("ka00001", ACCOUNT, {})["acctNo"] for each in (desk, gold)}
    assert len(numbers) == 2


@pytest.mark.parametrize("venue", ["SOR", "%", "ABC"])
def test_balances_know_two_exchanges_only(desk: Desk, venue: str) -> None:
    answer = desk.ask("kt00018", ACCOUNT, {"qry_tp": "1", "dmst_stex_tp": venue})
    assert "[2000](501307:" in answer["return_msg"]


def test_every_answer_is_dated_by_the_market_clock(desk: Desk, server: PracticeServer) -> None:
    before = server.clock.now()
    dated = parsedate_to_datetime(desk.post("ka10001", INFO, _BODY).headers["date"])
    assert before.replace(microsecond=0) <= dated <= server.clock.now()
    assert dated.astimezone(ZoneInfo("Asia/Seoul")).date() == MORNING.date()


@fault("X08")
def test_a_host_name_that_is_not_loopback_is_turned_away(desk: Desk) -> None:
    headers = {"host": "evil.example:80", "api-id": "ka10001", "authorization": f"Bearer {desk.token}"}
    assert desk.http.post(INFO, json=_BODY, headers=headers).status_code == 403


@fault("X08")
def test_only_loopback_hosts_are_served() -> None:
    with pytest.raises(ValueError, match="this machine only"):
        PracticeServer(host="0.0.0.0")


@fault("X07")
def test_a_taken_port_gives_way_to_a_free_one(server: PracticeServer, serve: Callable[..., PracticeServer]) -> None:
    taken = httpx.URL(server.rest).port
    other = serve(port=taken)
    assert httpx.URL(other.rest).port not in (None, taken)


def test_the_same_token_is_handed_out_until_it_is_revoked(desk: Desk) -> None:
    first = desk.issue()
    assert (first["token"], first["token_type"]) == (desk.token, "bearer")
    assert desk.revoke()["return_code"] == 0
    assert _code(desk.ask("ka10001", INFO, _BODY)) == (3, "8005")
    assert desk.issue()["token"] != desk.token


def test_expiry_is_told_in_korean_wall_clock_time_a_day_ahead(desk: Desk) -> None:
    seoul = ZoneInfo("Asia/Seoul")
    told = datetime.strptime(desk.issue()["expires_dt"], "%Y%m%d%H%M%S").replace(tzinfo=seoul)
    left = told - datetime.now(seoul)
    assert 23 < left.total_seconds() / 3600 <= 24


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"grant_type": ""}, (2, "8011")),
        ({"grant_type": "password"}, (2, "8012")),
        ({"appkey": ""}, (2, "8020")),
        ({"appkey": "unknown"}, (3, "8001")),
        ({"secretkey": "wrong"}, (3, "8001")),
    ],
)
def test_bad_keys_get_no_token(desk: Desk, changes: dict[str, str], expected: tuple[int, str]) -> None:
    answer = desk.issue(**changes)
    assert _code(answer) == expected
    assert "token" not in answer


@pytest.mark.parametrize(("environment", "allowed"), [("mock", 1), ("live", 5)])
def test_the_request_limit_holds_per_tr(
    serve: Callable[..., PracticeServer], login: Callable[..., Desk], environment: str, allowed: int
) -> None:
    desk = login(serve(environment=environment))
    responses = [desk.post("ka10001", INFO, _BODY) for _ in range(allowed + 1)]
    assert [r.status_code for r in responses] == [200] * allowed + [429]
    refused = responses[-1].json()
    assert refused["return_code"] == 5
    assert f"유량={allowed}, API ID=ka10001" in refused["return_msg"] and "[1700:" in refused["return_msg"]
    assert desk.post("ka10004", "/api/dostk/mrkcond", _BODY).status_code == 200


def test_practice_does_not_limit_a_burst(desk: Desk) -> None:
    assert {desk.post("ka10001", INFO, _BODY).status_code for _ in range(20)} == {200}


def test_the_mock_world_trades_on_krx_only_and_lacks_some_services(
    serve: Callable[..., PracticeServer], login: Callable[..., Desk]
) -> None:
    desk = login(serve(environment="mock"))
    assert "[2000](RC9000:" in desk.buy(quantity=1, dmst_stex_tp="NXT")["return_msg"]
    answer = desk.ask("kt00010", ACCOUNT, {"stk_cd": "005930", "trde_tp": "2", "uv": "70000"})
    assert "[2000](RC7006:" in answer["return_msg"]
    assert "[2000](RC9000:" in desk.ask("kt00005", ACCOUNT, {"dmst_stex_tp": "KRX"})["return_msg"]
    assert "[2000](RC4003:" in desk.sell(quantity=1, price=desk.price("lst_pric") + 1)["return_msg"]
