"""Whether a request can be formed at all (market/rules.md 4.1 and 8): the only refusals that need no market data."""

from __future__ import annotations

from collections.abc import Iterator

from kiwoom_desk.domain.checks.model import Advice, Level
from kiwoom_desk.domain.forms import Change, DraftInput, Field, Fix, toward, units, won
from kiwoom_desk.domain.inputs import MAX_PRICE, MAX_QUANTITY
from kiwoom_desk.domain.instruments import InstrumentKind, Market, Venue
from kiwoom_desk.domain.order_types import OrderType, types_of
from kiwoom_desk.domain.rules_model import MarketRules


def check(draft: DraftInput, rules: MarketRules) -> Iterator[Advice]:
    """Every reason why `draft` is no order yet."""
    if not draft.code.strip():
        yield _refuse("symbol_missing", "종목을 고르십시오", Field.CODE)
    yield from _route(draft, rules)
    yield from _quantity(draft, rules)
    yield from _price(draft, rules)
    yield from _trigger(draft, rules)


def _refuse(code: str, sentence: str, field: Field, *fixes: Fix, shown: str = "", normal: str = "") -> Advice:
    return Advice(Level.REFUSE, code, sentence, field, fixes, shown, normal)


def _route(draft: DraftInput, rules: MarketRules) -> Iterator[Advice]:
    if draft.market is not Market.GOLD:
        return
    if draft.type not in types_of(draft.market):
        name, limit = rules.type_names[draft.type], rules.type_names[OrderType.LIMIT]
        fix = Fix(f"{toward(limit)} 바꾸기", Change(type=OrderType.LIMIT, trigger=None))
        normal = ", ".join(rules.type_names[t] for t in types_of(Market.GOLD))
        yield _refuse(
            "type_not_gold",
            f"금현물에는 {name} 주문이 없습니다 ({normal}만 가능)",
            Field.TYPE,
            fix,
            shown=name,
            normal=normal,
        )
    if draft.venue is not Venue.KRX:
        fix = Fix(f"{toward(Venue.KRX.value)} 바꾸기", Change(venue=Venue.KRX))
        yield _refuse(
            "venue_not_gold",
            f"금현물은 KRX에서만 거래합니다 ({draft.venue.value} 불가)",
            Field.VENUE,
            fix,
            shown=draft.venue.value,
            normal="KRX",
        )


def _quantity(draft: DraftInput, rules: MarketRules) -> Iterator[Advice]:
    quantity = draft.quantity
    if quantity is None:
        yield _refuse("quantity_missing", "수량을 입력하십시오", Field.QUANTITY)
        return
    least, shown = units(1, draft.market), units(quantity, draft.market)
    if quantity < 1:
        yield _refuse(
            "quantity_low", f"수량 {shown}: {least} 이상이어야 합니다", Field.QUANTITY, shown=shown, normal=least
        )
    elif quantity > MAX_QUANTITY:
        most = units(MAX_QUANTITY, draft.market)
        yield _refuse(
            "quantity_absurd",
            f"수량 {shown}: 너무 큽니다 (최대 {most})",
            Field.QUANTITY,
            shown=shown,
            normal=most,
        )
    elif draft.market is Market.GOLD and quantity > rules.max_quantity.get(InstrumentKind.GOLD, quantity):
        largest = rules.max_quantity[InstrumentKind.GOLD]
        most = units(largest, draft.market)
        fix = Fix(toward(most), Change(quantity=largest))
        yield _refuse(
            "quantity_gold",
            f"금현물은 한 번에 {most}까지 주문합니다 (입력 {shown})",
            Field.QUANTITY,
            fix,
            shown=shown,
            normal=most,
        )


def _price(draft: DraftInput, rules: MarketRules) -> Iterator[Advice]:
    name = rules.type_names[draft.type]
    if draft.type.needs_price:
        yield from _needed("price", f"{name} 주문에는 단가가 필요합니다", draft.price, Field.PRICE, "단가")
    elif draft.price is not None:
        fix = Fix("단가 비우기", Change(price=None))
        yield _refuse(
            "price_forbidden",
            f"{name} 주문에는 단가를 쓰지 않습니다 (입력 {won(draft.price)})",
            Field.PRICE,
            fix,
            shown=won(draft.price),
            normal="없음",
        )


def _trigger(draft: DraftInput, rules: MarketRules) -> Iterator[Advice]:
    name = rules.type_names[draft.type]
    if draft.type.needs_trigger:
        yield from _needed(
            "trigger", f"{name} 주문에는 조건단가가 필요합니다", draft.trigger, Field.TRIGGER, "조건단가"
        )
    elif draft.trigger is not None:
        fix = Fix("조건단가 비우기", Change(trigger=None))
        yield _refuse(
            "trigger_forbidden",
            f"{name} 주문에는 조건단가를 쓰지 않습니다 (입력 {won(draft.trigger)})",
            Field.TRIGGER,
            fix,
            shown=won(draft.trigger),
            normal="없음",
        )


def _needed(code: str, missing: str, price: int | None, field: Field, word: str) -> Iterator[Advice]:
    if price is None:
        yield _refuse(f"{code}_missing", missing, field)
    elif price < 1:
        yield _refuse(
            f"{code}_low", f"{word} {won(price)}: 1원 이상이어야 합니다", field, shown=won(price), normal="1원"
        )
    elif price > MAX_PRICE:
        most = won(MAX_PRICE)
        yield _refuse(
            f"{code}_absurd", f"{word} {won(price)}: 너무 큽니다 (최대 {most})", field, shown=won(price), normal=most
        )
