"""What leaves the program: logs without secrets, tables that Excel reads and never executes, bundles with sums."""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import logging
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiwoom_desk.domain.instruments import Market
from kiwoom_desk.storage.account_tag import identity_of
from kiwoom_desk.storage.export import Cell, csv_bytes, why_unsaved, write_bundle
from kiwoom_desk.storage.journal import SqliteJournal
from kiwoom_desk.storage.log import Scrubber, start_logging
from kiwoom_desk.storage.settings import SettingsFile
from kiwoom_desk.storage.vault import KeyVault
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.ports import AccountName, Keys
from kiwoom_desk.trading.settings import THEME
from tests.storage.journals import using
from tests.support.facts import accepted, placing

secrets = st.text(st.characters(min_codepoint=33, max_codepoint=0x10FFFF, codec="utf-8"), min_size=6, max_size=60)


# --- log ------------------------------------------------------------------------------------------------------------
@settings(max_examples=400)
@given(st.lists(secrets, min_size=1, max_size=4), st.text(), st.text())
def test_no_registered_secret_passes(words: list[str], before: str, after: str) -> None:
    """S5: unless the mask itself spells it, which no secret of letters does."""
    scrubber = Scrubber()
    scrubber.hide(*words)
    clean = scrubber.clean(before + "".join(words) + after)
    assert not any(word in clean for word in words if "*" not in word)


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("Authorization: Bearer abc.def-123", "abc"),
        ("headers={'authorization': 'Bearer abc.def'}", "abc"),
        ('{"appkey":"k3y","secretkey":"s3c"}', "k3y"),
        ('{"appkey":"k3y","secretkey":"s3c"}', "s3c"),
        ("token=t0k3n, next", "t0k3n"),
        ("account 8123456711", "8123456"),
        ("account 81234567", "8123456"),
    ],
)
def test_what_looks_like_a_secret_is_masked_unregistered(line: str, left: str) -> None:
    assert left not in Scrubber().clean(line)


def test_ordinary_lines_stay_readable() -> None:
    line = "lane live stock: ready, order 0000140 of 005930, 1,234,567원"
    assert Scrubber().clean(line) == line


def test_the_log_is_a_private_file_that_turns_over_and_masks_tracebacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # no report of a test could carry half a pair
    scrubber = Scrubber()
    scrubber.hide("canary-secret")
    end = start_logging(tmp_path / "logs", scrubber, size=2_000, files=2)
    log = logging.getLogger("kiwoom_desk.test")
    try:
        try:
            raise ValueError("refused: canary-secret")
        except ValueError:
            log.exception("삼성전자 %s", "canary-secret")
        log.info("half a pair \ud800 of 8123456711")
        for n in range(100):
            log.info("line %d of many that make it turn over", n)
    finally:
        end()
    files = list((tmp_path / "logs").iterdir())
    assert len(files) == 3
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    assert "line 99 of many" in text
    assert "canary" not in text and "8123456711" not in text
    log.warning("after the end")
    assert "after the end" not in "".join(path.read_text(encoding="utf-8") for path in files)


def test_the_traceback_is_there_and_clean(tmp_path: Path) -> None:
    scrubber = Scrubber()
    scrubber.hide("canary-secret")
    end = start_logging(tmp_path, scrubber)
    try:
        raise ValueError("refused: canary-secret")
    except ValueError:
        logging.getLogger("kiwoom_desk.test").exception("삼성전자")
    finally:
        end()
    text = (tmp_path / "kiwoom-desk.log").read_text(encoding="utf-8")
    assert "ValueError: refused: ****" in text and "삼성전자" in text


