"""What changed about an order, in one Korean sentence: from two versions of a row to a notice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from kiwoom_desk.domain.instruments import Market, Side
from kiwoom_desk.domain.orders import Change, Doubt, Order, OrderState, Standing
from kiwoom_desk.trading.notices import Level, Notice, order_key

_SIDE = {Side.BUY: "매수", Side.SELL: "매도"}
_DOUBT = {
    Doubt.OVERFILLED: "체결 수량이 주문 수량보다 많습니다",
    Doubt.SUM_TOO_LARGE: "체결·취소·정정의 합이 주문 수량보다 많습니다",
    Doubt.DIFFERS: "보낸 주문과 접수된 내용이 다릅니다",
    Doubt.FILLED_THOUGH_REJECTED: "거부된 주문에 체결이 있습니다",
    Doubt.CLAIMED_TWICE: "같은 주문번호가 두 주문의 응답에 있습니다",
    Doubt.ACCEPTED_THOUGH_REFUSED: "접수와 거부가 함께 왔습니다",
    Doubt.KIND_UNCLEAR: "주문 종류가 엇갈립니다",
}


def headline(order: Order) -> str:
    """삼성전자 매수 10주 71,200원: how notices name an order."""
    draft = order.draft
    unit = "g" if draft.market is Market.GOLD else "주"
    price = "" if draft.price is None else f" {draft.price:,}원"
    return f"{order.name or draft.code} {_SIDE[draft.side]} {draft.quantity:,}{unit}{price}"


def news(before: Order | None, after: Order, at: datetime) -> Iterable[Notice]:
    """The notices that the step from `before` (None: it appeared) to `after` deserves, most important last.

    Of an order that is perhaps ours nothing is told: it appears once that is settled, here or joined to its own row."""
    if after.perhaps_ours:
        return
    if before is not None and before.perhaps_ours:
        before = None
    yield from _state_news(before, after, at)
    yield from _choice_news(before, after, at)
    yield from _fill_news(before, after, at)
    yield from _change_news(before, after, at)
    for doubt in sorted(after.doubts - (before.doubts if before else frozenset()), key=lambda d: d.value):
        yield Notice(
            Level.ALARM, f"{headline(after)}: {_DOUBT[doubt]}. 조회로 확인합니다.", at, order_key(after), "alarm"
        )


def _state_news(before: Order | None, after: Order, at: datetime) -> Iterable[Notice]:
    title, number = headline(after), "" if after.ref is None else f" #{after.ref}"
    was = None if before is None else before.state
    if before is not None and before.absent and after.ref is not None and after.ref not in before.turned_down:
        text = f"늦은 접수: {title}{number} — 접수되지 않은 것으로 보았던 주문이 접수되어 있습니다."
        yield Notice(Level.ALARM, text, at, order_key(after), "alarm")
    elif after.own and after.ref is not None and (before is None or before.ref is None):
        found = " (조회로 확인)" if after.confirmed_by_look else ""
        yield Notice(Level.GOOD, f"접수{number} {title}{found}", at, order_key(after), "accept")
    elif after.own and before is not None and None not in (before.ref, after.ref) and before.ref != after.ref:
        yield Notice(
            Level.WARN, f"주문번호 바로잡음 #{before.ref} → #{after.ref}: {title}", at, order_key(after), "accept"
        )
    elif after.orphan and (before is None or not before.orphan):
        text = (
            f"출처 불명 REST 주문{number} {title} — 보낸 주문과 내용이 같지만 그 주문이 아닙니다. "
            "다른 프로그램이 냈거나 한 번 보낸 주문이 두 번 접수되었을 수 있습니다."
        )
        yield Notice(Level.ALARM, text, at, order_key(after), "alarm")
    elif before is None and not after.own:
        yield Notice(
            Level.INFO, f"다른 곳의 주문{number} {title} ({after.channel or '경로 미상'})", at, order_key(after)
        )
    if was is after.state:
        return
    match after.state:
        case OrderState.UNCONFIRMED if not after.candidates:
            text = f"확인필요: {title} — 응답을 받지 못했습니다. 다시 누르지 마세요. 조회로 확인합니다."
            yield Notice(Level.ALARM, text, at, order_key(after), "alarm")
        case OrderState.REJECTED:
            yield Notice(Level.WARN, f"거부 {title}: {after.reason}", at, order_key(after), "refuse")
        case OrderState.NOT_PLACED if after.turned_down:
            text = f"미접수(추정) {title}: '내 주문 없음'으로 정했습니다."
            yield Notice(Level.WARN, text, at, order_key(after), "refuse")
        case OrderState.NOT_PLACED if after.absent:
            text = f"미접수(추정) {title}: {after.looks}회 조회에 없습니다. 늦게 접수될 수 있습니다."
            yield Notice(Level.WARN, text, at, order_key(after), "refuse")
        case OrderState.NOT_PLACED:
            yield Notice(Level.WARN, f"미전송 {title}: {after.reason}", at, order_key(after), "refuse")
        case OrderState.CANCELED:
            yield Notice(
                Level.INFO,
                f"취소 확인{number} {title} ({after.cancelled or after.draft.quantity:,})",
                at,
                order_key(after),
            )
        case OrderState.EXPIRED:
            yield Notice(Level.INFO, f"만료{number} {title}", at, order_key(after))
        case _:
            return


def _choice_news(before: Order | None, after: Order, at: datetime) -> Iterable[Notice]:
    known = set() if before is None else {*before.candidates}
    if not known.issuperset(after.candidates):
        text = f"선택필요: {headline(after)} — 조건이 같은 주문 {len(after.candidates)}건. 주문표에서 고르세요."
        yield Notice(Level.ALARM, text, at, order_key(after), "alarm")


def _fill_news(before: Order | None, after: Order, at: datetime) -> Iterable[Notice]:
    known = 0 if before is None else before.filled
    if after.filled > known and (before is not None or after.own):
        unit = "g" if after.draft.market is Market.GOLD else "주"
        done = "전량 체결" if after.state is OrderState.FILLED else f"{after.filled - known:,}{unit} 체결"
        text = f"{done} #{after.ref} {headline(after)} · 평균 {after.average or 0:,}원 · 잔량 {after.remaining:,}"
        yield Notice(Level.GOOD, text, at, order_key(after), "fill")


def _change_news(before: Order | None, after: Order, at: datetime) -> Iterable[Notice]:
    known = {(c.request, c.ref): c.standing for c in (before.changes if before else ())}
    for change in after.changes:
        if change.request is None or known.get((change.request, change.ref)) is change.standing:
            continue
        yield from _one_change(change, after, at)


def _one_change(change: Change, order: Order, at: datetime) -> Iterable[Notice]:
    verb = "취소" if change.cancel else "정정"
    reason = getattr(change.outcome, "text", "") or getattr(change.outcome, "reason", "")
    match change.standing:
        case Standing.FAILED:
            yield Notice(Level.WARN, f"{verb} 안 됨 {headline(order)}: {reason}", at, order_key(order), "refuse")
        case Standing.UNCONFIRMED:
            text = f"{verb} 확인필요: {headline(order)} — 응답을 받지 못했습니다. 조회로 확인합니다."
            yield Notice(Level.ALARM, text, at, order_key(order), "alarm")
        case Standing.ABSENT:
            yield Notice(Level.WARN, f"{verb} 미접수(추정): {headline(order)}", at, order_key(order), "refuse")
        case _:
            return
