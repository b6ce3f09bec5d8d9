"""Settings: what was put is got again after a restart, whatever else lies in the file."""

from __future__ import annotations

import json
import os
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as rounds
from hypothesis import strategies as st

from kiwoom_desk.domain.checks.model import Level, Limits
from kiwoom_desk.storage import settings as module
from kiwoom_desk.storage.settings import SettingsFile
from kiwoom_desk.trading import settings as declared
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.kept_limits import FIRST, KeptLimits, kept
from kiwoom_desk.trading.settings import ALL, Setting
from tests.support.facts import MORNING

some_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
amounts = st.none() | st.integers(1, 10**10)
limits = st.builds(Limits, amounts, amounts, amounts)


def values_of(setting: Setting[Any]) -> st.SearchStrategy[Any]:
    if setting.choices:
        return st.sampled_from([word for word, _ in setting.choices])
    return st.booleans() if isinstance(setting.default, bool) else st.integers(setting.low, setting.high)


def test_every_declared_default_is_one_that_its_setting_takes() -> None:
    assert len({setting.key for setting in ALL}) == len(ALL)
    for setting in ALL:
        assert setting.accept(setting.default) == setting.default
        assert setting.label and setting.description and setting.group
    declared_ones = [value for value in vars(declared).values() if isinstance(value, Setting)]
    assert {setting.key for setting in declared_ones} <= {setting.key for setting in ALL}