# --- canaries -------------------------------------------------------------------------------------------------------
def test_no_file_of_ours_holds_a_key_a_secret_or_the_account(tmp_path: Path) -> None:
    """S2, for what this package writes."""
    account, keys = AccountName("8123456711"), Keys("canary-app-key", "canary-secret")
    scrubber = Scrubber()
    scrubber.hide(keys.app_key, keys.secret, account.digits)
    end = start_logging(tmp_path / "logs", scrubber)
    try:
        KeyVault(system=False).put(World.LIVE, Market.STOCK, keys)
        logging.getLogger("kiwoom_desk").info("signed in as %s with %r %s", account.digits, keys, keys.secret)
        identity = identity_of(tmp_path / "journals", World.LIVE, Market.STOCK, account)

        async def work(journal: SqliteJournal) -> None:
            await journal.append(placing(1))
            await journal.append(accepted(1))

        using(tmp_path, work, identity)
        SettingsFile(tmp_path / "settings.json").put(THEME, "dark")
    finally:
        end()
    written = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert len(written) >= 5
    for path, content in written.items():
        for canary in (b"canary", b"8123456711", b"81234567"):
            assert canary not in content, path
            assert canary.decode() not in path.name


# --- CSV ------------------------------------------------------------------------------------------------------------
cells: st.SearchStrategy[Cell] = st.none() | st.integers() | st.text(st.characters(codec="utf-8"), max_size=12)


@given(st.lists(st.lists(cells, min_size=3, max_size=3), max_size=5))
def test_a_table_is_read_back_and_no_cell_is_a_formula(rows: list[list[Cell]]) -> None:
    """S15: RFC 4180 with the UTF-8 mark; text in danger has an apostrophe, numbers (negative ones too) stay numbers."""
    raw = csv_bytes(["종목", "수량", "금액"], rows)
    assert raw.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True))
    assert read[0] == ["종목", "수량", "금액"]
    for row, back in zip(rows, read[1:], strict=True):
        for cell, text in zip(row, back, strict=True):
            if isinstance(cell, str):
                assert not text.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\0"))
                assert text in (cell, f"'{cell}")
            else:
                assert text == ("" if cell is None else str(cell))


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\0=1", "＝1+1"])
def test_a_cell_that_would_run_is_text(cell: str) -> None:
    assert f"'{cell}" in csv_bytes(["a"], [[cell]]).decode("utf-8-sig")


def test_half_a_surrogate_pair_does_not_stop_the_export() -> None:
    assert b"\\ud800" in csv_bytes(["a"], [["\ud800"]])


@pytest.mark.parametrize("text", ["005930", "0000123", "373220", "52E001", "12345678901234567"])
def test_a_code_or_an_order_number_is_no_number_to_a_spreadsheet(text: str) -> None:
    assert f"'{text}" in csv_bytes(["a"], [[text]]).decode("utf-8-sig")
    assert b"'" not in csv_bytes(["a"], [[5930, "0001A0", "****0123", "2026-11-23T10:00:00.011+09:00"]])


def test_why_a_file_was_not_written_is_a_sentence() -> None:
    assert "엑셀" in why_unsaved(PermissionError(errno.EACCES, "denied"))
    assert why_unsaved(OSError(errno.ENOENT, "x")) == "그 폴더가 없습니다." and why_unsaved(OSError("x")).endswith(".")


# --- bundle ---------------------------------------------------------------------------------------------------------
def test_a_bundle_names_the_sum_of_every_file(tmp_path: Path) -> None:
    files = {"facts.json": b"[]", "주문.csv": csv_bytes(["a"], [["b"]])}
    write_bundle(tmp_path / "evidence.zip", files)
    with zipfile.ZipFile(tmp_path / "evidence.zip") as bundle:
        assert set(bundle.namelist()) == {*files, "SHA256SUMS"}
        sums = bundle.read("SHA256SUMS").decode().splitlines()
        assert sums == [f"{hashlib.sha256(bundle.read(name)).hexdigest()}  {name}" for name in files]


@pytest.mark.parametrize("name", ["../x", "/x", "a/b", "a\\b", "C:x", "", ".hidden", "a\0b"])
def test_a_bundle_takes_no_name_that_could_lead_elsewhere(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="plain file name"):
        write_bundle(tmp_path / "evidence.zip", {name: b""})
    assert list(tmp_path.iterdir()) == []
