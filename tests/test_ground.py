"""The ground that everything stands on: what is locked, what is pinned and why, what no committed file may hold."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, qVersion

ROOT = Path(__file__).parent.parent
LOCKS = sorted((ROOT / "packaging" / "locks").glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def committed_texts() -> list[tuple[str, str]]:
    """(path, text) of every committed file that is UTF-8 text."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    texts = []
    for name in filter(None, listed.decode("utf-8").split("\0")):
        try:
            texts.append((name, (ROOT / name).read_text(encoding="utf-8")))
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
    return texts


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def requirements(lock: Path) -> list[str]:
    """The lock's requirements, each with its continuation lines joined."""
    text = "\n".join(line for line in lock.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]


def locked(lock: Path) -> set[str]:
    return {canonical(requirement.split("==")[0]) for requirement in requirements(lock)}


def wanted(specifiers: list[str]) -> set[str]:
    return {canonical(re.split(r"[<>=!~;\[ ]", specifier)[0]) for specifier in specifiers}


def test_calls_that_return_nothing_keep_none_alive() -> None:
    """PySide6 6.12.0 drops a reference to None on each such call under Python 3.11, until the process aborts."""
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(1_000):
        thing.setObjectName("x")
    assert sys.getrefcount(None) > before - 100


def test_qt_is_the_version_that_keeps_none_alive() -> None:
    assert "PySide6-Essentials>=6.11.3,<6.12" in PROJECT["dependencies"]
    assert qVersion().startswith("6.11.")


def test_the_project_asks_for_the_pythons_that_qasync_works_on() -> None:
    assert PROJECT["requires-python"] == ">=3.11,<3.14"


def test_there_is_a_lock_for_running_for_checking_for_freezing_and_for_the_tools() -> None:
    assert [lock.name for lock in LOCKS] == ["dev.txt", "package.txt", "runtime.txt", "tools.txt", "windows-python.txt"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_line_of_a_lock_is_one_exact_version_with_hashes(lock: Path) -> None:
    line = re.compile(r"[A-Za-z0-9][\w.-]*==[\w.+!]+( ; [^#@]+?)?\s+(--hash=sha256:[0-9a-f]{64}\s*)+")
    assert requirements(lock)
    assert [text for text in requirements(lock) if not line.fullmatch(text)] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_place_to_load_from(lock: Path) -> None:
    assert "://" not in lock.read_text(encoding="utf-8")
    assert re.search(r"^\s*(-i|--index|--extra|--find|-f)\b", lock.read_text(encoding="utf-8"), re.MULTILINE) is None


@pytest.mark.parametrize(("name", "extra"), [("runtime", None), ("dev", "dev"), ("package", "package")])
def test_a_lock_covers_what_the_project_asks_for(name: str, extra: str | None) -> None:
    asked = wanted(PROJECT["dependencies"] + (PROJECT["optional-dependencies"][extra] if extra else []))
    assert asked <= locked(ROOT / "packaging" / "locks" / f"{name}.txt")


def test_the_locks_agree_on_every_version() -> None:
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        for requirement in requirements(lock):
            name, version = requirement.split()[0].split("==")
            versions.setdefault(canonical(name), set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_windows_is_locked_too() -> None:
    names = locked(ROOT / "packaging" / "locks" / "package.txt")
    assert {"pywin32-ctypes", "pefile"} <= names


def test_the_program_needs_no_time_zone_data_which_windows_does_not_carry() -> None:
    sources = [(name, text) for name, text in committed_texts() if name.startswith("kiwoom_desk/")]
    assert sources
    assert [name for name, text in sources if re.search(r"^\s*(from|import) zoneinfo\b", text, re.MULTILINE)] == []


# Put together from parts, so that this file is not a finding of its own.
FORBIDDEN = {
    "the address of a package registry": "|".join(
        re.escape(host)
        for host in ("pypi." + "org", "files.python" + "hosted", "registry.npm" + "js", "deb.debian" + ".org")
    ),
    "a path of one machine": "|".join(("/ro" + "ot/", "/wo" + "rk/", r"/ho" + r"me/\w+/", r"C:\\Us" + r"ers\\\w+")),
    "a reference outside the project": r"\.\./sha" + r"red\b",
    "a private key": "BEGIN [A-Z ]*PRIVATE" + " KEY",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_committed_file_holds(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    found = [f"{name}: {match.group()}" for name, text in committed_texts() for match in pattern.finditer(text)]
    assert found == []


def test_the_search_for_forbidden_text_finds_it() -> None:
    assert re.search(FORBIDDEN["the address of a package registry"], "see https://pypi" + ".org/simple")
    assert re.search(FORBIDDEN["a path of one machine"], "open('/ro" + "ot/key')")
