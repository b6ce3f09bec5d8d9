"""One program per environment and account (X01), and the second one brings the first to the front."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiwoom_desk.storage.lock import InstanceLock
from tests.support.faults import fault

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys
from pathlib import Path
from kiwoom_desk.storage.lock import InstanceLock
lock = InstanceLock(Path(sys.argv[1]), 'live-stock-1')
print(lock.acquire(), flush=True)
sys.stdin.readline()
"""


def other_program(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


@fault("X01")
def test_a_second_process_is_refused_until_the_first_is_gone_however_it_ends(tmp_path: Path) -> None:
    first = other_program(tmp_path)
    assert first.stdout is not None and first.stdout.readline() == "True\n"
    ours = InstanceLock(tmp_path, "live-stock-1")
    assert not ours.acquire() and not ours.held
    assert ours.owner() == first.pid
    first.kill()
    first.communicate()
    assert ours.acquire() and ours.owner() == os.getpid()
    second = other_program(tmp_path)
    assert second.communicate("\n")[0] == "False\n"
    ours.release()


def test_a_second_lock_in_the_same_process_is_refused_as_well(tmp_path: Path) -> None:
    first, second = InstanceLock(tmp_path, "a"), InstanceLock(tmp_path, "a")
    assert first.acquire() and first.acquire()
    assert not second.acquire()
    first.release()
    first.release()
    assert second.acquire()
    second.release()


def test_a_full_disk_leaves_the_lock_for_the_next_try(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("kiwoom_desk.storage.lock.os.write", full)
        first = InstanceLock(tmp_path, "a")
        with pytest.raises(OSError, match="No space"):
            first.acquire()
        assert not first.held
    again = InstanceLock(tmp_path, "a")
    assert again.acquire(), "the program would have to be started anew to connect"
    again.release()


def test_other_accounts_and_environments_do_not_meet(tmp_path: Path) -> None:
    locks = [InstanceLock(tmp_path, name) for name in ("live-stock-1", "live-stock-2", "mock-stock-1")]
    assert all(lock.acquire() for lock in locks)
    for lock in locks:
        lock.release()


def test_the_first_program_hears_once_that_a_second_was_started(tmp_path: Path) -> None:
    first, second = InstanceLock(tmp_path, "a"), InstanceLock(tmp_path, "a")
    assert first.acquire()
    assert not first.raise_requested()
    assert not second.acquire()
    second.ask_to_raise()
    second.ask_to_raise()
    assert first.raise_requested()
    assert not first.raise_requested()
    first.release()


def test_a_request_from_before_the_start_is_old_news(tmp_path: Path) -> None:
    InstanceLock(tmp_path, "a").ask_to_raise()
    first = InstanceLock(tmp_path, "a")
    assert first.acquire()
    assert not first.raise_requested()
    first.release()


@pytest.mark.parametrize("content", [b"", b"not a number", b"\xff"])
def test_an_odd_lock_file_names_no_owner_and_locks_all_the_same(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.lock").write_bytes(content)
    lock = InstanceLock(tmp_path, "a")
    assert lock.owner() is None
    assert lock.acquire()
    lock.release()
