"""Cards of the lists: pages, days, words, and what rows look like at the end of an order."""

from __future__ import annotations

import time
from collections.abc import Iterable

from tests.cards.card import Seat, answer, card, remaining, rests
from tests.cards.wire import ACCOUNT, INFO, Json, NotAsked, Wire, code_of

EVENING = "16:00"
_DAY_FIELDS = {
    "ord_no", "stk_cd", "trde_tp", "crd_tp", "ord_qty", "ord_uv", "cnfm_qty", "acpt_tp", "rsrv_tp", "ord_tm",
    "ori_ord", "stk_nm", "io_tp_nm", "loan_dt", "cntr_qty", "cntr_uv", "ord_remnq", "comm_ord_tp", "mdfy_cncl",
    "cnfm_tm", "dmst_stex_tp", "cond_uv",
}  # fmt: skip
_OPEN_FIELDS = {
    "acnt_no", "ord_no", "mang_empno", "stk_cd", "tsk_tp", "ord_stt", "stk_nm", "ord_qty", "ord_pric", "oso_qty",
    "cntr_tot_amt", "orig_ord_no", "io_tp_nm", "trde_tp", "tm", "cntr_no", "cntr_pric", "cntr_qty", "cur_prc",
    "sel_bid", "buy_bid", "unit_cntr_pric", "unit_cntr_qty", "tdy_trde_cmsn", "tdy_trde_tax", "ind_invsr", "stex_tp",
    "stex_tp_txt", "sor_yn", "stop_pric",
}  # fmt: skip


# --- pages -----------------------------------------------------------------------------------------------------------
@card(
    "A list of several pages: the same body with next-key, no row twice, and an end", "2, 10.12", "several, none twice"
)
def _(w: Wire) -> str:
    return _paged([[row["code"] for row in page] for page in w.pages("ka10099", INFO, {"mrkt_tp": "0"}, "list")])


@card("kt00007 of several pages", "2, 10.12", "several, none twice", seat=Seat.MORNING)
def _(w: Wire) -> str:
    for day in (w.day_before(), ""):
        pages = [[row["ord_no"] for row in page] for page in w.day_pages(day)]
        if len(pages) > 1:
            return _paged(pages)
    raise NotAsked("neither today nor the day before has more than one page")


def _paged(pages: list[list[str]]) -> str:
    keys = [key for page in pages for key in page]
    return f"{'several' if len(pages) > 1 else 'one'}, {'none' if len(set(keys)) == len(keys) else 'some'} twice"


@card("How many rows has a page of kt00007 and of ka10099?", "10.12", seat=Seat.MORNING)
def _(w: Wire) -> str:
    names = next(w.pages("ka10099", INFO, {"mrkt_tp": "0"}, "list"))
    return f"kt00007 {len(next(w.day_pages(w.day_before())))}, ka10099 {len(names)}"


@card("Does a next-key hold for a second use, half a minute later?", "10.12")
def _(w: Wire) -> str:
    key = w.post("ka10099", INFO, {"mrkt_tp": "0"}).headers.get("next-key", "")
    if not key:
        raise NotAsked("the list has one page only")
    first = w.post("ka10099", INFO, {"mrkt_tp": "0"}, **{"cont-yn": "Y", "next-key": key}).json()
    time.sleep(w.linger)
    second = w.post("ka10099", INFO, {"mrkt_tp": "0"}, **{"cont-yn": "Y", "next-key": key}).json()
    return f"{answer(second)}, {'the same rows' if first.get('list') == second.get('list') else 'other rows'}"


# --- days ------------------------------------------------------------------------------------------------------------
@card("kt00007 with today in ord_dt is the list without it", "kt00007", "the same")
def _(w: Wire) -> str:
    w.buy(1, rests(w, 25))
    blank, named = w.rows(), w.rows(f"{w.today():%Y%m%d}")
    return "the same" if blank and _numbers(blank) == _numbers(named) else "another"


@card(
    "kt00007 of another day has that day's orders and none of today",
    "K3, docs/reliability.md 2.4",
    "its own",
    seat=Seat.MORNING,
)
def _(w: Wire) -> str:
    then, now = _before(w), w.rows()
    shared = {(row["ord_no"], row["ord_tm"]) for row in then} & {(row["ord_no"], row["ord_tm"]) for row in now}
    return "today's too" if shared else "its own"


@card("Order numbers begin again each day", "10.9", seat=Seat.MORNING)
def _(w: Wire) -> str:
    then, now = _numbers(_before(w)), _numbers(w.rows())
    if not now:
        raise NotAsked("today has no order yet")
    return "today's first is below the last of the day before" if min(now) < max(then) else "they go on"


@card("The date of an order of the evening", "10.9, K9", seat=Seat.MORNING)
def _(w: Wire) -> str:
    if any(row["ord_tm"] >= EVENING for row in _before(w)):
        return "that of its own day"
    if any(row["ord_tm"] > f"{w.now():%H:%M:%S}" for row in w.rows()):
        return "that of the next day"
    raise NotAsked("nothing was ordered in the evening before (the mock has no evening market)")


@card("What a row reads that was open until the close", "10.4, 10.7, K8, K9", seat=Seat.MORNING)
def _(w: Wire) -> str:
    rows = _before(w)
    changed = {int(row["ori_ord"] or 0) for row in rows}
    kept = [row for row in rows if int(row["ord_no"]) not in changed and _could_wait(row)]
    if not kept:
        raise NotAsked("the day before has no order that was open at the close: leave one, and ask again tomorrow")
    return _words(f"{row['acpt_tp'].strip()}, remaining {remaining(row)}" for row in kept)


