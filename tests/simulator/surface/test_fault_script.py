"""The language of fault scripts: what is understood, what is refused with which sentence, and that it is documented."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

from kiwoom_desk.simulator.__main__ import main
from kiwoom_desk.simulator.fault_script import ANSWERS, HTTP, MARKET, PROCESS, STREAM, Fault, parse

_DOCUMENT: Final = (Path(__file__).parents[3] / "docs" / "faults.md").read_text(encoding="utf-8")
_ACT: Final = {"on": "market", "code": "005930", "quantity": 1}


def test_every_name_is_known_where_it_belongs_once_always_and_by_chance() -> None:
    for when in ("once", "always", {"times": 0, "chance": 0.5}, {"nth": 3}, {"page": 2}):
        for do in HTTP:
            assert parse({"on": "any", "when": when, "do": do}).do == do
        for do in STREAM:
            assert parse({"on": "stream", "when": when, "do": do}).do == do
        for do in MARKET:
            assert parse({**_ACT, "when": when, "every": 1, "do": do}).do == do
        assert parse({"on": "login", "when": when, "do": "refuse"}).do == "refuse"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ({"on": "kt1000", "do": "lose_after"}, "unknown 'on' 'kt1000'; did you mean 'kt1000"),
        ({"on": "plase", "do": "lose_after"}, "unknown 'on' 'plase'; did you mean 'place'?"),
        ({"on": "any", "do": "lose_aftr"}, "unknown 'do' 'lose_aftr' on 'any'; did you mean 'lose_after'?"),
        ({"on": "stream", "do": "lose_after"}, "unknown 'do' 'lose_after' on 'stream'; there are binary, cut, drop, "),
        ({"on": "login", "do": "drop"}, "unknown 'do' 'drop' on 'login'; there are refuse"),
        ({"on": "any", "do": "delay", "secnds": 3}, "unknown field 'secnds'; did you mean 'seconds'?"),
        ({"on": "any", "do": "delay", "when": "alwys"}, "unknown 'when' 'alwys', or an object; did you mean 'always'?"),
        ({"on": "any", "do": "delay", "when": {"time": 3}}, "unknown 'when' 'time'; did you mean 'times'?"),
        ({"on": "any", "do": "delay", "answer": "silent"}, "unknown 'answer' 'silent'; did you mean 'silence'?"),
        ({"on": "any", "do": "delay", "process": "twise"}, "unknown 'process' 'twise'; did you mean 'twice'?"),
        ({"on": "stream", "do": "drop", "type": "0X"}, "unknown 'type' '0X'; there are 00, 04, "),
        ({**_ACT, "do": "take", "side": "by"}, "unknown 'side' 'by'; did you mean 'buy'?"),
        ({**_ACT, "do": "take", "venue": "KOSPI"}, "unknown 'venue' 'KOSPI'; there are KRX, NXT, SOR"),
        ({"on": "market", "do": "vi"}, "'vi' needs 'code'"),
        ({"on": "market", "do": "external_order", "price": 1}, "'external_order' needs 'code' and 'quantity'"),
        ({"on": "any"}, "a fault needs 'do'"),
        ({"do": "drop"}, "a fault needs 'on'"),
        ({"on": "any", "do": "delay", "delay": "3"}, "'delay' is a number from 0 on, not '3'"),
        ({"on": "any", "do": "delay", "delay": -1}, "'delay' is a number from 0 on, not -1"),
        ({"on": "any", "do": "status", "status": 50.5}, "'status' is a whole number from 0 on, not 50.5"),
        ({"on": "any", "do": "status", "status": 5}, "'status' goes from 200 to 599"),
        ({"on": "any", "do": "status", "status": True}, "'status' is a whole number from 0 on, not True"),
        ({"on": "any", "do": "refuse", "code": 8005}, "'code' is a text, not 8005"),
        ({"on": "any", "do": "delay", "when": {"chance": 30}}, "'chance' goes from 0 to 1"),
        ({"on": "any", "do": "delay", "when": {"nth": 0}}, "'nth' counts from 1"),
        ({"on": "any", "do": "delay", "when": {"page": 3}}, "'page' is 1 (first pages) or 2 (later ones)"),
        ({"on": "any", "do": "delay", "after": 3}, "'after' and 'every' belong to 'on': 'market'"),
        ({**_ACT, "do": "take", "when": "always"}, "happens more than once only with 'every'"),
        (["any", "delay"], "a fault is a JSON object, not ['any', 'delay']"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused_with_a_sentence(
    line: Any, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        parse(line)
    script = tmp_path / "script.json"
    script.write_text(json.dumps([{"on": "any", "do": "delay"}, line]), encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["--faults", str(script)])
    assert ended.value.code == 2
    assert f"--faults: {script}: line 2 of the list: " in capsys.readouterr().err


@pytest.mark.parametrize("text", ["[", "{}", "3"])
def test_a_file_that_is_no_list_is_refused(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "script.json"
    script.write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["--faults", str(script)])
    assert f"--faults: {script}: " in capsys.readouterr().err


def test_every_word_of_the_language_is_documented() -> None:
    words = {*HTTP, *STREAM, *MARKET, *PROCESS, *ANSWERS, *Fault.__dataclass_fields__, "when"}
    assert {word for word in words if f"`{word}`" not in _DOCUMENT} == set()


def test_every_example_of_the_document_is_understood() -> None:
    examples = re.findall(r"```json\n(.*?)```", _DOCUMENT, re.DOTALL)
    assert examples
    for example in examples:
        assert all(parse(line) for line in json.loads(example))


def test_help_names_what_a_script_can_say(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    said = capsys.readouterr().out
    assert {word for word in (*HTTP, *STREAM, *MARKET) if word not in said} == set()
    assert "docs/faults.md" in said
