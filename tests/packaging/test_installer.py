"""What the installer's script promises: per user, nothing of the trader's lost, nothing of others' removed."""

import re
from pathlib import Path

import pytest

from devtools import ROOT
from devtools.package import trial
from devtools.package.hosts import Host
from devtools.package.product import Product
from kiwoom_desk.storage import folders

SCRIPT = (ROOT / "packaging" / "installer.nsi").read_text(encoding="utf-8")
LINES = [line.split(" ;")[0].strip() for line in SCRIPT.splitlines() if not line.lstrip().startswith(";")]


def defined(name: str) -> str:
    found = re.search(rf'^!define {name} "?([^"\n;]+?)"?\s*(;.*)?$', SCRIPT, re.MULTILINE)
    assert found, name
    return found[1].strip()


def test_the_target_is_set_before_anything_else() -> None:
    code = [line for line in LINES if line]
    assert code[:2] == ['!if /FileExists "${NSISDIR}/Stubs/lzma_solid-amd64-unicode"', "Target amd64-unicode"]


def test_it_asks_for_no_administrator_and_touches_nothing_of_other_users() -> None:
    assert "RequestExecutionLevel user" in LINES
    assert "HKLM" not in SCRIPT
    assert "$PROGRAMFILES" not in SCRIPT
    assert [line for line in LINES if line.startswith("SetShellVarContext")] == ["SetShellVarContext current"] * 2
    assert r'InstallDir "$LOCALAPPDATA\Programs\kiwoom_desk"' in LINES


def test_the_data_folder_is_the_one_that_the_program_uses() -> None:
    assert defined("DATA") == rf"$LOCALAPPDATA\{folders.ORGANISATION}\{folders.PROGRAM}"


def test_whole_folders_are_removed_only_where_everything_in_them_is_ours() -> None:
    removed = {line.removeprefix("RMDir /r ") for line in LINES if line.startswith("RMDir /r")}
    assert removed == {r'"$INSTDIR\_internal"', r'"$INSTDIR\licences"', '"${DATA}"'}


def test_a_silent_removal_keeps_the_data_and_a_person_is_asked_with_no_as_the_default() -> None:
    (question,) = (line for line in LINES if "$(AskData)" in line and line.startswith("MessageBox"))
    assert "MB_DEFBUTTON2" in question and "/SD IDNO" in question and "IDYES delete_data" in question


def test_a_running_program_stops_both_the_installer_and_the_remover() -> None:
    for function, call in ((".onInit", "Call RefuseWhileRunning"), ("un.onInit", "Call un.RefuseWhileRunning")):
        body = SCRIPT.split(f"Function {function}\n")[1].split("FunctionEnd")[0]
        assert call in body
    assert int(defined("RUNNING")) == trial.RUNNING
    assert "SetErrorLevel ${RUNNING}" in LINES


def test_every_text_is_there_in_korean_and_in_english() -> None:
    texts: dict[str, set[str]] = {}
    for name, language in re.findall(r"^LangString (\w+) \$\{LANG_(\w+)\}", SCRIPT, re.MULTILINE):
        texts.setdefault(name, set()).add(language)
    assert texts == {"StillRunning": {"KOREAN", "ENGLISH"}, "AskData": {"KOREAN", "ENGLISH"}}


def test_the_trial_looks_where_the_script_installs() -> None:
    class SomeHost:
        local_data, start_menu = Path("local"), Path("menu")

    host: Host = SomeHost()  # type: ignore[assignment]
    installed = trial.Installed(host, Product(version="1"))
    assert installed.folder == Path("local/Programs/kiwoom_desk")
    assert installed.data == Path("local") / folders.ORGANISATION / folders.PROGRAM
    assert installed.shortcut == Path("menu") / f"{defined('NAME')}.lnk"
    assert "HKCU\\" + defined("UNINSTALL_KEY") == trial.UNINSTALL_KEY
    assert installed.program.name == defined("EXECUTABLE")


@pytest.mark.parametrize("text", ["PerMonitorV2", "longPathAware", ">UTF-8<", 'level="asInvoker"'])
def test_the_manifest_asks_for(text: str) -> None:
    assert text in (ROOT / "packaging" / "windows.manifest").read_text(encoding="utf-8")


def test_the_spec_is_python_and_freezes_one_folder_without_packing_or_console() -> None:
    spec = (ROOT / "packaging" / "kiwoom_desk.spec").read_text(encoding="utf-8")
    compile(spec, "kiwoom_desk.spec", "exec")
    assert "exclude_binaries=True" in spec and "COLLECT(" in spec
    assert "upx=False" in spec and "console=False" in spec
    assert '("X utf8=1", None, "OPTION")' in spec
