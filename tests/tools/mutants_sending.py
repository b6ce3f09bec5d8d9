"""What may leave, when, and how a send ends: the desk, the gestures and the safety catch."""

# ruff: noqa: E501 (a bug is read best on the line it changes)

from __future__ import annotations

from tests.tools.mutant import DESK, SAFETY, Mutant

SENDING = (
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
        "        if any(draft == waiting for waiting in self.waiting.drafts):",
        "        if False:",
    ),
    Mutant(
        "what waits for the disk does not hold its twin back",
        DESK,
        '        try:\n            await self._journal.append(fact)\n        except JournalBroken as broken:\n            raise Denied(f"기록할 수 없어 보내지 않았습니다: {broken}") from broken\n        finally:\n            self.waiting.leave(OrderId(request))\n',
        '        self.waiting.leave(OrderId(request))\n        try:\n            await self._journal.append(fact)\n        except JournalBroken as broken:\n            raise Denied(f"기록할 수 없어 보내지 않았습니다: {broken}") from broken\n',
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
        "        except BaseException:\n            self.waiting.leave(name)\n            raise\n",
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
        "        if not 0 < quantity <= order.remaining:",
        "        if not 0 < quantity:",
    ),
    Mutant(
        "midnight is the end of what rests",
        "kiwoom_desk/trading/current.py",
        "row.day == self.day or row.alive or bool(row.candidates)",
        "row.day == self.day or (row.alive and not row.remaining) or bool(row.candidates)",
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
        "a second press of a choice is a correction",
        DESK,
        "        if order is None or stale or not",
        "        if order is None or not",
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
    Mutant(
        "none turns down what is another order's",
        DESK,
        "for ref in order.choices if not self.ledger.another_has(order, ref))",
        "for ref in order.choices)",
    ),
    Mutant("a change is held against the order's name", DESK, "self.waiting.names(name, fact.of)", "pass"),
    Mutant("a change in its turn asks for no other", DESK, "            self._first_amendment(original, new_id)\n", ""),
    Mutant(
        "a change follows no number",
        DESK,
        "return order.id if order.own or order.ref is None else self.ledger.row_id(order.ref)",
        "return order.id",
    ),
    Mutant(
        "a change follows a number that was taken back",
        DESK,
        "order.id if order.own or order.ref is None",
        "order.id if order.ref is None",
    ),
)
