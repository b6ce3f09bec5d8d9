"""The address of new versions in a build is the one the program reads, or none."""

from pathlib import Path

import pytest

from devtools import Stop
from devtools.package.feed import NAME, NONE, PLACE, write_feed
from kiwoom_desk.updates import feed_of


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    (tmp_path / PLACE).parent.mkdir(parents=True)
    return tmp_path


def test_the_program_reads_the_address_that_was_written(frozen: Path) -> None:
    said = write_feed(frozen, {NAME: " https://desk.example/latest.json\n"})
    assert feed_of(frozen / PLACE) == "https://desk.example/latest.json"
    assert said == "feed at desk.example"


@pytest.mark.parametrize("environment", [{}, {NAME: ""}, {NAME: "  "}])
def test_a_build_without_an_address_has_none(frozen: Path, environment: dict[str, str]) -> None:
    assert write_feed(frozen, environment) == NONE
    assert feed_of(frozen / PLACE) == ""


@pytest.mark.parametrize("address", ["http://desk.example/latest.json", "https://", "desk.example", "file:///latest"])
def test_an_address_that_the_program_would_not_ask_stops_the_build(frozen: Path, address: str) -> None:
    with pytest.raises(Stop):
        write_feed(frozen, {NAME: address})
    assert not (frozen / PLACE).exists()
