"""Cards 1 to 35, of the stock account: signing in, requests, orders, the stream, and the first open questions."""

from __future__ import annotations

from collections.abc import Callable

from tests.cards.card import OLDEST_TICK, card, rests, shape, verdict
from tests.cards.wire import ACCOUNT, CODE, INFO, ORDERS, Line, Wire


# --- signing in ------------------------------------------------------------------------------------------------------
@card("A token comes with an int return_code and its end as YYYYMMDDHHmmss", "3, 11.1, 11.4", "int 0, 14 digits")
def _(w: Wire) -> str:
    said = w.issue().json()
    return f"{shape(said['return_code'])} {said['return_code']}, {shape(said['expires_dt'])}"


@card("Asking again while the token is valid returns the same token", "3, 11.4", "the same")
def _(w: Wire) -> str:
    again = w.issue().json()["token"]
    same, w.token = again == w.token, again
    return "the same" if same else "another"


@card("A dead token is HTTP 200, class 3, 8005", "3, 11.7", "HTTP 200, class 3, 8005")
def _(w: Wire) -> str:
    response = w.post("ka00001", ACCOUNT, {}, authorization="Bearer nobody")
    said = response.json()
    code = "8005" if "8005" in said["return_msg"] else "other"
    return f"HTTP {response.status_code}, class {said['return_code']}, {code}"


@card("A revoked token is refused with 8005", "11.4", "8005", practice_only=True)
def _(w: Wire) -> str:
    body = {"appkey": w.app_key, "secretkey": w.secret, "token": w.token}
    w.http.post("/oauth2/revoke", json=body)
    said = w.ask("ka00001", ACCOUNT, {})
    w.token = w.issue().json()["token"]
    return "8005" if "8005" in said["return_msg"] else said["return_msg"]


@card("The account number has ten digits", "3", "10 digits")
def _(w: Wire) -> str:
    return shape(w.ask("ka00001", ACCOUNT, {})["acctNo"])


@card("Every answer is dated", "10.15", "a Date header")
def _(w: Wire) -> str:
    return "a Date header" if w.post("ka00001", ACCOUNT, {}).headers.get("date") else "no Date header"


# --- requests --------------------------------------------------------------------------------------------------------
@card("A missing mandatory field is class 2 with 1511", "11.5", "class 2, 1511")
def _(w: Wire) -> str:
    said = w.ask("kt10000", ORDERS, {"dmst_stex_tp": "KRX", "stk_cd": CODE, "trde_tp": "0", "ord_uv": "1000"})
    return f"class {said['return_code']}, {'1511' if '1511' in said['return_msg'] else said['return_msg']}"


@card("An unknown code is a success with blank fields", "8", "class 0, blank")
def _(w: Wire) -> str:
    said = w.ask("ka10001", INFO, {"stk_cd": "ABCDEF"})
    return f"class {said['return_code']}, {'filled' if str(said.get('cur_prc') or '').strip(' +-0') else 'blank'}"


@card("A list that fits one page says that no other follows", "2, 11.6", "no more")
def _(w: Wire) -> str:
    body = {"all_stk_tp": "0", "trde_tp": "0", "stk_cd": "", "stex_tp": "0"}
    said = w.post("ka10075", ACCOUNT, body).headers.get("cont-yn", "")
    return "no more" if said in ("", "N") else said


# --- new orders ------------------------------------------------------------------------------------------------------
@card("An accepted order is answered with a number of seven digits", "3", "accepted, 7 digits")
def _(w: Wire) -> str:
    said = w.buy(1, rests(w))
    return f"{verdict(said)}, {shape(said.get('ord_no'))}"


@card("kt00007 names the channel REST API and the code with its A", "11.10, K3", "REST API, A005930")
def _(w: Wire) -> str:
    row = w.row(w.buy(1, rests(w, 1))["ord_no"])
    return f"{row['comm_ord_tp'].strip()}, {row['stk_cd'].strip()}"


@card("ka10075 has the bare code and no channel", "11.10, K3", "005930, no channel")
def _(w: Wire) -> str:
    number = w.buy(1, rests(w, 2))["ord_no"]
    row = next(row for row in w.open_rows() if row["ord_no"] == number)
    return f"{row['stk_cd'].strip()}, {'a channel' if 'comm_ord_tp' in row else 'no channel'}"


