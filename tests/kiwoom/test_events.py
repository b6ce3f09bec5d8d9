from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.reports import Execution, OrderReport, ReportKind, Source
from kiwoom_desk.kiwoom import events
from kiwoom_desk.kiwoom.events import Hearing
from kiwoom_desk.kiwoom.frames import Push
from kiwoom_desk.kiwoom.gateway import KiwoomGateway
from kiwoom_desk.kiwoom.numbers import Unreadable
from kiwoom_desk.trading.environments import PRACTICE
from kiwoom_desk.trading.ports import Keys, Quarantined, StreamEvent, Unclear
from tests.support.day import DAY, at, draft, ref
from tests.support.fake_clock import FakeClock
from tests.support.faults import fault

FRAMES = json.loads((Path(__file__).parent / "data" / "frames.json").read_text(encoding="utf-8"))
HEARING = Hearing(Market.STOCK, DAY, at(0), "8123456711")


def hear(frame: str, **changes: str) -> OrderReport:
    fields = {key.removeprefix("f"): value for key, value in changes.items()}
    return events.report({**FRAMES[frame]["data"][0]["values"], **fields}, HEARING)


def test_an_accepted_order() -> None:
    assert hear("accepted") == OrderReport(
        ref=ref(12345),
        kind=ReportKind.NEW,
        source=Source.STREAM,
        at=at(0),
        draft=draft(10, 71_500),
        ordered_at=at(131),
        name="삼성전자",
        type_text="보통",
        text="접수",
    )


def test_a_fill_is_one_execution_and_the_exact_value_so_far() -> None:
    report = hear("partly_filled")
    assert report.execution == Execution("0208790", 4, 71_500, at(225))
    assert report.filled_value == 286_000
    assert report.remaining is None and report.filled == 0
    assert report.ordered_at is None


def test_an_amendment_counts_only_once_it_is_confirmed() -> None:
    entered, confirmed = hear("amend_entered"), hear("amend_confirmed")
    assert (entered.kind, entered.of, entered.confirmed) == (ReportKind.AMEND, ref(12345), None)
    assert (confirmed.kind, confirmed.of, confirmed.confirmed) == (ReportKind.AMEND, ref(12345), 6)
    assert entered.draft == confirmed.draft == draft(6, 71_600)
    assert confirmed.remaining is None


@pytest.mark.parametrize("state", ["확인", "취소"])
def test_a_cancel_is_confirmed_under_either_word(state: str) -> None:
    report = hear("cancel_confirmed", f913=state)
    assert (report.kind, report.of, report.confirmed) == (ReportKind.CANCEL, ref(12401), 6)
    assert report.draft == draft(6, None)


@pytest.mark.parametrize(("reason", "shown"), [("증거금부족", "증거금부족"), ("0", "거부"), ("", "거부")])
def test_a_refusal_carries_its_reason(reason: str, shown: str) -> None:
    assert hear("accepted", f913="거부", f919=reason).rejected == shown


def test_an_exchange_that_ends_the_rest_of_an_order_does_not_make_it_a_cancel_instruction() -> None:
    report = hear("accepted", f913="취소", f906="보통(IOC)", f902="0")
    assert (report.kind, report.confirmed, report.text) == (ReportKind.NEW, None, "취소")
    assert report.draft == draft(10, 71_500, type=OrderType.LIMIT_IOC)


@pytest.mark.parametrize("frame", ["accepted", "partly_filled"])
def test_an_order_that_is_taken_or_filled_says_all_there_is(frame: str) -> None:
    assert not events.is_unclear(hear(frame))


@pytest.mark.parametrize(
    "heard",
    [
        hear("amend_entered"),
        hear("amend_confirmed"),
        hear("cancel_confirmed"),
        hear("accepted", f913="거부"),
        hear("accepted", f913="취소", f906="보통(IOC)", f902="0"),
        hear("accepted", f913="확인"),
    ],
    ids=lambda heard: f"{heard.kind.value}-{heard.text}",
)
def test_what_an_instruction_a_refusal_or_an_ended_rest_leaves_only_a_look_tells(heard: OrderReport) -> None:
    assert events.is_unclear(heard)


def passed_on(**values: str) -> list[StreamEvent]:
    """What the gateway makes of a push."""

    async def main() -> list[StreamEvent]:
        gateway = KiwoomGateway(PRACTICE.at("http://127.0.0.1:9"), Market.STOCK, Keys("k", "s"), FakeClock())
        push = Push("00", {**FRAMES["accepted"]["data"][0]["values"], **values})
        events = list(gateway._read(push))
        await gateway.close()
        return events

    return asyncio.run(main())


@fault("W07")
def test_the_gateway_sets_an_unknown_state_aside_and_asks_for_a_look_where_one_is_needed() -> None:
    assert [type(event) for event in passed_on()] == [OrderReport]
    assert [type(event) for event in passed_on(**{"913": "취소", "902": "0"})] == [OrderReport, Unclear]
    (odd,) = passed_on(**{"913": "무언가새것"})
    assert isinstance(odd, Quarantined) and "무언가새것" in odd.text


def test_sor_is_told_by_its_flag_and_not_by_the_venue_of_the_fill() -> None:
    report = hear("partly_filled", f2134="2", f2136="Y")
    assert report.draft == draft(10, 71_500, venue=Venue.SOR)


def test_the_side_falls_back_to_the_words() -> None:
    report = hear("accepted", f907="", f905="-매도")
    assert report.draft is not None and report.draft.side is Side.SELL


def test_an_unknown_type_keeps_its_words() -> None:
    report = hear("accepted", f906="시간외대량")
    assert (report.draft, report.type_text) == (None, "시간외대량")


def test_gold_has_one_venue() -> None:
    values = {**FRAMES["accepted"]["data"][0]["values"], "9001": "M04020000", "2134": ""}
    report = events.report(values, Hearing(Market.GOLD, DAY, at(0)))
    assert report.draft == draft(10, 71_500, code="M04020000", market=Market.GOLD)


@fault("W07")
@pytest.mark.parametrize(
    "changes",
    [
        {"f9203": ""},
        {"f900": ""},
        {"f900": "1.5"},
        {"f9001": "?"},
        {"f907": "3", "f905": "?"},
        {"f9201": "9999999911"},
        {"f913": "무언가새것"},
        {"f913": ""},
    ],
)
def test_an_event_without_its_essentials_is_unreadable(changes: dict[str, str]) -> None:
    with pytest.raises(Unreadable):
        hear("accepted", **changes)


@pytest.mark.parametrize("changes", [{"f915": ""}, {"f914": ""}, {"f909": ""}])
def test_a_fill_that_does_not_say_how_much_is_set_aside_rather_than_guessed(changes: dict[str, str]) -> None:
    with pytest.raises(Unreadable):
        hear("partly_filled", **changes)
