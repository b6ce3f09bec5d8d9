"""What the exchange itself says, asked with the standard library and none of our adapters.

Everything here is read off the guide anew (kiwoom/trs.json: au10001, kt00007, kt50031), so that a mistake of
`kiwoom_desk.kiwoom` cannot agree with itself.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

ORDERS = {"stock": "kt00007", "gold": "kt50031"}


@dataclass(frozen=True, slots=True)
class Row:
    """One number as the day list has it. `change` is 정정확인, 취소확인 or blank."""

    number: str
    original: str
    symbol: str
    side: str
    venue: str
    quantity: int
    price: int
    trigger: int
    filled: int
    remaining: int
    confirmed: int
    change: str
    accepted: str
    channel: str


class Witness:
    """Signs in by itself with the account's published keys. Blocking: call it from a thread.

    Raises OSError when the exchange does not answer and AssertionError when it refuses."""

    def __init__(self, rest: str, app_key: str, secret: str, account: str) -> None:
        self._host = urlsplit(rest).netloc
        self._account = account
        body = {"grant_type": "client_credentials", "appkey": app_key, "secretkey": secret}
        answer, _ = self._ask("/oauth2/token", "au10001", body, {})
        self._token = str(answer["token"])

    def orders(self, day: str) -> dict[str, Row]:
        """Every row of `day` (YYYYMMDD), by its seven-digit number."""
        body = {
            "ord_dt": day,
            "qry_tp": "1",
            "stk_bond_tp": "0",
            "sell_tp": "0",
            "stk_cd": "",
            "fr_ord_no": "",
            "dmst_stex_tp": "%",
        }
        rows: dict[str, Row] = {}
        more: dict[str, str] = {}
        while True:
            head = {"authorization": f"Bearer {self._token}", **more}
            answer, headers = self._ask("/api/dostk/acnt", ORDERS[self._account], body, head)
            for raw in answer.get("acnt_ord_cntr_prps_dtl") or ():
                rows[raw["ord_no"]] = _row(raw)
            if headers.get("cont-yn") != "Y":
                return rows
            more = {"cont-yn": "Y", "next-key": headers["next-key"]}

    def _ask(
        self, path: str, tr: str, body: Mapping[str, str], head: Mapping[str, str]
    ) -> tuple[dict[str, Any], dict[str, str]]:
        connection = http.client.HTTPConnection(self._host, timeout=10)
        try:
            headers = {"Content-Type": "application/json;charset=UTF-8", "api-id": tr, **head}
            connection.request("POST", path, json.dumps(body), headers)
            response = connection.getresponse()
            answer = json.loads(response.read())
            assert int(answer.get("return_code", -1)) == 0, f"{tr}: {answer.get('return_msg')}"
            return answer, {name.lower(): value for name, value in response.getheaders()}
        finally:
            connection.close()


def _row(raw: Mapping[str, str]) -> Row:
    code = raw["stk_cd"]
    return Row(
        number=raw["ord_no"],
        original=raw["ori_ord"],
        symbol=code[1:] if code[0] in "AJQ" and len(code) == 7 else code,
        side="sell" if "매도" in raw["io_tp_nm"] else "buy",
        venue=raw["dmst_stex_tp"],
        quantity=int(raw["ord_qty"] or 0),
        price=int(raw["ord_uv"] or 0),
        trigger=int(raw["cond_uv"] or 0),
        filled=int(raw["cntr_qty"] or 0),
        remaining=int(raw["ord_remnq"] or 0),
        confirmed=int(raw["cnfm_qty"] or 0),
        change=raw["mdfy_cncl"],
        accepted=raw["acpt_tp"],
        channel=raw["comm_ord_tp"],
    )
