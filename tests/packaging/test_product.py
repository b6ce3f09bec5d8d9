"""Names, versions and the version resource."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kiwoom_desk
from devtools.package.product import Product, product
from devtools.package.version_info import LANGUAGE_BLOCK, version_info_text, version_strings


def evaluated(text: str) -> Any:
    """The resource's text as PyInstaller evaluates it, with tuples in place of its classes."""
    words = [
        "VSVersionInfo",
        "FixedFileInfo",
        "StringFileInfo",
        "StringTable",
        "StringStruct",
        "VarFileInfo",
        "VarStruct",
    ]

    def named(word: str) -> Any:
        return lambda *positional, **keywords: (word, *positional, keywords)

    return eval(text, {"__builtins__": {}, **{word: named(word) for word in words}})


def test_the_version_is_the_same_in_the_project_file_and_in_the_program() -> None:
    assert product().version == kiwoom_desk.__version__


@pytest.mark.parametrize(
    ("version", "numbers"), [("1.2.3", (1, 2, 3, 0)), ("2.0", (2, 0, 0, 0)), ("1.4.0rc1", (1, 4, 0, 0))]
)
def test_windows_gets_four_numbers(version: str, numbers: tuple[int, int, int, int]) -> None:
    assert Product(version=version).four_numbers == numbers


@given(st.lists(st.integers(0, 999), min_size=1, max_size=4))
def test_a_plain_version_keeps_its_numbers(numbers: list[int]) -> None:
    of = Product(version=".".join(map(str, numbers)))
    assert of.four_numbers == (*numbers, *[0] * (4 - len(numbers)))


def test_the_version_resource_is_korean_and_unicode_and_says_who_what_and_which() -> None:
    of = Product(version="1.2.3")
    _, resource = evaluated(version_info_text(of))
    strings, translation = resource["kids"]
    ((_, block, entries, _),) = strings[1]
    assert block == LANGUAGE_BLOCK == "041204B0"
    assert {name: value for _, name, value, _ in entries} == version_strings(of)
    assert translation[1] == [("VarStruct", "Translation", [0x0412, 0x04B0], {})]
    assert resource["ffi"][1]["filevers"] == (1, 2, 3, 0)
    assert version_strings(of)["OriginalFilename"] == "kiwoom_desk.exe"
