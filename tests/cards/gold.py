"""Cards of the gold account. Whether the mock has gold at all is itself an open question."""

from __future__ import annotations

from tests.cards.card import Seat, answer, card, remaining, shape
from tests.cards.pushes import heard
from tests.cards.wire import ACCOUNT, GOLD_CODE, Json, Line, Wire

MARKET = "/api/dostk/mrkcond"
GOLD_TICK = 10


def lowest(w: Wire, steps: int = 0) -> int:
    """Won a gram at which a buy rests."""
    return w.price("lst_pric") + steps * GOLD_TICK


def opened(w: Wire, number: str) -> Json | None:
    return next((row for row in w.open_rows() if row["ord_no"] == number), None)


@card("Does a gold key sign in, and which number has its account?", "10.8", seat=Seat.GOLD)
def _(w: Wire) -> str:
    said = w.ask("ka00001", ACCOUNT, {})
    return f"{answer(said)}, {shape(said.get('acctNo'))}"


@card("A gold order to buy is answered with seven digits", "10.8, kt50000", "accepted, 7 digits", seat=Seat.GOLD)
def _(w: Wire) -> str:
    said = w.buy(1, lowest(w))
    return f"{answer(said)}, {shape(said.get('ord_no'))}"


@card("A gold order to sell", "10.8, kt50001", seat=Seat.GOLD)
def _(w: Wire) -> str:
    return answer(w.sell(1, w.price("upl_pric")))


@card(
    "kt50031 names the channel REST API and the code with its M", "10.8, K3", f"REST API, {GOLD_CODE}", seat=Seat.GOLD
)
def _(w: Wire) -> str:
    row = w.row(w.buy(1, lowest(w, 1))["ord_no"])
    return f"{row['comm_ord_tp'].strip()}, {row['stk_cd'].strip()}"


@card("The words of a gold order: type, state, kind, exchange", "10.7, 10.8", seat=Seat.GOLD)
def _(w: Wire) -> str:
    row = w.row(w.buy(1, lowest(w, 2))["ord_no"])
    return ", ".join(row[name].strip() or "blank" for name in ("trde_tp", "acpt_tp", "io_tp_nm", "dmst_stex_tp"))


@card("kt50075 lists what is open, with its channel", "10.8", "listed, 1 of 1, REST API", seat=Seat.GOLD)
def _(w: Wire) -> str:
    row = opened(w, w.buy(1, lowest(w, 3))["ord_no"])
    if row is None:
        return "not listed"
    return f"listed, {int(row['ord_remnq'])} of {int(row['ord_qty'])}, {row['comm_ord_tp'].strip()}"


@card("kt50075 with mrkt_deal_tp 1 instead of 5 lists no gold", "9", "none", seat=Seat.GOLD)
def _(w: Wire) -> str:
    w.buy(1, lowest(w, 4))
    rows = w.open_rows(mrkt_deal_tp="1")
    return "gold" if any(row["stk_cd"].strip() == GOLD_CODE for row in rows) else "none"


@card(
    "A gold amendment has a number of its own; the old shows nothing remaining",
    "10.8, kt50002",
    "new number, base is the root, old 0, new 2",
    seat=Seat.GOLD,
)
def _(w: Wire) -> str:
    first = w.buy(2, lowest(w, 5))["ord_no"]
    said = w.amend(first, lowest(w, 6))
    base = "the root" if int(said["base_orig_ord_no"]) == int(first) else "another"
    old, new = (int(w.row(number)["ord_remnq"] or 0) for number in (first, said["ord_no"]))
    return f"{'new' if said['ord_no'] != first else 'old'} number, base is {base}, old {old}, new {new}"


@card(
    "A gold cancel of 0 cancels all that remains, and no longer lists it as open",
    "10.8, kt50003",
    "accepted, not listed, 취소확인 of 2",
    seat=Seat.GOLD,
)
def _(w: Wire) -> str:
    number = w.buy(2, lowest(w, 7))["ord_no"]
    said = w.cancel(number)
    row = w.row(said["ord_no"])
    listed = "listed" if opened(w, number) else "not listed"
    return f"{answer(said)}, {listed}, {row['mdfy_cncl'].strip()} of {int(row['cnfm_qty'])}"


@card("A part of a gold order is cancelled by its number", "10.8", "accepted, remaining 2", seat=Seat.GOLD)
def _(w: Wire) -> str:
    number = w.buy(3, lowest(w, 8))["ord_no"]
    return f"{answer(w.cancel(number, 1))}, remaining {int(w.row(number)['ord_remnq'])}"


@card("Gold IOC and FOK that find nobody: what remains", "10.8", seat=Seat.GOLD)
def _(w: Wire) -> str:
    seen: list[str] = []
    for type_ in ("10", "20"):
        said = w.buy(1, lowest(w, 9), type_=type_)
        left = f", remaining {remaining(w.row(said['ord_no']))}" if said.get("ord_no") else ""
        seen.append(answer(said) + left)
    return "; ".join(seen)


@card("A gold price off the grid of 10 won", "6, 10.8", seat=Seat.GOLD)
def _(w: Wire) -> str:
    return answer(w.buy(1, lowest(w) + 1))


@card("Are gold orders pushed (00)?", "10.8", seat=Seat.GOLD)
def _(w: Wire) -> str:
    def act(line: Line) -> str:
        w.buy(1, lowest(w, 10))
        return ", ".join(entry["913"] for entry in line.events_until(lambda entries: bool(entries))) or "no event"

    return heard(w, act)


@card("Are prices of gold pushed (0B, 0D)?", "10.8")
def _(w: Wire) -> str:
    def act(line: Line) -> str:
        said = line.register([GOLD_CODE], "0B", "0D")["return_code"]
        entry = line.first_pushed()
        return f"REG {said}, {entry['type'] if entry else 'nothing comes'}"

    return heard(w, act)


@card("A stock key reads gold prices; ka50101 has no best prices", "9, 10.8", "a price, blank")
def _(w: Wire) -> str:
    price = str(w.ask("ka50100", MARKET, {"stk_cd": GOLD_CODE}).get("pred_close_pric") or "").strip(" +-0")
    rows = w.ask("ka50101", MARKET, {"stk_cd": GOLD_CODE, "tic_scope": "1"}).get("gold_bid") or [{}]
    best = str(rows[0].get("pri_sel_bid_unit") or "").strip()
    return f"{'a price' if price else 'none'}, {'a best price' if best else 'blank'}"
