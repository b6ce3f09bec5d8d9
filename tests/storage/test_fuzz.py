"""Files that somebody else has written into: never a crash, never a send that was not made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiwoom_desk.domain.facts import Cancelling, Placing
from kiwoom_desk.storage.black_box import BlackBox
from kiwoom_desk.storage.settings import SettingsFile
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.settings import ALL
from tests.support.day import draft, placing

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from([setting.key for setting in ALL])
FILES = st.fixed_dictionaries(
    {},
    optional={
        "values": st.dictionaries(KEYS, JSON, max_size=8) | JSON,
        "limits": st.dictionaries(st.sampled_from([world.value for world in World]), JSON) | JSON,
        "layouts": JSON,
        "x": JSON,
    },
)


@given(
    st.one_of(
        FILES.map(lambda value: json.dumps(value).encode()), JSON.map(lambda v: json.dumps(v).encode()), st.binary()
    )
)
def test_any_settings_file_gives_settings_that_can_be_used(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    path = tmp_path_factory.mktemp("settings") / "settings.json"
    path.write_bytes(raw)
    settings = SettingsFile(path)
    for setting in ALL:
        value = settings.get(setting)
        assert setting.accept(value) == value
        settings.put(setting, setting.default)
    for world in World:
        settings.limits(world)
    again = SettingsFile(path)
    assert all(again.get(setting) == setting.default for setting in ALL)


SENDS: tuple[Placing | Cancelling, ...] = tuple(placing(f"I{n}", n, draft(n + 1)) for n in range(4))


@given(st.data())
def test_a_damaged_black_box_tells_sends_that_were_made_in_their_order_and_counts_the_rest(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("box") / "sends"
    box = BlackBox(path)
    box.write(SENDS)
    box.close()
    raw = path.read_bytes()
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(raw)))
        raw = raw[:start] + data.draw(st.binary(max_size=5)) + raw[start + data.draw(st.integers(0, 40)) :]
    path.write_bytes(raw)
    contents = BlackBox(path).read()
    made = iter(SENDS)
    assert all(send in made for send in contents.sends), "a subsequence of what was written"
    assert len(contents.sends) + contents.damaged >= 1 or not raw.strip(b"\n")


def test_a_box_that_was_torn_takes_new_lines_whole(tmp_path: Path) -> None:
    path = tmp_path / "sends"
    box = BlackBox(path)
    box.write(SENDS[:2])
    box.close()
    path.write_bytes(path.read_bytes()[:-9])
    box = BlackBox(path)
    box.write(SENDS[2:])
    box.close()
    contents = BlackBox(path).read()
    assert (contents.sends, contents.damaged) == ((SENDS[0], *SENDS[2:]), 1)
