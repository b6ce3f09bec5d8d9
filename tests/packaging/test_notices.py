"""From the lock to the notices: everything that is shipped is named, with its licence text, and Qt's duties are met."""

import json
import sysconfig
from dataclasses import replace
from pathlib import Path

import pytest

from devtools import LOCKS, Stop
from devtools.environment import locked_names
from devtools.package.distributions import Part, parts
from devtools.package.notices import QT_PARTS, Inside, notices_text, write_notices
from devtools.package.product import Product
from devtools.package.sbom import NAME, sbom, write_sbom
from devtools.package.system_parts import SystemPart

OF = Product(version="1.2.3")
HERE = Path(sysconfig.get_path("purelib"))


@pytest.fixture
def inside(tmp_path: Path) -> Inside:
    """The real packages that these tests run on, a made-up freezer, Python and Debian library."""
    home = tmp_path / "python-home"
    home.mkdir()
    (home / "LICENSE.txt").write_text("PSF", encoding="utf-8")
    copying, copyright_ = tmp_path / "COPYING.txt", tmp_path / "copyright"
    copying.write_text("GPL with an exception", encoding="utf-8")
    copyright_.write_text("zlib", encoding="utf-8")
    freezer = Part("pyinstaller", "6.22", "GPL-2.0-or-later WITH Bootloader-exception", False, "", (copying,))
    return Inside(parts(HERE), freezer, "3.11.9", home, [SystemPart("zlib1g", "1:1.2.13", copyright_)])


def test_the_parts_are_the_locked_runtime_and_nothing_else() -> None:
    names = {part.name for part in parts(HERE)}
    assert names <= locked_names(LOCKS / "runtime.txt")
    assert {"httpx", "pyside6-essentials", "shiboken6", "websockets", "keyring", "qasync"} <= names
    assert not names & {"pytest", "mypy", "ruff", "pip"}


def test_every_part_states_a_licence_and_brings_its_text() -> None:
    assert [part.name for part in parts(HERE) if not part.licence] == []
    assert {part.name for part in parts(HERE) if not part.texts} == QT_PARTS


def test_the_texts_are_written_for_every_part(tmp_path: Path, inside: Inside) -> None:
    named = write_notices(tmp_path / "frozen", OF, inside)
    folder = tmp_path / "frozen" / "licences"
    assert set(named) == {part.name for part in inside.found} - QT_PARTS
    for name in [*named, "python", "pyinstaller", "system/zlib1g"]:
        assert any((folder / name).iterdir()), name
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in (folder / "LGPL-3.0.txt").read_text(encoding="utf-8")
    assert "GNU GENERAL PUBLIC LICENSE" in (folder / "GPL-3.0.txt").read_text(encoding="utf-8")
    assert "MIT License" in (folder / "kiwoom_desk.txt").read_text(encoding="utf-8")


def test_a_part_without_a_licence_text_stops_the_packaging(tmp_path: Path, inside: Inside) -> None:
    bare = Part("bare", "1.0", "MIT", True, "", ())
    with pytest.raises(Stop, match="bare"):
        write_notices(tmp_path / "frozen", OF, replace(inside, found=[*inside.found, bare]))


def test_the_overview_names_each_version_and_where_qt_comes_from(inside: Inside) -> None:
    text = notices_text(OF, inside)
    assert all(f"  {part.name} {part.version}: {part.licence}" in text for part in inside.found)
    qt = next(part.version for part in inside.found if part.name == "pyside6-essentials")
    assert f"Sources, of this very version {qt}:" in text
    assert "https://download.qt.io/" in text
    assert "You may replace them" in text
    assert "zlib1g 1:1.2.13" in text


def test_the_list_of_parts_is_cyclonedx_with_every_part_once(tmp_path: Path, inside: Inside) -> None:
    count = write_sbom(tmp_path, OF, inside, "windows-amd64")
    listed = json.loads((tmp_path / NAME).read_text(encoding="utf-8"))
    references = [component["bom-ref"] for component in listed["components"]]
    assert (listed["bomFormat"], listed["specVersion"], listed["version"]) == ("CycloneDX", "1.6", 1)
    assert len(references) == len(set(references)) == count == len(inside.found) + 2
    assert f"pkg:pypi/httpx@{next(p.version for p in inside.found if p.name == 'httpx')}" in references
    assert {"pkg:generic/python@3.11.9", "pkg:deb/debian/zlib1g@1:1.2.13"} <= set(references)
    assert listed["dependencies"][0]["dependsOn"] == references
    assert listed["metadata"]["component"]["version"] == OF.version


def test_a_stated_expression_is_given_as_one_and_other_words_as_words(inside: Inside) -> None:
    stated = replace(inside, found=[Part("a", "1", "MIT OR Apache-2.0", True, "", ())])
    other = replace(inside, found=[Part("a", "1", "BSD License", False, "", ())])
    assert json.dumps({"expression": "MIT OR Apache-2.0"}) in json.dumps(sbom(OF, stated, "linux"))
    assert json.dumps({"license": {"name": "BSD License"}}) in json.dumps(sbom(OF, other, "linux"))


def test_the_same_parts_give_the_same_bytes_and_others_another_serial(inside: Inside) -> None:
    assert sbom(OF, inside, "linux") == sbom(OF, inside, "linux")
    assert sbom(OF, inside, "linux")["serialNumber"] != sbom(OF, inside, "windows-amd64")["serialNumber"]
