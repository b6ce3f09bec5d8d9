"""What a frozen folder must hold, must not hold, and what is left out on the way into it."""

from pathlib import Path

import pytest

from devtools import Stop
from devtools.package import contents
from devtools.package.product import Product
from devtools.package.trimming import is_wanted
from devtools.package.version_info import LANGUAGE_BLOCK, version_strings

OF = Product(version="1.2.3")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with everything that is asked of the Windows program, all of it empty."""
    for name in (*contents.COMMON, *contents.WINDOWS):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def test_a_complete_folder_passes(folder: Path) -> None:
    contents.check_files(folder, contents.WINDOWS)


@pytest.mark.parametrize("name", [*contents.COMMON, *contents.WINDOWS])
def test_each_required_file_is_missed(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(Stop, match="missing"):
        contents.check_files(folder, contents.WINDOWS)


@pytest.mark.parametrize("name", ["icuuc.dll", "MSCMS.DLL", "a.pdb", "b.pyi", "c.qml"])
def test_a_file_that_only_serves_trials_or_builds_is_found(folder: Path, name: str) -> None:
    (folder / "_internal" / name).touch()
    with pytest.raises(Stop, match="unwanted"):
        contents.check_files(folder, contents.WINDOWS)


@pytest.mark.parametrize("mark", contents.WINE_MARKS)
def test_a_library_of_wine_is_found_by_its_mark_whatever_its_name(folder: Path, mark: bytes) -> None:
    (folder / "_internal" / "innocent.dll").write_bytes(b"MZ" + bytes(0x3E) + mark)
    with pytest.raises(Stop, match="Wine's"):
        contents.check_files(folder, contents.WINDOWS)


def test_a_renamed_copy_of_a_stub_is_found(folder: Path) -> None:
    stub = folder.parent / "stub.dll"
    stub.write_bytes(b"stub")
    contents.check_no_copy_of(folder, [stub])
    (folder / "_internal" / "harmless.dll").write_bytes(b"stub")
    with pytest.raises(Stop, match="harmless"):
        contents.check_no_copy_of(folder, [stub])


def test_a_folder_beyond_its_ceiling_is_stopped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "large").write_bytes(bytes(100))
    monkeypatch.setitem(contents.CEILINGS, "windows", 100)
    assert contents.check_size(folder, "windows").bytes == 100
    monkeypatch.setitem(contents.CEILINGS, "windows", 99)
    with pytest.raises(Stop, match="more than"):
        contents.check_size(folder, "windows")


def executable(path: Path, *, without: bytes = b"") -> Path:
    strings = [LANGUAGE_BLOCK, *version_strings(OF).values()]
    marks = [*(text.encode("utf-16-le") for text in strings), *contents.MANIFEST_MARKS, b"X utf8=1"]
    path.write_bytes(b"MZ" + b"|".join(mark for mark in marks if mark != without))
    return path


def test_an_executable_with_resource_manifest_and_utf8_passes(tmp_path: Path) -> None:
    contents.check_executable(executable(tmp_path / "a.exe"), OF)


@pytest.mark.parametrize("mark", [*contents.MANIFEST_MARKS, b"X utf8=1", LANGUAGE_BLOCK.encode("utf-16-le")])
def test_each_mark_of_an_executable_is_missed(tmp_path: Path, mark: bytes) -> None:
    with pytest.raises(Stop, match="lacks"):
        contents.check_executable(executable(tmp_path / "a.exe", without=mark), OF)


@pytest.mark.parametrize(("machine", "bits"), [(0x8664, 64), (0x014C, 32)])
def test_the_machine_is_read_from_the_header(tmp_path: Path, machine: int, bits: int) -> None:
    file = tmp_path / "setup.exe"
    head = b"MZ" + bytes(0x3A) + (0x40).to_bytes(4, "little")
    file.write_bytes(head + b"PE\0\0" + machine.to_bytes(2, "little"))
    assert contents.bits_of(file) == bits
    file.write_bytes(b"#!/bin/sh\n" + bytes(100))
    with pytest.raises(Stop):
        contents.bits_of(file)


KEPT = [
    "PySide6/plugins/platforms/qwindows.dll",
    r"PySide6\plugins\platforms\qoffscreen.dll",
    "PySide6/plugins/styles/qmodernwindowsstyle.dll",
    "PySide6/plugins/imageformats/qico.dll",
    "PySide6/plugins/imageformats/qsvg.dll",
    "PySide6/plugins/iconengines/qsvgicon.dll",
    "PySide6/plugins/tls/qschannelbackend.dll",
    "PySide6/translations/qtbase_ko.qm",
    "PySide6/Qt/plugins/platforms/libqxcb.so",
    "PySide6/Qt6Core.dll",
    "libcrypto-3.dll",
    "resources/market_rules.json",
    "resources/icons/app.ico",
]
LEFT_OUT = [
    "PySide6/opengl32sw.dll",
    r"PySide6\plugins\platforms\qdirect2d.dll",
    "PySide6/plugins/imageformats/qjpeg.dll",
    "PySide6/plugins/tls/qopensslbackend.dll",
    "PySide6/Qt6VirtualKeyboard.dll",
    "PySide6/translations/qtbase_de.qm",
    "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
    "libcairo.so.2",
]


@pytest.mark.parametrize("name", KEPT)
def test_what_the_program_opens_is_kept(name: str) -> None:
    assert is_wanted(name)


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_it_never_opens_is_left_out(name: str) -> None:
    assert not is_wanted(name)
