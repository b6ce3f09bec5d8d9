"""The second act of "none of them is mine" says what becomes of each number that was shown."""

from __future__ import annotations

from dataclasses import replace

from kiwoom_desk.domain.ledger import Ledger
from kiwoom_desk.ui.blotter.pending import none_words
from tests.support.day import ref
from tests.ui.blotter.test_correcting import LOST_AMONG_TWO, OURS_HAS_101, PICKED, order_of
from tests.ui.blotter.test_strip import lane


def test_the_second_act_counts_and_lists_only_what_becomes_an_order_from_elsewhere() -> None:
    facts = (*LOST_AMONG_TWO, *OURS_HAS_101)
    order, known = order_of(Ledger(LOST_AMONG_TWO)), lane(*facts)
    _, twice, elsewhere, ours = none_words(order, known)
    assert elsewhere.startswith("이 1건은 다른 곳의 주문으로 남습니다.\n#0000100 · ") and "#0000101" not in elsewhere
    assert ours.startswith("이 1건은 그사이 내 다른 주문의 번호로 확인되어 그대로입니다.\n#0000101 · ")
    assert "아래에 내 주문이 있으면" in twice
    _, twice, ours = none_words(replace(order, candidates=(ref(101),)), known)
    assert "다른 곳의 주문" not in ours and "이 주문이 접수되어 있으면 두 번 내게 됩니다" in twice


def test_a_picked_number_that_is_given_up_becomes_an_order_from_elsewhere() -> None:
    facts = (*LOST_AMONG_TWO, PICKED)
    words = none_words(order_of(Ledger(facts)), lane(*facts))
    assert words[2].startswith("이 2건은 다른 곳의 주문으로 남습니다.") and len(words) == 3
