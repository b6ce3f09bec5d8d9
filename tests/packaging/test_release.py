"""Only what was built and tried is released, under the tag of its own version."""

from pathlib import Path

import pytest

from devtools import Stop
from devtools.package.product import Product
from devtools.package.release import gather
from devtools.package.sums import NAME, digest, read_sums, write_sums

OF = Product(version="1.2.3")


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """What the builders leave: a folder each, with sums."""
    for folder, names in (("windows", ["k-setup.exe", "k-setup.cdx.json"]), ("linux", ["k.tar.gz", "k.cdx.json"])):
        place = tmp_path / "built" / folder
        place.mkdir(parents=True)
        for name in names:
            (place / name).write_bytes(name.encode())
        write_sums([place / name for name in names], place / NAME)
    return tmp_path / "built"


def test_all_files_and_one_list_of_their_sums_are_gathered(built: Path, tmp_path: Path) -> None:
    files = gather(built, tmp_path / "out", OF, "v1.2.3")
    names = {"k-setup.exe", "k-setup.cdx.json", "k.tar.gz", "k.cdx.json"}
    assert {file.name for file in files} == {*names, NAME}
    assert read_sums(tmp_path / "out" / NAME) == {name: digest(tmp_path / "out" / name) for name in names}


def test_a_file_that_was_changed_since_is_refused(built: Path, tmp_path: Path) -> None:
    (built / "windows" / "k-setup.exe").write_bytes(b"other")
    with pytest.raises(Stop, match=r"k-setup\.exe is not the file"):
        gather(built, tmp_path / "out", OF, "v1.2.3")


def test_a_missing_kind_of_file_is_noticed(built: Path, tmp_path: Path) -> None:
    (built / "linux" / "k.tar.gz").unlink()
    with pytest.raises(Stop, match=r"tar\.gz"):
        gather(built, tmp_path / "out", OF, None)


def test_a_tag_of_another_version_is_refused(built: Path, tmp_path: Path) -> None:
    with pytest.raises(Stop, match=r"v1\.2\.4"):
        gather(built, tmp_path / "out", OF, "v1.2.4")


def test_sums_are_as_the_common_tool_writes_them(tmp_path: Path) -> None:
    (tmp_path / "a b").write_bytes(b"")
    write_sums([tmp_path / "a b"], tmp_path / NAME)
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert (tmp_path / NAME).read_text(encoding="utf-8") == f"{empty}  a b\n"
