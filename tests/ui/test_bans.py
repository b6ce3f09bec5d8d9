"""What no widget of ours may do, read off the code itself (docs/architecture.md, Async and Qt; docs/reliability.md)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

UI = Path(__file__).resolve().parents[2] / "kiwoom_desk" / "ui"
TESTS = Path(__file__).resolve().parents[1]
FILES = sorted(UI.rglob("*.py"))
STATIC = {"QMessageBox", "QInputDialog", "QColorDialog", "QFontDialog"}


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(UI)))
def test_no_nested_loop_no_static_dialog_no_raw_label(path: Path) -> None:
    for node in nodes(path):
        if isinstance(node, ast.Call):
            name = dotted(node.func)
            assert not name.endswith((".exec", ".exec_")), f"{path.name}: {name} stops every coroutine"
            assert name.split(".")[0] not in STATIC, f"{path.name}: {name} runs a loop of its own"
            assert not name.startswith("QFileDialog.get"), f"{path.name}: {name} runs a loop of its own"
            assert name != "QLabel", f"{path.name}: a QLabel guesses whether a text is HTML; use PlainLabel"
            assert not name.endswith(".setHtml"), f"{path.name}: {name}"


def test_qasync_is_imported_in_one_place() -> None:
    users = [
        path.name
        for path in FILES
        for node in nodes(path)
        if (isinstance(node, ast.Import | ast.ImportFrom) and any("qasync" in alias.name for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module == "qasync")
    ]
    assert users == ["aio.py"]


def test_nothing_evaluates_text_or_unpickles() -> None:
    for path in sorted(UI.parent.rglob("*.py")):
        for node in nodes(path):
            if isinstance(node, ast.Call):
                assert dotted(node.func) not in {"eval", "exec", "pickle.loads", "pickle.load", "yaml.load"}, path


LOOPS = ("processEvents", "qWait", "mouseMove", "waitSignal", "waitUntil", "waitExposed")
"""How calls begin that let Qt's loop run before they return (`QTest.mouseMove` among them)."""


def loops(call: ast.Call) -> bool:
    last = dotted(call.func).split(".")[-1]
    delayed = last.startswith(("key", "mouse")) and any(word.arg == "delay" for word in call.keywords)
    return last.startswith(LOOPS) or last in {"exec", "exec_"} or delayed


def test_no_task_lets_qts_loop_run_inside_it() -> None:
    """Other tasks' wake-ups are lost meanwhile (docs/architecture.md, Async and Qt): the program hangs, or a test."""
    for path in (*sorted(UI.parent.rglob("*.py")), *sorted(TESTS.rglob("*.py"))):
        for story in nodes(path):
            if isinstance(story, ast.AsyncFunctionDef):
                for node in ast.walk(story):
                    if isinstance(node, ast.Call):
                        assert not loops(node), f"{path.name}: {dotted(node.func)}"
    for path in sorted((UI.parent / "tour").rglob("*.py")):  # its hands are called by tasks alone
        assert not [node for node in nodes(path) if isinstance(node, ast.Call) and loops(node)], path.name
