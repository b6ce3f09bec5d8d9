"""Our secrets are taken out of the broker's words, and nothing else is."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.kiwoom.mask import HIDDEN, Mask

KEY, TOKEN, ACCOUNT = "KEYKEYKEY0123456789", "TOKENTOKEN+/=0123456789", "7351928411"


def masked() -> Mask:
    mask = Mask()
    mask.hide(KEY, TOKEN, "", "short")
    mask.hide_account(ACCOUNT)
    return mask


@given(st.text(), st.sampled_from((KEY, TOKEN, f" {ACCOUNT} ", f" {ACCOUNT[:8]} ", f"({ACCOUNT[:8]}-11)")), st.text())
def test_no_secret_survives_in_a_sentence(before: str, secret: str, after: str) -> None:
    said = masked().text(before + secret + after)
    assert not any(word in said for word in (KEY, TOKEN)) and secret not in said and HIDDEN in said


@given(st.text())
def test_what_is_no_secret_stays(text: str) -> None:
    if not any(word in text for word in (KEY, TOKEN, ACCOUNT[:8])):
        assert masked().text(text) == text


def test_an_answer_keeps_the_account_that_we_compare_with_and_amounts_of_the_same_digits() -> None:
    rows = {"acnt_no": ACCOUNT, "amount": "73519284", "padded": "000000073519284", "return_code": 0}
    body = json.dumps(
        {**rows, "return_msg": f'계좌 "{ACCOUNT}" 확인 {TOKEN}', "echo": KEY}, ensure_ascii=False
    ).encode()
    said = json.loads(masked().answer(body))
    assert {name: said[name] for name in rows} == rows
    assert said["return_msg"] == f'계좌 "{HIDDEN}" 확인 {HIDDEN}' and said["echo"] == HIDDEN


@given(st.binary())
def test_bytes_that_are_no_text_come_through(body: bytes) -> None:
    assert masked().evidence(body) == body
    assert masked().answer(body) == body