@card("A market order with an empty price is accepted", "3", "accepted")
def _(w: Wire) -> str:
    return verdict(w.buy(1, None))


@card("A price off the tick grid is refused by the back office", "3, 6", "refused, class 20, [2000](…)")
def _(w: Wire) -> str:
    return verdict(w.buy(1, rests(w) + 1))


@card("A price beyond the daily limit is refused by the back office", "3, 6", "refused, class 20, [2000](…)")
def _(w: Wire) -> str:
    return verdict(w.buy(1, w.price("upl_pric") + 50 * OLDEST_TICK))


# --- amend and cancel ------------------------------------------------------------------------------------------------
@card("An amendment has a number of its own and names the first of the chain", "3, K1", "new number, base is the root")
def _(w: Wire) -> str:
    first = w.buy(3, rests(w, 3))["ord_no"]
    second = w.amend(first, rests(w, 4))
    third = w.amend(second["ord_no"], rests(w, 5))
    new = len({first, second["ord_no"], third["ord_no"]}) == 3
    base = int(third["base_orig_ord_no"]) == int(first)
    return f"{'new' if new else 'old'} number, base is {'the root' if base else 'another'}"


@card("After an amendment the old number is refused", "11.9", "refused, class 20, [2000](…)")
def _(w: Wire) -> str:
    first = w.buy(2, rests(w, 6))["ord_no"]
    w.amend(first, rests(w, 7))
    return verdict(w.cancel(first))


@card("An amended order shows nothing remaining, its successor all of it", "3", "old 0, new 4, 정정확인, of the old")
def _(w: Wire) -> str:
    first = w.buy(4, rests(w, 8))["ord_no"]
    second = w.amend(first, rests(w, 9))["ord_no"]
    old, new = w.row(first), w.row(second)
    of = "of the old" if int(new["ori_ord"]) == int(first) else "of another"
    return f"old {int(old['ord_remnq'] or 0)}, new {int(new['ord_remnq'])}, {new['mdfy_cncl'].strip()}, {of}"


@card(
    "Cancelling 0 cancels all that remains, in a row of its own", "3, K2", "accepted, remaining 0, 취소확인 of 5 at 0"
)
def _(w: Wire) -> str:
    number = w.buy(5, rests(w, 10))["ord_no"]
    said = w.cancel(number)
    row = w.row(said["ord_no"])
    left = int(w.row(number)["ord_remnq"] or 0)
    cancelled = f"{row['mdfy_cncl'].strip()} of {int(row['cnfm_qty'])} at {int(row['ord_uv'])}"
    return f"{verdict(said)}, remaining {left}, {cancelled}"


@card("A part is cancelled by its number", "3", "accepted, remaining 3")
def _(w: Wire) -> str:
    number = w.buy(5, rests(w, 11))["ord_no"]
    return f"{verdict(w.cancel(number, 2))}, remaining {int(w.row(number)['ord_remnq'])}"


@card("What has nothing left refuses a cancel, without harm", "3, K2", "refused, class 20, [2000](…)")
def _(w: Wire) -> str:
    number = w.buy(1, rests(w, 12))["ord_no"]
    w.cancel(number)
    return verdict(w.cancel(number))


# --- the stream ------------------------------------------------------------------------------------------------------
@card("The answer to LOGIN is the first frame, with an int 0", "11.1, 11.2", "LOGIN, int 0")
def _(w: Wire) -> str:
    seen: list[str] = []
    w.stream(
        lambda line: seen.append(
            (lambda m: f"{m['trnm']}, {shape(m['return_code'])} {m['return_code']}")(line.log_in())
        )
    )
    return seen[0]


@card("REG of 00 takes an empty item and an empty list", "11.3", "0 and 0")
def _(w: Wire) -> str:
    seen: list[str] = []

    def act(line: Line) -> None:
        line.log_in()
        seen.extend(str(line.register(items)["return_code"]) for items in ([""], []))

    w.stream(act)
    return " and ".join(seen)


