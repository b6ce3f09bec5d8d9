"""Cards of the gateway: what it refuses before an order is one, and the limits of requests."""

from __future__ import annotations

import re

from tests.cards.card import Seat, answer, card, rests, verdict
from tests.cards.wire import ACCOUNT, CODE, INFO, ORDERS, Json, Line, NotAsked, Wire, code_of

QUOTES = "/api/dostk/mrkcond"
BURST = 6
"""Requests within a second that the mock, which takes one, must refuse one of; the live broker takes five."""


# --- refused before it was an order: the program's whitelist rests on these ------------------------------------------
@card("A made-up key is class 3 with 8001", "11.7", "class 3, 8001")
def _(w: Wire) -> str:
    body = {"grant_type": "client_credentials", "appkey": "nobody", "secretkey": "nothing"}
    return answer(w.http.post("/oauth2/token", json=body).json())


@card("A key of the other environment is 8030, a token of it 8031", "K7, 3", "class 2, 8030; 8031", seat=Seat.ELSEWHERE)
def _(w: Wire) -> str:
    return (
        f"{answer(w.issue().json())}; {code_of(w.post('ka00001', ACCOUNT, {}, authorization='Bearer another').json())}"
    )


@card("An api-id that does not exist is class 2 with 1505", "K5", "class 2, 1505")
def _(w: Wire) -> str:
    return answer(w.ask("ka99999", ACCOUNT, {}))


@card("An api-id under a foreign path is 1504", "K5", "1504")
def _(w: Wire) -> str:
    return code_of(w.ask("ka00001", INFO, {}))


@card("An order without authorization is 1513", "K5", "1513")
def _(w: Wire) -> str:
    return code_of(w.http.post(ORDERS, json=w.new(1, 1000), headers={"api-id": w.buying}).json())


@card("A quantity that is no number is class 2 with 1517", "K5", "class 2, 1517")
def _(w: Wire) -> str:
    return answer(w.send(w.buying, w.new(1, 1000, ord_qty="one")))


@card("An order for an unknown code is class 2 with 1902", "K5", "class 2, 1902")
def _(w: Wire) -> str:
    return answer(w.send(w.buying, w.new(1, 1000, stk_cd="ABCDEF")))


@card("The gold account's list is refused to a stock key", "kt50031", "refused, class 20, [2000](…)")
def _(w: Wire) -> str:
    body = {"qry_tp": "1", "stk_bond_tp": "0", "sell_tp": "0", "stk_cd": "", "fr_ord_no": "", "dmst_stex_tp": "%"}
    return verdict(w.ask("kt50031", ACCOUNT, body))


@card("A LOGIN with a dead token is 805004 with 8005", "11.4, stream", "805004, 8005")
def _(w: Wire) -> str:
    seen: list[str] = []

    def act(line: Line) -> None:
        line.say({"trnm": "LOGIN", "token": "nobody"})
        said = line.hear()
        seen.append(f"{said['return_code']}, {code_of(said)}")

    w.stream(act)
    return seen[0]


@card("A request before the LOGIN is 100013", "stream", "100013")
def _(w: Wire) -> str:
    seen: list[str] = []

    def act(line: Line) -> None:
        line.say({"trnm": "REG", "grp_no": "1", "refresh": "1", "data": [{"item": [""], "type": ["00"]}]})
        seen.append(str(line.hear()["return_code"]))

    w.stream(act)
    return seen[0]


# --- limits ----------------------------------------------------------------------------------------------------------
@card("On the mock an order for NXT is refused with RC9000", "3, K8", "class 20, RC9000", seat=Seat.LIMITED)
def _(w: Wire) -> str:
    return answer(w.send(w.buying, w.new(1, rests(w), "NXT")))


@card(
    "Beyond the limit of one TR: HTTP 429, class 5, 1700, and how many are allowed; other TRs go on",
    "K6, 10.1",
    "HTTP 429, class 5, 1700, 유량 and API ID; another accepted",
    seat=Seat.LIMITED,
)
def _(w: Wire) -> str:
    for _ in range(BURST):
        response = w.at_once("ka10001", INFO, {"stk_cd": CODE})
        said = response.json()
        if said["return_code"] != 0:
            text = str(said["return_msg"])
            named = "유량 and API ID" if re.search(r"유량=\d+", text) and "ka10001" in text else text
            other = answer(w.ask("ka10004", QUOTES, {"stk_cd": CODE}))
            return f"HTTP {response.status_code}, {answer(said)}, {named}; another {other}"
    raise NotAsked(f"{BURST} at once were all answered")


@card("An order refused by the limit was not placed", "K6, 10.1", "class 5, 1700, not placed", seat=Seat.LIMITED)
def _(w: Wire) -> str:
    price = rests(w, 1)
    known = _like(w, price)
    for accepted in range(BURST):
        said = w.send(w.buying, w.new(7, price), now=True)
        if said["return_code"] != 0:
            return f"{answer(said)}, {'not placed' if _like(w, price) == known + accepted else 'placed'}"
    raise NotAsked(f"{BURST} at once were all accepted")


def _like(w: Wire, price: int) -> int:
    """How many orders of 7 at this price the day's list has."""
    return sum(1 for row in w.rows() if (int(row["ord_qty"]), int(row["ord_uv"])) == (7, price))


@card("An order, its amendment and its cancel at once: is there a limit of all of them?", "10.1", seat=Seat.LIMITED)
def _(w: Wire) -> str:
    price = rests(w, 2)
    said = [w.buy(1, price)]
    if said[0]["return_code"] == 0:
        changed = w.changing(said[0]["ord_no"], {"mdfy_qty": "0", "mdfy_uv": str(price + 100), "mdfy_cond_uv": ""})
        said.append(w.send(w.amending, changed, now=True))
        newest = said[1].get("ord_no") or said[0]["ord_no"]
        said.append(w.at_once(w.cancelling, ORDERS, w.changing(newest, {"cncl_qty": "0"})).json())
    return "; ".join(answer(one) for one in said)


@card("Six queries of six TRs at once: is there a limit of all of them?", "10.1", seat=Seat.LIMITED)
def _(w: Wire) -> str:
    code = {"stk_cd": CODE}
    balance = {"qry_tp": "1", "dmst_stex_tp": "KRX"}
    asked = [("ka10003", INFO, code), ("ka10004", QUOTES, code), ("ka10007", QUOTES, code), ("ka10100", INFO, code),
             ("kt00001", ACCOUNT, {"qry_tp": "3"}), ("kt00018", ACCOUNT, balance)]  # fmt: skip
    w.pause()
    refused = [f"{tr} {code_of(said)}" for tr, path, body in asked if (said := _said(w, tr, path, body))["return_code"]]
    return f"refused: {', '.join(refused)}" if refused else "all answered"


def _said(w: Wire, tr: str, path: str, body: Json) -> Json:
    said: Json = w.at_once(tr, path, body).json()
    return said
