"""Wine, for building and trying the Windows program on Linux. It checks; it does not replace a real Windows.

Each `Wine` is one prefix, which is one small Windows of its own. Qt needs two libraries that Wine 8 lacks or has only
in part; they are built from `packaging/wine` into the prefix alone and must never be inside what is shipped.
"""

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from devtools import ROOT, Stop, say
from devtools.debian import Need, program_need
from devtools.package.processes import Ended, must, run

STUB_SOURCES = ROOT / "packaging" / "wine"
STUBS = {"icuuc.dll": "icustub.c", "mscms.dll": "mscmsstub.c"}
WINE = Path("/usr/lib/wine/wine64")


def wine_needs() -> list[Need]:
    """Debian packages beyond those of the development environment."""
    return [
        Need("wine", "trying the Windows program", lambda: shutil.which("wineserver") is not None),
        Need("wine64", "trying the Windows program", WINE.exists),
        program_need("xauth", "xauth", "a screen in memory"),
        program_need("Xvfb", "xvfb", "a screen in memory"),
        program_need("x86_64-w64-mingw32-gcc", "gcc-mingw-w64-x86-64-win32", "what Qt misses in Wine"),
        Need(
            "mingw-w64-x86-64-dev",
            "what Qt misses in Wine",
            Path("/usr/x86_64-w64-mingw32/include/windows.h").exists,
        ),
        program_need("makensis", "nsis", "the installer"),
        program_need("osslsigncode", "osslsigncode", "trying the signing"),
        program_need("openssl", "openssl", "trying the signing"),
    ]


@dataclass(frozen=True)
class Wine:
    """One prefix and the screen its programs draw on."""

    prefix: Path
    display: str
    name: str = "Wine"

    @property
    def drive_c(self) -> Path:
        return self.prefix / "drive_c"

    @property
    def local_data(self) -> Path:
        """The folder that a Windows program knows as %LOCALAPPDATA%."""
        return self._home / "AppData" / "Local"

    @property
    def start_menu(self) -> Path:
        return self._home / "AppData/Roaming/Microsoft/Windows/Start Menu/Programs"

    @property
    def _home(self) -> Path:
        homes = [home for home in (self.drive_c / "users").iterdir() if home.name != "Public"]
        if len(homes) != 1:
            raise Stop(f"expected one user in {self.prefix}, found {[home.name for home in homes]}")
        return homes[0]

    def make(self, *, anew: bool = False) -> None:
        """Make the prefix if it is not there, or in any case.

        Raises:
            Stop: Wine or the compiler failed.
        """
        if anew:
            shutil.rmtree(self.prefix, ignore_errors=True)
        stamp = self.prefix / "kiwoom-desk-prefix.txt"
        if stamp.exists() and stamp.read_text(encoding="utf-8") == _recipe():
            return
        shutil.rmtree(self.prefix, ignore_errors=True)
        self.prefix.mkdir(parents=True)
        say(f"making a Windows of its own in {self.prefix.relative_to(ROOT)} …")
        must(self.run("wineboot", "-i", limit=300), "wineboot")
        must(self.run("winecfg", "-v", "win10", limit=120), "winecfg")  # the default is Windows 7
        self._place_stubs()
        stamp.write_text(_recipe(), encoding="utf-8")

    def _place_stubs(self) -> None:
        target = self.drive_c / "windows" / "system32"
        for name, source in STUBS.items():
            (target / name).unlink(missing_ok=True)
            command: list[str | Path] = [
                "x86_64-w64-mingw32-gcc",
                "-shared",
                "-O1",
                "-o",
                target / name,
                STUB_SOURCES / source,
            ]
            must(run(command, environment=os.environ, limit=120), f"compiling {source}")
        overrides = r"HKCU\Software\Wine\DllOverrides"
        must(self.run("reg", "add", overrides, "/v", "mscms", "/d", "native", "/f", limit=60), "reg")

    def run(self, program: Path | str, *arguments: Path | str, limit: float) -> Ended:
        """Run a Windows program; paths among the arguments are written as it knows them."""
        words = [self.path(word) if isinstance(word, Path) else word for word in arguments]
        return run([WINE, program, *words], environment=self._environment(), limit=limit)

    def start(self, program: Path, *arguments: Path | str) -> "subprocess.Popen[bytes]":
        """Start a Windows program and do not wait for it. Its output goes nowhere."""
        words = [self.path(word) if isinstance(word, Path) else word for word in arguments]
        return subprocess.Popen(
            [str(WINE), str(program), *words],
            cwd=ROOT,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def path(self, path: Path) -> str:
        """A path of this system as a Windows program in the prefix sees it."""
        if path.is_relative_to(self.drive_c):
            return str(PureWindowsPath("C:/", *path.relative_to(self.drive_c).parts))
        return str(PureWindowsPath("Z:/", *path.resolve().parts[1:]))

    def registry_has(self, key: str) -> bool:
        return self.run("reg", "query", key, limit=60).status == 0

    def stop(self) -> None:
        """End what still runs in this prefix, and nothing else."""
        run(["wineserver", "-k"], environment=self._environment(), limit=60)

    def _environment(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "QT_", "VIRTUAL_"))}
        return {
            **ours,
            "WINEPREFIX": str(self.prefix),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            "PATH": f"{WINE.parent}{os.pathsep}{os.environ['PATH']}",
            "LC_ALL": "C.UTF-8",
            "DISPLAY": self.display,
        }


def _recipe() -> str:
    """What a prefix was made from; a prefix of another recipe is made again."""
    sources = b"".join((STUB_SOURCES / name).read_bytes() for name in sorted(STUBS.values()))
    return f"win10 {hashlib.sha256(sources).hexdigest()}\n"