def _could_wait(row: Json) -> bool:
    """Not filled, not refused, no cancel, and no order that ends at once."""
    over = "거부" in row["acpt_tp"] or "취소" in row["mdfy_cncl"] or "IOC" in row["trde_tp"] or "FOK" in row["trde_tp"]
    return not over and int(row["cntr_qty"]) < int(row["ord_qty"])


# --- words -----------------------------------------------------------------------------------------------------------
@card("A row that was refused after it had been accepted", "3, 10.7", seat=Seat.MORNING)
def _(w: Wire) -> str:
    thrown = [row for row in _of_both_days(w) if "거부" in row["acpt_tp"] + row["mdfy_cncl"]]
    if not thrown:
        raise NotAsked("neither today nor the day before has one, and it cannot be brought about")
    return _words(f"{row['acpt_tp'].strip()}, remaining {remaining(row)}" for row in thrown)


@card("The words of the channel column: ours has REST in it", "10.7, K3", seat=Seat.MORNING)
def _(w: Wire) -> str:
    return _column(w, "comm_ord_tp")


@card("The words of the state and the change column of kt00007", "10.7", seat=Seat.MORNING)
def _(w: Wire) -> str:
    return f"{_column(w, 'acpt_tp')}; {_column(w, 'mdfy_cncl')}"


@card("The words of the kind, type and credit columns of kt00007", "10.7", seat=Seat.MORNING)
def _(w: Wire) -> str:
    return f"{_column(w, 'io_tp_nm')}; {_column(w, 'trde_tp')}; {_column(w, 'crd_tp')}"


@card("The words of ka10075: state, kind, exchange", "10.6, 10.7")
def _(w: Wire) -> str:
    w.amend(w.buy(2, rests(w, 26))["ord_no"], rests(w, 27), 1)
    rows = [row for row in w.open_rows() if int(row["ord_no"]) in {int(number) for number in w.placed[-2:]}]
    return "; ".join(_words(row[name].strip() for row in rows) for name in ("ord_stt", "io_tp_nm", "stex_tp_txt"))


@card("Fields of kt00007 and ka10075 that we have not heard of", "10.20")
def _(w: Wire) -> str:
    number = w.buy(1, rests(w, 28))["ord_no"]
    opened = next(row for row in w.open_rows() if row["ord_no"] == number)
    return ", ".join(sorted({*w.row(number), *opened} - _DAY_FIELDS - _OPEN_FIELDS)) or "none"


# --- figures ---------------------------------------------------------------------------------------------------------
@card("An accepted order is in the very next look at kt00007 and ka10075", "docs/reliability.md 2.7", "in both")
def _(w: Wire) -> str:
    number = w.buy(1, rests(w, 29))["ord_no"]
    found = [
        name for name, rows in (("kt00007", w.rows()), ("ka10075", w.open_rows())) if int(number) in _numbers(rows)
    ]
    return "in both" if len(found) > 1 else " ".join(found) or "in none"


@card("Where ord_remnq is blank: of what is filled, amended, cancelled, a cancel, the rest of an IOC", "3")
def _(w: Wire) -> str:
    price = rests(w, 30)
    cancelled, amended = w.buy(1, price)["ord_no"], w.buy(1, price)["ord_no"]
    cancel = w.cancel(cancelled)["ord_no"]
    w.amend(amended, price + 100)
    numbers = (w.buy(1, None)["ord_no"], amended, cancelled, cancel, w.buy(1, price, type_="10")["ord_no"])
    rows = {row["ord_no"]: row for row in w.rows()}
    return ", ".join(remaining(rows[number]) for number in numbers)


@card("Commission and tax of a bought order by ka10076", "10.16")
def _(w: Wire) -> str:
    number = w.buy(1, None)["ord_no"]
    body = {"stk_cd": "", "qry_tp": "0", "sell_tp": "0", "ord_no": "", "stex_tp": "0"}
    rows = [row for page in w.pages("ka10076", ACCOUNT, body, "cntr") for row in page if row["ord_no"] == number]
    if not rows:
        raise NotAsked("nothing was traded")
    return ", ".join(_amount(rows[0][name]) for name in ("tdy_trde_cmsn", "tdy_trde_tax"))


def _amount(text: str) -> str:
    return "blank" if not text.strip() else "0" if not int(text) else "an amount"


@card("kt00018 for NXT instead of KRX: what differs beside prices", "10.17")
def _(w: Wire) -> str:
    ours, other = (w.ask("kt00018", ACCOUNT, {"qry_tp": "1", "dmst_stex_tp": venue}) for venue in ("KRX", "NXT"))
    if other["return_code"] != 0:
        return f"refused, {code_of(other)}"
    kept = [_quantities(said) for said in (ours, other)]
    return "nothing" if kept[0] == kept[1] else "holdings"


def _quantities(said: Json) -> list[tuple[str, str, str]]:
    names = ("stk_cd", "rmnd_qty", "trde_able_qty")
    return [(row[names[0]], row[names[1]], row[names[2]]) for row in said.get("acnt_evlt_remn_indv_tot") or []]


# --- what they share -------------------------------------------------------------------------------------------------
def _before(w: Wire) -> list[Json]:
    """Raises NotAsked without an order of the day before."""
    rows = w.rows(w.day_before())
    if not rows:
        raise NotAsked("the day before has no orders")
    return rows


def _of_both_days(w: Wire) -> list[Json]:
    return [*w.rows(w.day_before()), *w.rows()]


def _column(w: Wire, name: str) -> str:
    return _words(row[name].strip() for row in _of_both_days(w))


def _words(texts: Iterable[str]) -> str:
    return " / ".join(sorted(set(texts) - {""})) or "none"


def _numbers(rows: list[Json]) -> set[int]:
    return {int(row["ord_no"]) for row in rows}
