"""Folders, the account's tag, the rules file and the cached directory."""

from __future__ import annotations

import json
import stat
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiwoom_desk.domain.instruments import Flag, Instrument, InstrumentKind, Market
from kiwoom_desk.domain.market_rules import parse_rules
from kiwoom_desk.storage.account_tag import COPIES, identity_of, name_of
from kiwoom_desk.storage.directory_cache import DirectoryFiles
from kiwoom_desk.storage.folders import Folders
from kiwoom_desk.storage.rules_file import RulesUnusable, load_rules
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.ports import AccountName, JournalBroken
from tests.support.facts import MORNING

PACKAGED = Path(__file__).parents[2] / "resources" / "market_rules.json"
ACCOUNT = AccountName("8123456711")


# --- folders --------------------------------------------------------------------------------------------------------
def test_every_folder_lies_under_the_chosen_one_for_its_owner_alone(tmp_path: Path) -> None:
    folders = Folders.of_user(tmp_path / "desk")
    assert not folders.root.exists(), "nothing is made by asking"
    folders.make()
    folders.make()
    made = [folders.root, folders.journals, folders.evidence, folders.locks, folders.logs, folders.cache]
    assert all(stat.S_IMODE(folder.stat().st_mode) == 0o700 for folder in made)
    assert all(path.is_relative_to(folders.root) for path in (*made, folders.settings, folders.rules))


def test_without_a_choice_it_is_the_users_data_folder_by_a_fixed_name() -> None:
    assert "KiwoomDesk" in Folders.of_user().root.parts
    assert Folders.of_user().root.is_absolute()


# --- account tag ----------------------------------------------------------------------------------------------------
def test_a_tag_is_the_same_at_every_start_and_differs_by_account_market_and_world(tmp_path: Path) -> None:
    ours = identity_of(tmp_path, World.LIVE, Market.STOCK, ACCOUNT)
    assert identity_of(tmp_path, World.LIVE, Market.STOCK, ACCOUNT) == ours
    others = [
        identity_of(tmp_path, World.LIVE, Market.STOCK, AccountName("8123456811")),
        identity_of(tmp_path, World.LIVE, Market.GOLD, ACCOUNT),
        identity_of(tmp_path, World.MOCK, Market.STOCK, ACCOUNT),
        identity_of(tmp_path / "another", World.LIVE, Market.STOCK, ACCOUNT),
    ]
    assert len({identity.account for identity in (ours, *others)}) == 5
    assert ACCOUNT.digits not in name_of(ours)


@pytest.mark.parametrize("damage", [b"", b"00", b"zz zz", b"00000000000000000000000000000000 00"])
@pytest.mark.parametrize("copy", COPIES)
def test_one_damaged_salt_is_mended_from_the_other(tmp_path: Path, damage: bytes, copy: str) -> None:
    ours = identity_of(tmp_path, World.LIVE, Market.STOCK, ACCOUNT)
    (tmp_path / copy).write_bytes(damage)
    assert identity_of(tmp_path, World.LIVE, Market.STOCK, ACCOUNT) == ours
    assert (tmp_path / COPIES[0]).read_bytes() == (tmp_path / COPIES[1]).read_bytes()


def test_a_lost_salt_never_makes_a_known_account_look_new(tmp_path: Path) -> None:
    identity_of(tmp_path, World.LIVE, Market.STOCK, ACCOUNT)
    (tmp_path / "live-stock-x.journal").touch()
    for copy in COPIES:
        (tmp_path / copy).unlink()
    with pytest.raises(JournalBroken, match="salt"):
        identity_of(tmp_path, World.LIVE, Market.STOCK, ACCOUNT)


# --- rules ----------------------------------------------------------------------------------------------------------
def own_copy(folder: Path, as_of: date) -> Path:
    rules = json.loads(PACKAGED.read_text(encoding="utf-8"))
    rules["as_of"] = as_of.isoformat()
    path = folder / "market_rules.json"
    path.write_text(json.dumps(rules, ensure_ascii=False), encoding="utf-8")
    return path


