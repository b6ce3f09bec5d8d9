"""The search for an instrument: what fits best comes first, as a walk over all of them would say."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.domain.hangul import initials
from kiwoom_desk.domain.instruments import GOLD, Instrument
from kiwoom_desk.trading.directory import DirectoryBook
from tests.support.market import SAMSUNG

NAMES = st.lists(st.sampled_from("가나 삼성전자KTktg&0우"), min_size=1, max_size=6).map("".join)
CODES = st.from_regex(r"\A[0-9A-B]{6}\Z")
LISTED = st.lists(st.tuples(CODES, NAMES, NAMES), max_size=12, unique_by=lambda one: one[0])
TYPED = NAMES | CODES | st.sampled_from(["ㅅ", "ㅅㅅ", "ㄱㄴ", "00", " ", "kt", "Samsung"])


def best_first(listed: list[Instrument], text: str) -> list[Instrument]:
    """The rule in words: the whole code or name, then what begins so (consonants, English after it), then the rest."""

    def plain(name: str) -> str:
        return name.casefold().replace(" ", "")

    wanted = plain(text.strip())
    consonants = all("ㄱ" <= c <= "ㅎ" for c in wanted)

    def rank(i: Instrument) -> int:
        steps = [
            wanted in (plain(i.code), plain(i.name)),
            plain(i.code).startswith(wanted) or plain(i.name).startswith(wanted),
            consonants and initials(i.name).startswith(wanted),
            bool(i.english) and plain(i.english).startswith(wanted),
            wanted in plain(i.name) or wanted in plain(i.english),
            consonants and wanted in initials(i.name),
        ]
        return next((n for n, fits in enumerate(steps) if fits), -1)

    if not wanted:
        return []
    return sorted((i for i in listed if rank(i) >= 0), key=lambda i: (rank(i), len(i.name), i.name, i.code))


@given(LISTED, TYPED, st.integers(1, 14))
def test_what_is_found_is_what_a_walk_over_all_of_them_finds(
    rows: list[tuple[str, str, str]], text: str, limit: int
) -> None:
    listed = [replace(SAMSUNG, code=code, name=name, english=english) for code, name, english in rows]
    assert list(DirectoryBook(listed).find(text, limit)) == best_first([*GOLD, *listed], text)[:limit]


def test_look_alikes_are_the_same_at_each_key() -> None:
    names = ("신풍제약", "신풍제지", "신풍", "다른이름")
    listed = [replace(SAMSUNG, code=f"00000{n}", name=name) for n, name in enumerate(names)]
    book = DirectoryBook(listed)
    assert book.look_alikes(listed[0]) == book.look_alikes(listed[0]) == ("신풍제지",)
    assert book.look_alikes(listed[1]) == ("신풍제약",) and book.look_alikes(listed[3]) == ()
