"""Every TR with the request of the guide: each documented field is there, is text and has its format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kiwoom_desk.simulator.http_api.catalogue import TRS as OFFERED
from kiwoom_desk.simulator.server import PracticeServer
from tests.simulator.surface.client import ORDERS, Desk
from tests.simulator.surface.conftest import MORNING
from tests.simulator.surface.shapes import TRS, faults_of

_TOKENS = {"au10001", "au10002"}
_ORDERS = {"kt10000", "kt10001", "kt10002", "kt10003", "kt50000", "kt50001", "kt50002", "kt50003"}
_CREDIT = {"kt10006", "kt10007", "kt10008", "kt10009"}
_TODAY = MORNING.strftime("%Y%m%d")
# Lists that have nothing to say here at this hour: no interruption, no call auction.
_EMPTY = {"ka10054", "ka50087"}


@pytest.fixture(scope="module")
def busy() -> Iterator[tuple[Desk, Desk]]:
    """A stock and a gold account that have done a bit of everything."""
    with PracticeServer(clock=MORNING) as server:
        stock, gold = Desk(server), Desk(server, gold=True)
        _trade_stocks(stock)
        _trade_gold(gold)
        yield stock, gold
        stock.close()
        gold.close()


def _trade_stocks(desk: Desk) -> None:
    low = desk.price("lst_pric")
    resting = desk.buy(quantity=10, price=low)
    amended = desk.amend(resting["ord_no"], low + 100, 4)
    desk.cancel(amended["ord_no"])
    desk.buy(quantity=2)
    desk.sell(quantity=3)
    desk.buy(quantity=2, price=low, dmst_stex_tp="SOR")
    desk.buy(quantity=2, price=low, dmst_stex_tp="NXT")
    desk.buy(quantity=2, price=low, trde_tp="28", cond_uv=str(desk.price("upl_pric")))


def _trade_gold(gold: Desk) -> None:
    figures = gold.ask("ka50100", "/api/dostk/mrkcond", {"stk_cd": "M04020000"})
    low, high = abs(int(figures["lst_pric"])), abs(int(figures["upl_pric"]))
    base = {"stk_cd": "M04020000", "ord_qty": "3", "trde_tp": "00"}
    resting = gold.ask("kt50000", ORDERS, base | {"ord_uv": str(low)})
    body = {"stk_cd": "M04020000", "orig_ord_no": resting["ord_no"]}
    amended = gold.ask("kt50002", ORDERS, body | {"mdfy_qty": "0", "mdfy_uv": str(low + 10)})
    assert amended["return_code"] == 0, amended
    gold.ask("kt50000", ORDERS, base | {"ord_uv": str(high), "trde_tp": "10"})
    gold.ask("kt50001", ORDERS, base | {"ord_uv": str(low), "trde_tp": "10"})


def _request(api_id: str) -> dict[str, Any]:
    changes = {"ord_dt": _TODAY, "base_dt": _TODAY, "strt_dt": _TODAY, "end_dt": _TODAY, "mrkt_deal_tp": "5"}
    body: dict[str, Any] = TRS[api_id]["request"]
    return body | {name: value for name, value in changes.items() if body.get(name)}


def test_every_documented_tr_is_offered_under_its_path() -> None:
    assert {api_id: tr["path"] for api_id, tr in TRS.items() if api_id not in _TOKENS} == {
        tr.id: tr.path for tr in OFFERED.values()
    }


@pytest.mark.parametrize("api_id", sorted(TRS.keys() - _TOKENS - _ORDERS - _CREDIT))
def test_an_answer_has_every_documented_field_in_its_format(api_id: str, busy: tuple[Desk, Desk]) -> None:
    stock, gold = busy
    desk = gold if OFFERED[api_id].account == "gold" else stock
    body = _request(api_id)
    if api_id == "ka10088":
        body = {"ord_no": next(row["ord_no"] for row in stock.open_orders() if row["sor_yn"] == "Y")}
    answer = desk.ask(api_id, TRS[api_id]["path"], body)
    assert answer["return_code"] == 0, answer
    assert faults_of(answer, TRS[api_id]["fields"]) == []
    for key, fields in TRS[api_id]["rows"].items():
        rows = answer[key]
        assert rows or api_id in _EMPTY or key == "stk_entr_prst"
        assert [faults_of(row, fields) for row in rows if faults_of(row, fields)] == []


@pytest.mark.parametrize("api_id", sorted(_CREDIT))
def test_credit_orders_are_refused_to_an_account_without_credit(api_id: str, busy: tuple[Desk, Desk]) -> None:
    answer = busy[0].ask(api_id, TRS[api_id]["path"], TRS[api_id]["request"])
    assert (answer["return_code"], "[2000](503721:" in answer["return_msg"]) == (20, True)


@pytest.mark.parametrize("api_id", sorted(_ORDERS))
def test_an_order_reply_has_its_documented_fields(
    api_id: str, server: PracticeServer, login: Callable[..., Desk]
) -> None:
    desk = login(server, gold=api_id.startswith("kt5"))
    answer = _order_reply(desk, api_id)
    assert answer["return_code"] == 0, answer
    assert faults_of(answer, TRS[api_id]["fields"]) == []
    assert answer["ord_no"] != ""
    assert "dmst_stex_tp" not in answer or api_id not in {"kt10003", "kt50000", "kt50001", "kt50002", "kt50003"}


def _order_reply(desk: Desk, api_id: str) -> dict[str, Any]:
    gold = api_id.startswith("kt5")
    code = "M04020000" if gold else "005930"
    low, high = (177_000, 200_000) if gold else (desk.price("lst_pric"), desk.price("upl_pric"))
    price = high if api_id.endswith("1") else low
    body = {"stk_cd": code, "ord_qty": "2", "ord_uv": str(price), "trde_tp": "00" if gold else "0"}
    venue = {} if gold else {"dmst_stex_tp": "KRX"}
    family = api_id[:-1]
    if api_id[-1] in "01":
        return desk.ask(api_id, ORDERS, body | venue)
    number = desk.ask(f"{family}0", ORDERS, body | venue)["ord_no"]
    named = {"stk_cd": code, "orig_ord_no": number} | venue
    if api_id.endswith("2"):
        return desk.ask(api_id, ORDERS, named | {"mdfy_qty": "0", "mdfy_uv": str(low + 100)})
    return desk.ask(api_id, ORDERS, named | {"cncl_qty": "0"})


def test_an_issued_and_a_revoked_token_answer_as_documented(desk: Desk) -> None:
    issued = desk.issue()
    assert faults_of(issued, TRS["au10001"]["fields"]) == []
    assert desk.revoke()["return_code"] == 0