AS_OF = parse_rules(PACKAGED.read_text(encoding="utf-8")).as_of


def test_the_programs_own_rules_hold_where_there_is_no_copy(tmp_path: Path) -> None:
    loaded = load_rules(PACKAGED, tmp_path / "none.json")
    assert (loaded.own, loaded.notes, loaded.rules.as_of) == (False, (), AS_OF)


@pytest.mark.parametrize("days", [0, 1])
def test_a_copy_that_is_not_older_wins(tmp_path: Path, days: int) -> None:
    loaded = load_rules(PACKAGED, own_copy(tmp_path, AS_OF + timedelta(days=days)))
    assert loaded.own and loaded.rules.as_of == AS_OF + timedelta(days=days)


def test_an_older_copy_is_named_and_not_used(tmp_path: Path) -> None:
    loaded = load_rules(PACKAGED, own_copy(tmp_path, AS_OF - timedelta(days=1)))
    assert not loaded.own and loaded.rules.as_of == AS_OF and "오래되어" in loaded.notes[0]


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=100))
def test_any_bytes_as_a_copy_are_a_note_and_never_a_crash(tmp_path: Path, content: bytes) -> None:
    own = tmp_path / "own.json"
    own.write_bytes(content)
    loaded = load_rules(PACKAGED, own)
    assert not loaded.own and loaded.notes[0].startswith("사용자 시장 규칙을 읽지 못했습니다")


def test_a_good_copy_saves_a_damaged_installation(tmp_path: Path) -> None:
    assert load_rules(tmp_path / "gone.json", own_copy(tmp_path, AS_OF)).own
    with pytest.raises(RulesUnusable, match="프로그램의 시장 규칙"):
        load_rules(tmp_path / "gone.json", tmp_path / "none.json")


# --- directory ------------------------------------------------------------------------------------------------------
some_instruments = st.lists(
    st.builds(
        Instrument,
        market=st.just(Market.STOCK),
        code=st.text("0123456789A", min_size=6, max_size=6),
        name=st.text(st.characters(codec="utf-8")),
        kind=st.sampled_from(InstrumentKind),
        board=st.text(max_size=5),
        nxt=st.booleans(),
        last_close=st.none() | st.integers(1, 10**8),
        listed=st.none() | st.integers(1, 10**10),
        flags=st.frozensets(st.sampled_from(Flag), max_size=3),
    ),
    max_size=5,
)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(some_instruments)
def test_the_directory_of_the_day_comes_back_with_its_age(tmp_path: Path, instruments: list[Instrument]) -> None:
    files = DirectoryFiles(tmp_path / "cache")
    files.save(World.LIVE, MORNING.date(), instruments, MORNING)
    assert DirectoryFiles(tmp_path / "cache").load(World.LIVE, MORNING.date()) == (tuple(instruments), MORNING)
    assert files.load(World.MOCK, MORNING.date()) is None
    assert files.load(World.LIVE, MORNING.date() + timedelta(days=1)) is None, "yesterday's directory is no directory"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_a_damaged_cache_is_no_cache(tmp_path: Path, data: st.DataObject) -> None:
    files = DirectoryFiles(tmp_path)
    samsung = Instrument(Market.STOCK, "005930", "삼성전자", InstrumentKind.SHARE)
    files.save(World.LIVE, MORNING.date(), [samsung], MORNING)
    path = tmp_path / "directory-live.json"
    raw = path.read_bytes()
    path.write_bytes(raw[: data.draw(st.integers(0, len(raw) - 1))])
    assert files.load(World.LIVE, MORNING.date()) is None
    path.write_bytes(data.draw(st.binary(max_size=50)) + data.draw(st.sampled_from([b"", b"{}", b"[]", b"[" * 10_000])))
    assert files.load(World.LIVE, MORNING.date()) is None


def test_a_cache_that_cannot_be_written_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    DirectoryFiles(tmp_path / "file").save(World.LIVE, MORNING.date(), [], MORNING)
    assert DirectoryFiles(tmp_path / "file").load(World.LIVE, MORNING.date()) is None