def events(w: Wire, story: Callable[[Line], int]) -> str:
    """The order events that `story` causes, as "which number: state"; it returns how many it hopes for."""
    seen: list[str] = []

    def act(line: Line) -> None:
        line.log_in()
        line.register([""])
        hoped = story(line)
        found = line.events_until(lambda entries: len(entries) >= hoped)
        numbers = sorted({int(e["9203"]) for e in found})
        seen.extend(f"{'ABCDEF'[numbers.index(int(e['9203']))]} {e['913']} {e['905'].strip('+-')}" for e in found)

    w.stream(act)
    return ", ".join(seen) or "none"


@card("A new order is pushed as 접수 of its own number", "stream, K4", "A 접수 매수")
def _(w: Wire) -> str:
    def story(line: Line) -> int:
        w.buy(1, rests(w, 13))
        return 1

    return events(w, story)


# --- open questions --------------------------------------------------------------------------------------------------
@card("Which order events does an amendment cause?", "10.5")
def _(w: Wire) -> str:
    def story(line: Line) -> int:
        w.amend(w.buy(2, rests(w, 14))["ord_no"], rests(w, 15))
        return 6

    return events(w, story)


@card("Which order events does a cancel cause?", "10.5")
def _(w: Wire) -> str:
    def story(line: Line) -> int:
        w.cancel(w.buy(2, rests(w, 16))["ord_no"])
        return 6

    return events(w, story)


@card("An amendment of 2 of 6: what remains under which number?", "10.2")
def _(w: Wire) -> str:
    first = w.buy(6, rests(w, 17))["ord_no"]
    said = w.amend(first, rests(w, 18), 2)
    if verdict(said) != "accepted":
        return verdict(said)
    new = w.row(said["ord_no"])
    return f"old {int(w.row(first)['ord_remnq'] or 0)}, new {int(new['ord_remnq'])}"


@card("An amendment of more than remains", "10.2")
def _(w: Wire) -> str:
    return verdict(w.amend(w.buy(2, rests(w, 19))["ord_no"], rests(w, 20), 5))


@card("A cancel of more than remains", "3")
def _(w: Wire) -> str:
    return verdict(w.cancel(w.buy(2, rests(w, 21))["ord_no"], 5))


@card("An order number without its leading zeros", "3, K1")
def _(w: Wire) -> str:
    return verdict(w.cancel(w.buy(1, rests(w, 22))["ord_no"].lstrip("0")))


@card("A stop-limit order that waits: is it accepted, and does it count as open?", "10.3")
def _(w: Wire) -> str:
    high = w.price("cur_prc") // 1000 * 1000 + 3000
    said = w.buy(1, high, type_="28", cond_uv=str(high - 1000))
    if verdict(said) != "accepted":
        return verdict(said)
    row = next((row for row in w.open_rows() if row["ord_no"] == said["ord_no"]), None)
    return "accepted, not listed as open" if row is None else f"accepted, open {int(row['oso_qty'])}"


@card("An order routed to NXT", "3, K8")
def _(w: Wire) -> str:
    return verdict(w.buy(1, rests(w, 23), "NXT"))


@card("An order routed by SOR, and how ka10075 names it", "10.6")
def _(w: Wire) -> str:
    said = w.buy(1, rests(w, 24), "SOR")
    if verdict(said) != "accepted":
        return verdict(said)
    row = next(row for row in w.open_rows() if row["ord_no"] == said["ord_no"])
    return f"accepted, stex_tp {row['stex_tp']}, {row['stex_tp_txt']}, sor_yn {row['sor_yn']}"


@card("A market order with the price 0 instead of none", "3")
def _(w: Wire) -> str:
    return verdict(w.buy(1, None, ord_uv="0"))


@card("A second stream with the same token: what is the first one told?", "10.10, K7", practice_only=True)
def _(w: Wire) -> str:
    seen: list[str] = []

    def first(line: Line) -> None:
        line.log_in()
        w.stream(lambda other: seen.append(str(other.log_in()["return_code"])))
        message = line.hear()
        seen.append(f"{message.get('trnm')} {message.get('code')}")

    w.stream(first)
    return ", then ".join(seen)