@rounds(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_what_was_put_is_got_after_a_restart(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "settings.json"
    setting: Setting[Any] = data.draw(st.sampled_from(ALL))
    value = data.draw(values_of(setting))
    SettingsFile(path).put(setting, value)
    assert SettingsFile(path).get(setting) == value
    assert SettingsFile(path).notes == []


@rounds(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(["values", "limits", "layouts", "future"]), some_json), st.data())
def test_any_json_is_survived_and_what_is_not_understood_is_kept(
    tmp_path: Path, content: dict[str, Any], data: st.DataObject
) -> None:
    path = tmp_path / "settings.json"
    content.setdefault("values", {})
    if isinstance(content["values"], dict):
        content["values"].update({setting.key: data.draw(some_json) for setting in ALL[:4]})
    path.write_text(json.dumps(content), encoding="utf-8")
    settings = SettingsFile(path)
    for setting in ALL:
        setting.accept(settings.get(setting))
    for world in World:
        assert settings.limits(world).at(MORNING) is not None
        assert settings.layout(world.value) is None or isinstance(settings.layout(world.value), bytes)
    settings.put(declared.HOTKEYS, True)
    after = json.loads(path.read_text(encoding="utf-8"))
    assert json.dumps(after.get("future")) == json.dumps(content.get("future"))


@rounds(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_any_bytes_are_survived_and_kept_beside(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.json"
    for old in tmp_path.iterdir():
        old.unlink()
    path.write_bytes(content)
    settings = SettingsFile(path)
    if settings.notes:
        assert (tmp_path / "settings.json.damaged-1").read_bytes() == content
    settings.put(declared.THEME, "dark")
    assert SettingsFile(path).get(declared.THEME) == "dark"


@pytest.mark.parametrize("fails", ["open", "replace"])
def test_what_could_not_be_read_or_set_aside_is_never_written_over(
    fails: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program may hold the file for a moment; the first change of the day came right after."""
    path = tmp_path / "settings.json"
    kept = b'{"values": {"toasts": false}}' if fails == "open" else b"no json"
    path.write_bytes(kept)

    def held(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(*((Path, "open", held) if fails == "open" else (os, "replace", held)))
        file = SettingsFile(path)
    assert file.trouble is not None and path.read_bytes() == kept
    file.put_layout("window", b"new")
    aside = [other for other in tmp_path.iterdir() if other != path]
    assert [other.read_bytes() for other in aside] == [kept]
    assert SettingsFile(path).layout("window") == b"new" and file.trouble is None
    file.put_layout("window", b"newer")
    assert len(list(tmp_path.iterdir())) == 2


def test_a_second_damaged_file_does_not_overwrite_the_first(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    for content in (b"first", b"second"):
        path.write_bytes(content)
        assert "손상" in SettingsFile(path).notes[0]
    assert [(tmp_path / f"settings.json.damaged-{n}").read_bytes() for n in (1, 2)] == [b"first", b"second"]


def test_a_value_out_of_range_gives_the_default_and_a_note(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"values": {"armed_minutes": 100000, "theme": "pink", "hotkeys": 1}}', encoding="utf-8")
    settings = SettingsFile(path)
    assert settings.get(declared.ARMED_MINUTES) == 15
    assert settings.get(declared.THEME) == "system"
    assert settings.get(declared.HOTKEYS) is False
    assert len(settings.notes) == 3


@pytest.mark.parametrize(
    ("setting", "value"),
    [(declared.THEME, "pink"), (declared.ARMED_MINUTES, 0), (declared.ARMED_MINUTES, True), (declared.HOTKEYS, 1)],
)
def test_a_value_that_a_setting_cannot_have_is_refused(tmp_path: Path, setting: Setting[Any], value: Any) -> None:
    settings = SettingsFile(tmp_path / "settings.json")
    with pytest.raises(ValueError, match=setting.label):
        settings.put(setting, value)
    assert settings.get(setting) == setting.default


@given(limits, limits, st.integers(0, 1200))
def test_lowering_holds_at_once_and_raising_after_ten_minutes(first: Limits, wanted: Limits, seconds: int) -> None:
    after = kept(first).changed(wanted, MORNING)
    now = MORNING + timedelta(seconds=seconds)
    for name in ("value_per_order", "value_per_day", "orders_per_minute"):
        old, new, held = getattr(first, name), getattr(wanted, name), getattr(after.at(now), name)
        raised = old is not None and (new is None or new > old)
        assert held == (old if raised and seconds < 600 else new)


@given(limits, st.lists(st.tuples(limits, st.integers(0, 900)), max_size=6))
def test_no_sequence_of_changes_lifts_a_limit_within_ten_minutes_of_asking(
    first: Limits, steps: list[tuple[Limits, int]]
) -> None:
    """At every moment each limit is one that was asked for at least ten minutes ago, or lower than one that held."""
    state, now = kept(first), MORNING
    for wanted, seconds in steps:
        before = state.at(now)
        state = state.changed(wanted, now)
        just_after = state.at(now)
        for name in ("value_per_order", "value_per_day", "orders_per_minute"):
            old, new = getattr(before, name), getattr(just_after, name)
            assert old is None or (new is not None and new <= old)
        now += timedelta(seconds=seconds)


def test_asking_twice_does_not_start_the_wait_again() -> None:
    first = kept(Limits(1, 1, 1)).changed(Limits(2, 1, 1), MORNING)
    again = first.changed(Limits(2, 1, 1), MORNING + timedelta(minutes=9))
    assert again.at(MORNING + timedelta(minutes=10)) == Limits(2, 1, 1)
    assert first.next_change(MORNING) == MORNING + timedelta(minutes=10)
    assert first.next_change(MORNING + timedelta(minutes=10)) is None


@rounds(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limits, limits)
def test_limits_and_their_wait_survive_a_restart(tmp_path: Path, first: Limits, wanted: Limits) -> None:
    path = tmp_path / "settings.json"
    path.unlink(missing_ok=True)
    settings = SettingsFile(path)
    settings.set_limits(World.LIVE, first, MORNING)
    after: KeptLimits = settings.set_limits(World.LIVE, wanted, MORNING)
    assert SettingsFile(path).limits(World.LIVE) == after
    assert SettingsFile(path).limits(World.PRACTICE) == FIRST[World.PRACTICE]


def test_live_starts_small_and_practice_without_limits(tmp_path: Path) -> None:
    settings = SettingsFile(tmp_path / "settings.json")
    assert settings.limits(World.LIVE).at(MORNING) == Limits(3_000_000, 10_000_000, 5)
    assert settings.limits(World.PRACTICE).at(MORNING) == Limits()
    with pytest.raises(ValueError, match="1 이상"):
        settings.set_limits(World.LIVE, Limits(0, 1, 1), MORNING)


def test_damaged_limits_fall_back_to_the_small_ones(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"limits": {"live": {"value_per_order": {"value": -5}}}}', encoding="utf-8")
    settings = SettingsFile(path)
    assert settings.limits(World.LIVE) == FIRST[World.LIVE]
    assert any("한도" in note for note in settings.notes)


@rounds(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(min_size=1, max_size=2000), st.text())
def test_a_layout_comes_back_byte_by_byte(tmp_path: Path, layout: bytes, profile: str) -> None:
    path = tmp_path / "settings.json"
    SettingsFile(path).put_layout(profile, layout)
    assert SettingsFile(path).layout(profile) == layout
    SettingsFile(path).put_layout(profile, None)
    assert SettingsFile(path).layout(profile) is None


def test_listeners_hear_the_key_that_changed(tmp_path: Path) -> None:
    settings = SettingsFile(tmp_path / "settings.json")
    heard: list[str] = []
    end = settings.subscribe(heard.append)
    settings.put(declared.THEME, "dark")
    settings.set_limits(World.LIVE, Limits(1, 1, 1), MORNING)
    end()
    settings.put(declared.THEME, "light")
    assert heard == ["theme", "limits.live"]


def test_what_cannot_be_stored_holds_for_this_run_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = SettingsFile(tmp_path / "settings.json")

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(module, "write_whole", full)
        settings.put(declared.THEME, "dark")
    assert settings.get(declared.THEME) == "dark"
    assert settings.trouble is not None and "저장하지 못했습니다" in settings.trouble
    settings.put(declared.TEXT_SIZE, "compact")
    assert settings.trouble is None
    assert SettingsFile(tmp_path / "settings.json").get(declared.THEME) == "dark"


def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    SettingsFile(path).put(declared.THEME, "dark")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["settings.json"]


def test_guard_levels_are_what_the_trader_chose(tmp_path: Path) -> None:
    settings = SettingsFile(tmp_path / "settings.json")
    assert declared.guard_levels(settings) == {}
    settings.put(declared.GUARD_LEVELS["duplicate"], "refuse")
    settings.put(declared.GUARD_LEVELS["spac"], "off")
    assert declared.guard_levels(settings) == {"duplicate": Level.REFUSE, "spac": None}
