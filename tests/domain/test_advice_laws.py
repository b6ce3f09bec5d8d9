"""Laws of advice: total, one line each, in step with `complete`, and a fix does what it says."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kiwoom_desk.domain.advice import Level, advise, advise_amend, advise_cancel, complete, look_alikes
from kiwoom_desk.domain.drafts import AmendDraft, CancelDraft, OrderDraft
from kiwoom_desk.domain.forms import DraftInput
from kiwoom_desk.domain.instruments import Venue
from kiwoom_desk.domain.order_types import types_of
from tests.support.market import calm, contexts, drafts, inputs, moments, numbers, order, rules


@given(inputs, moments, st.data())
def test_advice_is_total_and_every_sentence_is_one_korean_line(
    draft: DraftInput, now: datetime, data: st.DataObject
) -> None:
    said = advise(draft, rules(), now, data.draw(contexts(now)))
    assert [a.level for a in said] == sorted((a.level for a in said), reverse=True)
    for advice in said:
        assert advice.sentence.strip() == advice.sentence and "\n" not in advice.sentence
        assert any("가" <= c <= "힣" for c in advice.sentence)
        assert "None" not in advice.sentence
        assert not advice.shown or advice.shown in advice.sentence


@given(inputs, moments, st.data())
def test_advice_refuses_exactly_what_complete_refuses_and_more(
    draft: DraftInput, now: datetime, data: st.DataObject
) -> None:
    said = advise(draft, rules(), now, data.draw(contexts(now)))
    made = complete(draft, rules())
    if isinstance(made, OrderDraft):
        assert made.type in types_of(made.market)
        assert (made.price is not None) == made.type.needs_price
        assert (made.trigger is not None) == made.type.needs_trigger
        assert advise(made, rules(), now, calm(now)) == advise(DraftInput.of(made), rules(), now, calm(now))
    else:
        assert made and {a.code for a in made} <= {a.code for a in said if a.level is Level.REFUSE}


@given(inputs, moments, st.data())
def test_a_fix_removes_the_advice_that_offers_it(draft: DraftInput, now: datetime, data: st.DataObject) -> None:
    context = data.draw(contexts(now))
    for advice in advise(draft, rules(), now, context):
        for fix in advice.fixes:
            after = {a.code for a in advise(fix.apply(draft), rules(), now, context)}
            assert advice.code not in after, (advice, fix)


@given(drafts, st.integers(0, 100), numbers, st.integers(-10, 10**15), numbers, moments, st.data())
def test_advice_on_amending_and_cancelling_is_total(
    original: OrderDraft,
    remaining: int,
    quantity: int | None,
    price: int,
    trigger: int | None,
    now: datetime,
    data: st.DataObject,
) -> None:
    context = data.draw(contexts(now))
    said = advise_amend(original, remaining, AmendDraft(quantity, price, trigger), rules(), now, context)
    sendable = all(a.level is not Level.REFUSE for a in said)
    if sendable:
        assert original.type.amendable and price >= 1
        assert quantity is None or 1 <= quantity <= remaining
    cancels = advise_cancel(original, remaining, CancelDraft(quantity), rules(), now, context)
    assert {a.code for a in cancels if a.level is Level.REFUSE} <= {"part_of_remaining"}


@pytest.mark.parametrize("venue", Venue)
@given(now=moments)
def test_an_ordinary_limit_order_is_never_refused_by_the_hour(venue: Venue, now: datetime) -> None:
    assert all(a.level is not Level.REFUSE for a in advise(order(venue=venue), rules(), now, calm(now)))


@given(st.text("가나다라마", min_size=4, max_size=6), st.integers(0, 5))
def test_names_look_alike_when_one_letter_differs(name: str, place: int) -> None:
    assume(place < len(name))
    other = name[:place] + "힣" + name[place + 1 :]
    assert look_alikes(name, [name, other, name + "힣"]) == (other,)
    assert look_alikes(other, [name]) == (name,)


def test_short_names_never_look_alike() -> None:
    assert look_alikes("카카오", ["카카우"]) == ()
    assert look_alikes("신풍제약", ["신풍제지", "신풍"]) == ("신풍제지",)
