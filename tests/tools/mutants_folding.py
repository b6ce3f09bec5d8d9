"""What facts add up to: answers, the broker's words, who owns a number, and the rows."""

# ruff: noqa: E501 (a bug is read best on the line it changes)

from __future__ import annotations

from tests.tools.mutant import BINDINGS, INTENTS, LEDGER, MERGE, ROWS, Mutant

FOLDING = (
    Mutant(
        "a lost answer reads as rejected",
        ROWS,
        "            return OrderState.NOT_PLACED if intent.absent else OrderState.UNCONFIRMED",
        "            return OrderState.REJECTED",
    ),
    Mutant(
        "no number reads as not placed",
        ROWS,
        "            return OrderState.NOT_PLACED if intent.absent else OrderState.UNCONFIRMED",
        "            return OrderState.NOT_PLACED",
    ),
    Mutant(
        "a REST row that the trader turned down is nobody's",
        LEDGER,
        "any(looks_like(self._intents[RequestId(name)], number) for name in like)",
        "any(could_be(self._intents[RequestId(name)], number) for name in like)",
    ),
    Mutant(
        "the last report wins",
        MERGE,
        "filled_stated=max(known.filled_stated, other.filled_stated)",
        "filled_stated=other.filled_stated",
    ),
    Mutant(
        "fills add up however often they are told",
        MERGE,
        "        by_number[execution.number] = execution\n",
        "        by_number[repr(execution)] = execution\n",
    ),
    Mutant("what remains may grow", MERGE, "stated=_least(known.stated, other.stated)", "stated=other.stated"),
    Mutant(
        "the kind is what was heard first",
        MERGE,
        "        kind=kind,\n        of=of,\n",
        "        kind=known.kind,\n        of=known.of,\n",
    ),
    Mutant(
        "a match beats an own reply",
        BINDINGS,
        "            if match.ref not in self.owner and match.request not in self.ref_of:",
        "            if True:",
    ),
    Mutant(
        "matches bind in the order of arrival",
        BINDINGS,
        "insort(self._matches, word, key=_by_time)",
        "self._matches.append(word)",
    ),
    Mutant(
        "a claim leaves the matches as they were",
        BINDINGS,
        "if not self._matched.isdisjoint(refs | self._claiming(refs) | requests):",
        "if requests <= self._matched:",
    ),
    Mutant(
        "nobody who may have a number is remembered",
        LEDGER,
        "            (self._open.add if may_have_one else self._open.discard)(request)\n",
        "            self._open.discard(request)\n",
    ),
    Mutant(
        "the first of two picks holds",
        BINDINGS,
        "known is not None and moment(known) >= moment(word)",
        "known is not None",
    ),
    Mutant(
        "a pick yields to what a look found before",
        BINDINGS,
        "        return [*picks, *newer]",
        "        return sorted([*picks, *self._matches], key=_by_time)",
    ),
    Mutant(
        "a match is forgotten when it comes before what it answers",
        LEDGER,
        "            moved += map(self._bound.heed, self._words.get(request, ()))\n",
        "            pass\n",
    ),
    Mutant("the weaker answer holds", INTENTS, "key=lambda a: (-_STRENGTH", "key=lambda a: (_STRENGTH"),
    Mutant(
        "the first judgement holds",
        INTENTS,
        "return replace(intent, judged=fact) if _after(fact, intent.judged) else intent",
        "return replace(intent, judged=fact) if intent.judged is None else intent",
    ),
    Mutant(
        "a verdict stands for an end that came after it",
        INTENTS,
        "self.judged.at >= self.answer.at and ",
        "",
    ),
    Mutant(
        "amended quantity is not taken from the original",
        ROWS,
        "    left = quantity - filled - cancelled - moved\n",
        "    left = quantity - filled - cancelled\n",
    ),
    Mutant(
        "cancelled quantity is not taken from the original",
        ROWS,
        "    left = quantity - filled - cancelled - moved\n",
        "    left = quantity - filled - moved\n",
    ),
    Mutant(
        "a refused change counts as made",
        ROWS,
        "        if number.rejected is not None and not number.filled:\n            return 0\n",
        "",
    ),
    Mutant(
        "an amendment is as large as it was entered",
        ROWS,
        "    if number.kind is ReportKind.AMEND and number.confirmed:\n",
        "    if False:\n",
    ),
    Mutant("one odd row ends a stop", ROWS, "    if draft.type is not OrderType.STOP_LIMIT:\n", "    if True:\n"),
    Mutant("a circle of originals holds", LEDGER, "return passed if at == ref else set()", "return set()"),
    Mutant(
        "a reply that names the original is believed",
        INTENTS,
        "None if self.begun is not None and self.begun.of == self.outcome.ref else self.outcome.ref",
        "self.outcome.ref",
    ),
    Mutant("what is claimed twice is not looked for", INTENTS, " or self.misnamed", ""),
    Mutant("a dropped remainder still works", ROWS, "left if stated is None else min(left, stated)", "left"),
    Mutant(
        "filled because nothing remains",
        ROWS,
        "    if figures.filled >= figures.quantity:\n",
        "    if figures.filled and not figures.remaining:\n",
    ),
    Mutant(
        "an order of another channel has no row",
        LEDGER,
        "self.row_id(number.ref) != row_id or number.kind is ReportKind.CANCEL:",
        'self.row_id(number.ref) != row_id or number.channel != "REST API":',
    ),
    Mutant(
        "what overtakes the answer is a stranger's",
        LEDGER,
        "Origin.ELSEWHERE if all(intent.absent for intent in open_ones) else Origin.PERHAPS_OURS",
        "Origin.ELSEWHERE",
    ),
    Mutant(
        "whose an order is stays as it was first seen",
        LEDGER,
        "            rows |= {_foreign_id(r) for r in self._loose & self._like.numbers(begun) if self._could_be_of(begun, r)}\n",
        "",
    ),
    Mutant(
        "a joined row stays beside the order",
        LEDGER,
        "        rows |= {_foreign_id(ref) for ref in refs if ref in self._bound.owner}  # was a row before it had an owner\n",
        "",
    ),
    Mutant(
        "news is what was not said last time", LEDGER, "merge(known, replace(report, at=_LAST))", "merge(known, report)"
    ),
    Mutant("what was learnt since does not matter", LEDGER, "        self._said.pop(report.ref, None)\n", ""),
    Mutant(
        "an unanswered amendment does not follow its number",
        LEDGER,
        "        rows |= {OrderId(request) for ref in refs for request in self._changes_of.get(ref, ())}\n",
        "",
    ),
    Mutant("a none that was taken back comes back", INTENTS, " and _after(self.judged, self.found)", ""),
    Mutant(
        "what was turned down stays so after a pick",
        INTENTS,
        "for none in self.nones if _after(none, self.picked) for",
        "for none in self.nones for",
    ),
)
