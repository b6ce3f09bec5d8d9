"""Cards of stock orders that came later: stop-limit, types, exchanges, refusals, credit."""

from __future__ import annotations

from collections.abc import Mapping

from tests.cards.card import OLDEST_TICK, answer, card, remaining, rests, verdict
from tests.cards.wire import ACCOUNT, CODE, INFO, ORDERS, Json, NotAsked, Wire, code_of

CREDIT = "/api/dostk/crdordr"
PRICED = ("0", "5", "10", "20")
UNPRICED = ("6", "7", "13", "16", "23", "26", "29", "30", "31")
TOO_MANY = 99_999
"""Shares: five thousand million won even at the lower limit."""


@card("A cancel of a cancel is refused", "3", "refused, class 20, [2000](…)")
def _(w: Wire) -> str:
    return verdict(w.cancel(w.cancel(w.buy(1, rests(w, 31))["ord_no"])["ord_no"]))


@card("An NXT order is not cancelled as one of KRX", "3, 11.10", "refused, class 20, [2000](…)")
def _(w: Wire) -> str:
    said = w.buy(1, rests(w, 32), "NXT")
    if said["return_code"] != 0:
        raise NotAsked(f"NXT is not offered here: {code_of(said)}")
    return verdict(w.cancel(said["ord_no"]))


@card("A stop-limit order to buy whose trigger lies below the market", "10.3")
def _(w: Wire) -> str:
    low = rests(w, 33)
    return _taken_and_left(w, w.buy(1, low, type_="28", cond_uv=str(low + OLDEST_TICK)))


@card("A stop-limit order on NXT, and by SOR", "10.3")
def _(w: Wire) -> str:
    high = w.price("cur_prc") // 1000 * 1000 + 3000
    more = {"type_": "28", "cond_uv": str(high - 1000)}
    return "; ".join(answer(w.buy(1, high, venue, **more)) for venue in ("NXT", "SOR"))


@card("Whose last trade sets off a stop-limit order, that of KRX or of NXT?", "10.3")
def _(w: Wire) -> str:
    raise NotAsked("it would take a trade on one exchange that does not come on the other")


@card("A waiting stop-limit order is amended with mdfy_cond_uv", "3, 10.3")
def _(w: Wire) -> str:
    high = w.price("cur_prc") // 1000 * 1000 + 4000
    said = w.buy(1, high, type_="28", cond_uv=str(high - 1000))
    if said["return_code"] != 0:
        return verdict(said)
    what = {"mdfy_qty": "0", "mdfy_uv": str(high), "mdfy_cond_uv": str(high - 500)}
    changed = w.send(w.amending, w.changing(said["ord_no"], what))
    if changed["return_code"] != 0:
        return f"refused, {code_of(changed)}"
    return f"accepted, cond_uv {'the new' if int(w.row(changed['ord_no'])['cond_uv']) == high - 500 else 'another'}"


@card("Which order types with a price are taken now on KRX?", "10.4")
def _(w: Wire) -> str:
    return _taken(w, dict.fromkeys(PRICED, rests(w, 34)))


@card("Which order types without a price are taken now on KRX?", "10.4")
def _(w: Wire) -> str:
    return _taken(w, dict.fromkeys(UNPRICED))


@card("Which of 61, 62 and 81 are taken now on KRX, NXT and by SOR?", "10.4")
def _(w: Wire) -> str:
    types = {"61": None, "62": rests(w, 34), "81": None}
    return "; ".join(f"{venue} {_taken(w, types, venue)}" for venue in ("KRX", "NXT", "SOR"))


@card("How kt00007 and ka10088 list an order by SOR", "10.6")
def _(w: Wire) -> str:
    said = w.buy(1, rests(w, 35), "SOR")
    if said["return_code"] != 0:
        raise NotAsked(f"SOR is not offered here: {code_of(said)}")
    rows = [row for row in w.rows() if said["ord_no"] in (row["ord_no"], row["ori_ord"])]
    parts = [row for page in w.pages("ka10088", ACCOUNT, {"ord_no": said["ord_no"]}, "osop") for row in page]
    venues = " ".join(row["dmst_stex_tp"].strip() for row in rows)
    return f"{len(rows)} row, {venues}; {len(parts)} part, {' '.join(part['stex_tp_txt'] for part in parts)}"


@card("The refusal of an order for which the cash is missing", "10.13")
def _(w: Wire) -> str:
    return answer(w.buy(TOO_MANY, rests(w, 36)))


@card("The refusal of a sale of more than there is", "10.13")
def _(w: Wire) -> str:
    return answer(w.sell(TOO_MANY, w.price("upl_pric")))


@card("The refusal of an order for a halted instrument", "10.13")
def _(w: Wire) -> str:
    for page in w.pages("ka10099", INFO, {"mrkt_tp": "0"}, "list"):
        for row in page:
            if "거래정지" in row["state"]:
                return answer(w.send(w.buying, w.new(1, int(row["lastPrice"]), stk_cd=row["code"])))
    raise NotAsked("no share of KOSPI is halted")


@card("Is the credit counter open? (asked with the cancel of an order that does not exist)", "10.18")
def _(w: Wire) -> str:
    body = {"dmst_stex_tp": "KRX", "orig_ord_no": "9999999", "stk_cd": CODE, "cncl_qty": "0"}
    return answer(w.ask("kt10009", CREDIT, body))


@card("A cancel of an order that does not exist", "3", "refused, class 20, [2000](…)")
def _(w: Wire) -> str:
    return verdict(w.ask(w.cancelling, ORDERS, w.changing("9999999", {"cncl_qty": "0"})))


@card("What an account of a company is refused (8200)", "10.19")
def _(w: Wire) -> str:
    raise NotAsked("it needs the account of a company")


def _taken(w: Wire, types: Mapping[str, int | None], venue: str = "KRX") -> str:
    """Which are accepted, and the codes by which the others are refused."""
    said = {type_: w.buy(1, price, venue, type_) for type_, price in types.items()}
    taken = [type_ for type_, one in said.items() if one["return_code"] == 0]
    refused = [f"not {type_} ({code_of(one)})" for type_, one in said.items() if one["return_code"] != 0]
    return ", ".join([" ".join(taken) or "none", *refused])


def _taken_and_left(w: Wire, said: Json) -> str:
    return f"accepted, remaining {remaining(w.row(said['ord_no']))}" if said["return_code"] == 0 else answer(said)
