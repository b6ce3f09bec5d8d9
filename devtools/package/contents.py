"""What must be inside a frozen folder, what must not, and how large it may get."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from devtools import Stop
from devtools.package import notices, sbom
from devtools.package.product import Product
from devtools.package.sums import digest
from devtools.package.version_info import LANGUAGE_BLOCK, version_strings

MIB = 1024 * 1024
CEILINGS = {"windows": 90 * MIB, "linux": 190 * MIB, "installer": 32 * MIB}
"""In bytes. A build that grows beyond has swallowed something; raise a ceiling only with the reason.
The Linux folder is larger because Qt brings its own ICU there and Python is one library of 23 MB in some builds."""

STUB_NAMES = frozenset({"icuuc.dll", "mscms.dll"})
WINE_MARKS = (b"Wine builtin DLL", b"Wine placeholder DLL")
COMMON = (
    "_internal/resources/market_rules.json",
    f"{notices.FOLDER}/NOTICES.txt",
    f"{notices.FOLDER}/LGPL-3.0.txt",
    f"{notices.FOLDER}/{sbom.NAME}",
)
WINDOWS = (
    "kiwoom_desk.exe",
    "_internal/PySide6/plugins/platforms/qwindows.dll",
    "_internal/PySide6/plugins/platforms/qoffscreen.dll",
    "_internal/PySide6/plugins/styles/qmodernwindowsstyle.dll",
)
LINUX = (
    "kiwoom_desk",
    "_internal/PySide6/Qt/plugins/platforms/libqxcb.so",
    "_internal/PySide6/Qt/plugins/platforms/libqoffscreen.so",
)
MANIFEST_MARKS = (b"PerMonitorV2", b"longPathAware", b"activeCodePage", b'level="asInvoker"')


@dataclass(frozen=True)
class Size:
    """A folder's or file's size in bytes, and how many files it has."""

    bytes: int
    files: int


def size_of(path: Path) -> Size:
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file() and not file.is_symlink()]
    return Size(sum(file.stat().st_size for file in files), len(files))


def check_size(path: Path, ceiling: str) -> Size:
    """Raises Stop when the ceiling of that name is broken."""
    size = size_of(path)
    if size.bytes > CEILINGS[ceiling]:
        raise Stop(f"{path.name} has {size.bytes:,} bytes, more than the {CEILINGS[ceiling]:,} that are allowed")
    return size


def check_files(folder: Path, required: Sequence[str]) -> None:
    """Raises Stop when a required file is missing or one is there that belongs to Wine, to a trial or to nobody."""
    missing = [name for name in (*COMMON, *required) if not (folder / name).exists()]
    unwanted = list(_unwanted(folder))
    if missing or unwanted:
        raise Stop(f"missing: {missing or 'nothing'}; unwanted: {unwanted or 'nothing'}")


def check_no_copy_of(folder: Path, strangers: Sequence[Path]) -> None:
    """Raises Stop when a file is a copy, under whatever name, of one that must not be shipped."""
    forbidden = {digest(stranger) for stranger in strangers}
    copies = [
        str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file() and digest(file) in forbidden
    ]
    if copies:
        raise Stop(f"copies of what only serves trials: {copies}")


def check_executable(executable: Path, product: Product) -> None:
    """Raises Stop when the executable lacks its version resource, its manifest or its UTF-8 mode."""
    content = executable.read_bytes()
    strings = [LANGUAGE_BLOCK, *version_strings(product).values()]
    marks = [*(text.encode("utf-16-le") for text in strings), *MANIFEST_MARKS, b"X utf8=1"]
    missing = [mark for mark in marks if mark not in content]
    if missing:
        raise Stop(f"{executable.name} lacks {missing}")


def bits_of(executable: Path) -> int:
    """64 or 32: the machine that a Windows executable is for, from its header. Raises Stop for another kind of file."""
    head = executable.read_bytes()[:4096]
    start = int.from_bytes(head[0x3C:0x40], "little")
    machines = {0x8664: 64, 0x014C: 32}
    machine = int.from_bytes(head[start + 4 : start + 6], "little")
    if head[:2] != b"MZ" or head[start : start + 4] != b"PE\0\0" or machine not in machines:
        raise Stop(f"{executable.name} is no Windows executable")
    return machines[machine]


def _unwanted(folder: Path) -> Iterator[str]:
    for file in folder.rglob("*"):
        name = file.name.lower()
        if name in STUB_NAMES or name.endswith((".pdb", ".lib", ".pyi", ".qml")) or file.name == "__pycache__":
            yield str(file.relative_to(folder))
        elif name.endswith((".dll", ".exe", ".pyd")) and any(mark in _head(file) for mark in WINE_MARKS):
            yield f"{file.relative_to(folder)} (Wine's)"


def _head(file: Path) -> bytes:
    """Wine marks its own libraries right behind the DOS header."""
    with file.open("rb") as opened:
        return opened.read(512)
