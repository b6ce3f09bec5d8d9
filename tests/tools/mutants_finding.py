"""How a lost order is found again: the looks, the matching, the turn of the day."""

from __future__ import annotations

from tests.tools.mutant import MATCHING, RECONCILER, Mutant

FINDING = (
    Mutant(
        "a channel we do not know is taken for ours", MATCHING, 'row.channel not in (None, "", OUR_CHANNEL)', "False"
    ),
    Mutant(
        "another channel's order is a candidate",
        MATCHING,
        "    if from_elsewhere(row.channel):\n        return False\n",
        "",
    ),
    Mutant(
        "what is not understood is no candidate",
        MATCHING,
        "(row.shown is None or same_order(begun.draft, _as_ours(begun.draft, row)))",
        "row.draft is not None and same_order(begun.draft, row.draft)",
    ),
    Mutant(
        "a cancel takes any row of its original",
        MATCHING,
        "sorted((_apart(i, row), _age(i), row.ref) for i",
        "sorted((0, _age(i), row.ref) for i",
    ),
    Mutant(
        "rows known before the send are candidates",
        MATCHING,
        "    if row.first_seen < begun.at:\n",
        "    if False:\n",
    ),
    Mutant(
        "the broker's own time is ignored",
        MATCHING,
        "    return row.ordered_at + LISTED_TO <= sent_there - tolerance",
        "    return False",
    ),
    Mutant(
        "no tolerance for the broker's time",
        MATCHING,
        "TOLERANCE = timedelta(seconds=1.5)",
        "TOLERANCE = timedelta(seconds=-60)",
    ),
    Mutant("the clock difference is ignored", MATCHING, "begun.at + (server_offset or timedelta())", "begun.at"),
    Mutant("the price is ignored", MATCHING, "not ours.type.needs_price or ours.price == listed.price", "True"),
    Mutant("the quantity is ignored", MATCHING, "ours.type, ours.quantity) == (", "ours.type, listed.quantity) == ("),
    Mutant(
        "the side is ignored", MATCHING, "(ours.market, ours.code, ours.side,", "(ours.market, ours.code, listed.side,"
    ),
    Mutant("a look that began before the attempt ended counts", MATCHING, "i.answer.at + GRACE <= began", "True"),
    Mutant("more rows than requests are bound anyway", MATCHING, " or len(candidates) > len(group):", " and False:"),
    Mutant(
        "amendments match new orders",
        MATCHING,
        "return row.kind is ReportKind.NEW and (",
        "return (",
    ),
    Mutant(
        "a cancel matches whatever it cancels",
        MATCHING,
        "row.kind is ReportKind.CANCEL and row.of == begun.of",
        "row.kind is ReportKind.CANCEL",
    ),
    Mutant(
        "requests still being sent do not hold the twins back",
        MATCHING,
        "    if len(ready) < len(group):\n        return []\n",
        "    group = ready or group\n",
    ),
    Mutant(
        "what only the stream has told is a candidate",
        MATCHING,
        "[row for row in rows if Source.DAY_LIST in row.sources]",
        "list(rows)",
    ),
    Mutant(
        "requests of different content share what fits both",
        MATCHING,
        "    if len({_content(i) for i in group}) > 1 or len(",
        "    if len(",
    ),
    Mutant(
        "absence is counted by a clock that can be set",
        RECONCILER,
        "        waited = timedelta(seconds=self._clock.monotonic() - self._ended_at(request))\n",
        "        waited = now - intent.answer.at\n",
    ),
    Mutant(
        "what is asked for during a look is forgotten",
        RECONCILER,
        "        waits = [0.0] if self._asked else []\n",
        "        waits: list[float] = []\n",
    ),
    Mutant(
        "a refused change asks for no look",
        RECONCILER,
        "        if isinstance(outcome, Refused) and intent is not None and _is_change(intent):\n",
        "        if False:\n",
    ),
    Mutant(
        "a bug in a look ends all looks",
        RECONCILER,
        "            except Exception as bug:\n",
        "            except ZeroDivisionError as bug:\n",
    ),
    Mutant(
        "what is open in the next day's list has ended with its day",
        "kiwoom_desk/trading/rollover.py",
        "        if (order.ref.number, order.draft) not in open_now:\n",
        "        if True:\n",
    ),
    Mutant(
        "the lists of the last minute are taken for the day's end",
        "kiwoom_desk/trading/rollover.py",
        "SETTLES = timedelta(minutes=1)",
        "SETTLES = timedelta(minutes=-9)",
    ),
    Mutant("absent after one look", MATCHING, "LOOKS_FOR_ABSENT = 3", "LOOKS_FOR_ABSENT = 1"),
    Mutant(
        "absent after five seconds",
        MATCHING,
        "SECONDS_FOR_ABSENT = timedelta(seconds=30)",
        "SECONDS_FOR_ABSENT = timedelta(seconds=5)",
    ),
    Mutant(
        "absence is final",
        RECONCILER,
        "        waiting = [intent for intent in ledger.seeking() if _may_be_of(intent, look)]",
        "        waiting = [intent for intent in ledger.seeking() if not intent.absent and _may_be_of(intent, look)]",
    ),
    Mutant(
        "an incomplete look counts", RECONCILER, "day, began, False, 0, str(failed)", "day, began, True, 0, str(failed)"
    ),
    Mutant(
        "looks from before the end of the attempt count for absence",
        RECONCILER,
        "looks_since(intent.begun.day, intent.answer.at + GRACE)",
        "looks_since(intent.begun.day, intent.begun.at)",
    ),
    Mutant(
        "the trader's word on a row holds until the next look",
        MATCHING,
        "    return row.ref not in intent.turned_down and not early",
        "    return not early",
    ),
    Mutant(
        "what arrives after midnight is not looked for",
        RECONCILER,
        "    return begun.day == look.day or (",
        "    return begun.day == look.day and (True or ",
    ),
    Mutant("no canaries", RECONCILER, "        if missing:\n", "        if missing and False:\n"),
    Mutant(
        "yesterday is not looked at",
        RECONCILER,
        "        return sorted({self._today()} | {day for day in older if day < self._today()})",
        "        del older\n        return [self._today()]",
    ),
    Mutant(
        "nothing is looked for after a lost answer",
        RECONCILER,
        "                await self._desk.judge(Matched(",
        "                self._stands(request, Verdict.ABSENT) and await self._desk.judge(Matched(",
    ),
    Mutant(
        "the loser of a correction waits",
        RECONCILER,
        "            self._numbered.remove(order_id)\n            self.soon()\n",
        "            self._numbered.remove(order_id)\n",
    ),
    Mutant(
        "each finding of a look is of its own moment",
        RECONCILER,
        "            await self._conclude(finding, now)",
        "            await self._conclude(finding, self._clock.now())",
    ),
    Mutant(
        "a clock that was set may end a day",
        "kiwoom_desk/trading/rollover.py",
        "    if look.server_offset is None:\n        return\n    if look.began + timedelta(seconds=look.server_offset)",
        "    if look.began + timedelta(seconds=look.server_offset or 0)",
    ),
    Mutant(
        "a time nobody has told counts",
        MATCHING,
        "    early = told and _too_early(begun, row, server_offset)",
        "    early = _too_early(begun, row, server_offset)",
    ),
    Mutant(
        "what looks too early is bound without a question",
        MATCHING,
        " or _too_early(begun, row, server_offset):\n        return False\n    return begun.change",
        ":\n        return False\n    return begun.change",
    ),
    Mutant(
        "a choice without anything to choose waits for ever",
        RECONCILER,
        " and any(r not in owner for r in judged.candidates)",
        "",
    ),
)
