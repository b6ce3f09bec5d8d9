"""The deliberate bugs. `find` stands exactly once in `file` (a test holds the table to that); `put` takes its place."""

# ruff: noqa: E501 (a bug is read best on the line it changes)

from __future__ import annotations

from dataclasses import dataclass

DESK, RECONCILER = "kiwoom_desk/trading/desk.py", "kiwoom_desk/trading/reconciler.py"
LEDGER, ROWS = "kiwoom_desk/domain/ledger.py", "kiwoom_desk/domain/rows.py"
MATCHING, MERGE = "kiwoom_desk/domain/matching.py", "kiwoom_desk/domain/broker_orders.py"
INTENTS, BINDINGS, SAFETY = (
    "kiwoom_desk/domain/intents.py",
    "kiwoom_desk/domain/bindings.py",
    "kiwoom_desk/trading/safety.py",
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """`find` stands exactly once in `file`. `equivalent` says why no check can tell it from the original."""

    name: str
    file: str
    find: str
    put: str
    equivalent: str = ""


MUTANTS = (
    Mutant(
        "resend when the answer is lost",
        DESK,
        "            sent = await post(may_leave)\n",
        "            sent = await post(may_leave)\n            if isinstance(sent.outcome, AnswerLost):\n                sent = await post(may_leave)\n",
    ),
    Mutant(
        "a bug while sending counts as not sent",
        DESK,
        'sent = Sent(AnswerLost(f"프로그램 오류로',
        'sent = Sent(NotSent(f"프로그램 오류로',
    ),
    Mutant(
        "journal after the send",
        DESK,
        '            await self._journal.append(fact)\n        except JournalBroken as broken:\n            raise Denied(f"기록할',
        '            self._journal.note(fact)\n        except JournalBroken as broken:\n            raise Denied(f"기록할',
    ),
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
    Mutant("the same gesture may send twice", DESK, "        self._nonces.add(gesture.nonce)\n\n", "\n"),
    Mutant("twins of a lost order may go out", DESK, "        if twins:\n", "        if twins and False:\n"),
    Mutant(
        "no look at the age before the first byte",
        DESK,
        "gesture.age(self._clock) > TOO_OLD:",
        "gesture.age(self._clock) > 60:",
    ),
    Mutant(
        "only the clock that stands still in a sleep tells the age",
        "kiwoom_desk/trading/gestures.py",
        "max(clock.monotonic() - self.monotonic, (clock.wall() - self.wall).total_seconds())",
        "clock.monotonic() - self.monotonic",
    ),
    Mutant(
        "only the clock that may be set tells the age",
        "kiwoom_desk/trading/gestures.py",
        "max(clock.monotonic() - self.monotonic, (clock.wall() - self.wall).total_seconds())",
        "(clock.now() - self.at).total_seconds()",
    ),
    Mutant("an order may be a little older", DESK, "TOO_OLD = 1.5\n", "TOO_OLD = 1.9\n"),
    Mutant(
        "what takes too long to connect leaves all the same",
        DESK,
        "            may_leave = partial(self._stopped_by_now, fact.draft, gesture)\n",
        "            if stopped := self._stopped_by_now(fact.draft, gesture):\n                return await self._answer(request, Sent(NotSent(stopped)))\n",
    ),
    Mutant(
        "the block is not looked at again after the disk",
        DESK,
        "            self._gate.check_open(draft)\n        except Denied",
        "            pass\n        except Denied",
    ),
    Mutant(
        "what waits for its turn does not hold its twin back",
        DESK,
        "        if any(draft == waiting for waiting in self.waiting_drafts):",
        "        if False:",
    ),
    Mutant(
        "what waits for the disk does not hold its twin back",
        DESK,
        '        try:\n            await self._journal.append(fact)\n        except JournalBroken as broken:\n            raise Denied(f"기록할 수 없어 보내지 않았습니다: {broken}") from broken\n        finally:\n            del self._prepared[OrderId(request)]\n',
        '        del self._prepared[OrderId(request)]\n        try:\n            await self._journal.append(fact)\n        except JournalBroken as broken:\n            raise Denied(f"기록할 수 없어 보내지 않았습니다: {broken}") from broken\n',
    ),
    Mutant(
        "an amendment that waits does not hold back the next",
        DESK,
        "        return waiting or any(c.cancel is cancel",
        "        return any(c.cancel is cancel",
    ),
    Mutant(
        "an amendment that is sent does not hold back the next",
        DESK,
        "        return waiting or any(c.cancel is cancel",
        "        return waiting and any(c.cancel is cancel",
    ),
    Mutant(
        "an amendment is written for what remained at the click",
        DESK,
        "                after,\n",
        "                draft,\n",
    ),
    Mutant(
        "a denied change keeps its place for ever",
        DESK,
        "        except BaseException:\n            del self._prepared[name]\n            raise\n",
        "        except ZeroDivisionError:\n            raise\n",
    ),
    Mutant(
        "an answer is shown and not written",
        DESK,
        '            await self._journal.append(fact)\n        except JournalBroken as broken:\n            log.error("an answer',
        '            pass\n        except JournalBroken as broken:\n            log.error("an answer',
    ),
    Mutant(
        "a judgement is shown and not written",
        DESK,
        '            await self._journal.append(fact)\n        except JournalBroken as broken:\n            log.error("a judgement',
        '            pass\n        except JournalBroken as broken:\n            log.error("a judgement',
    ),
    Mutant(
        "a restart forgets what was spent today",
        DESK,
        "                self._gate.count(fact.at, value or 0)\n",
        "",
    ),
    Mutant(
        "what goes out together is counted apart",
        DESK,
        "                self._gate.count(fact.at, fact.value or 0)\n",
        "                asyncio.get_running_loop().call_later(0.4, self._gate.count, fact.at, fact.value or 0)\n",
    ),
    Mutant(
        "a number that another order holds is believed",
        DESK,
        "        return owner is not None and owner != request and owner not in self.ledger.bindings.by_look",
        "        return False",
    ),
    Mutant(
        "no restart turns a send without answer into a lost one",
        DESK,
        "            if intent.begun is not None and intent.answer is None:",
        "            if False:",
    ),
    Mutant(
        "a restart takes a send without answer for not sent",
        DESK,
        'lost = AnswerLost("프로그램이',
        'lost = NotSent("프로그램이',
    ),
    Mutant("a restart forgets which gestures are spent", DESK, "                self._nonces.add(fact.order_id)\n", ""),
    Mutant(
        "the block does not stop what waits",
        DESK,
        "                self._gate.check(fact.draft, fact.value)\n",
        "",
    ),
    Mutant(
        "the block stops cancels",
        DESK,
        "        asked = self._changeable(order_id)\n        self._disk_works()\n",
        "        asked = self._changeable(order_id)\n        self._gate.check(asked.draft, 0)\n        self._disk_works()\n",
    ),
    Mutant(
        "a cancel names the number the row had at the click",
        DESK,
        "        while order is not None and not order.can_change and order.replaced_by:",
        "        while False:",
    ),
    Mutant(
        "a part larger than the remainder may be cancelled",
        DESK,
        "            if not 0 < quantity <= asked.remaining:",
        "            if not 0 < quantity:",
    ),
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
        "        if row.ordered_at + LISTED_TO <= sent_there - tolerance:\n            return False\n",
        "        del tolerance, sent_there\n",
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
        "midnight is the end of what rests",
        DESK,
        "o.day == today or o.alive or o.candidates]",
        "o.day == today or o.state in WAITING or o.candidates]",
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
        "    return row.ref not in intent.turned_down and looks_like(",
        "    return looks_like(",
    ),
    Mutant(
        "a REST row that the trader turned down is nobody's",
        LEDGER,
        "any(looks_like(self._intents[RequestId(name)], number) for name in like)",
        "any(could_be(self._intents[RequestId(name)], number) for name in like)",
    ),
    Mutant(
        "the trader's none cannot be taken back",
        DESK,
        "elif ref not in order.choices or ref == order.ref:",
        "elif ref not in order.candidates:",
    ),
    Mutant(
        "none turns down what the trader has not seen",
        DESK,
        "            if not set(order.choices) <= set(shown):\n",
        "            if False:\n",
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
        "known is not None and _moment(known) >= _moment(word)",
        "known is not None",
    ),
    Mutant(
        "a pick yields to what a look found before",
        BINDINGS,
        "        return [*picks, *newer]",
        "        return sorted([*picks, *self._matches], key=_by_time)",
    ),
    Mutant(
        "a second press of a choice is a correction",
        DESK,
        "        if order is None or stale or not",
        "        if order is None or not",
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
        "> (intent.judged.at, repr(intent.judged))",
        "< (intent.judged.at, repr(intent.judged))",
    ),
    Mutant(
        "a verdict stands for an end that came after it",
        INTENTS,
        " and self.judged.at >= self.answer.at",
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
        "perhaps_ours=any(not intent.absent for intent in open_ones)",
        "perhaps_ours=False",
    ),
    Mutant(
        "whose an order is stays as it was first seen",
        LEDGER,
        "            rows |= {_foreign_id(r) for r in self._loose & self._like.numbers(begun)}\n",
        "",
    ),
    Mutant(
        "a joined row stays beside the order",
        LEDGER,
        "        rows |= {_foreign_id(ref) for ref in refs if ref in self._bound.owner}  # was a row before it had an owner\n",
        "",
    ),
    Mutant(
        "the block is forgotten by a restart",
        SAFETY,
        "            self.blocked = True\n\n    def _remember",
        "            self.blocked = False\n\n    def _remember",
    ),
    Mutant("the first word about the block holds", SAFETY, "told[-1] == BLOCKED", "told[0] == BLOCKED"),
    Mutant("the limit of a minute begins anew at midnight", SAFETY, " and at - self._sent[0][0] >= MINUTE:", ":"),
    Mutant(
        "arming never ends",
        SAFETY,
        "self.armed_until is not None and self._clock.now() < self.armed_until",
        "self.armed_until is not None",
    ),
    Mutant("limits count only what was filled", SAFETY, "        self._sent.append((at, value))\n", ""),
)
