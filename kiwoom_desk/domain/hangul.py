"""Finding Korean names by their initial consonants (초성): ㅅㅅㅈㅈ finds 삼성전자."""

from __future__ import annotations

_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_FIRST, _LAST, _PER_INITIAL = 0xAC00, 0xD7A3, 588


def initials(text: str) -> str:
    """Each Hangul syllable replaced by its first consonant; everything else stays, blanks go."""
    return "".join(_initial(c) for c in text if not c.isspace())


def _initial(char: str) -> str:
    return _INITIALS[(ord(char) - _FIRST) // _PER_INITIAL] if _FIRST <= ord(char) <= _LAST else char


def only_initials(text: str) -> bool:
    """True when the text can only be meant as initials."""
    return bool(text) and all(c in _INITIALS for c in text)
