"""The fold: facts in, orders out. Whatever the order and repetition of the facts, the orders end the same.

The ledger keeps three small truths (our intents, the broker's numbers, who owns which) and computes rows from them
(`rows`); it assigns no state. `add` is plain code that cannot be interrupted, and cheap: only touched rows are
computed again, however many the day holds. Nothing the broker can say makes it raise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from operator import attrgetter

from kiwoom_desk.domain import intents as intent_rules
from kiwoom_desk.domain.bindings import Bindings, Moved
from kiwoom_desk.domain.broker_orders import BrokerOrder, merge
from kiwoom_desk.domain.facts import (
    Answered,
    Cancelling,
    Fact,
    Judged,
    Looked,
    Matched,
    Noted,
    OrderId,
    Placing,
    Reported,
    RequestId,
    Verdict,
    request_of,
)
from kiwoom_desk.domain.instruments import SEOUL
from kiwoom_desk.domain.intents import Intent
from kiwoom_desk.domain.likeness import Likeness
from kiwoom_desk.domain.matching import GRACE, could_be, looks_like
from kiwoom_desk.domain.orders import Order
from kiwoom_desk.domain.reports import OUR_CHANNEL, BrokerRef, OrderReport, ReportKind
from kiwoom_desk.domain.rows import Kid, Origin, build_row
from kiwoom_desk.domain.searches import Search, search

_LAST = datetime.max.replace(tzinfo=SEOUL)
_words = attrgetter(*(part.name for part in fields(OrderReport) if part.name != "at"))
"""What a report says, whenever it was heard."""

Touched = tuple[set[BrokerRef], set[RequestId]]
"""Numbers and requests whose rows, and the rows next to them, may have changed."""


class Ledger:
    """All orders of one account, as far as its facts tell. Also keeps each order's facts for its story.

    `_loose` are the broker's numbers that no order of ours owns, `_open` the requests that have no number and may
    have one: no answer yet, or none that can be used."""

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self._intents: dict[RequestId, Intent] = {}
        self._numbers: dict[BrokerRef, BrokerOrder] = {}
        self._words: defaultdict[RequestId, set[Matched | Judged]] = defaultdict(set)
        self._looks: set[tuple[date, datetime]] = set()
        self._looked: defaultdict[date, set[Looked]] = defaultdict(set)
        self._bound = Bindings()
        self._loose: set[BrokerRef] = set()
        self._open: set[RequestId] = set()
        self._kids: defaultdict[BrokerRef, set[BrokerRef]] = defaultdict(set)
        self._changes_of: defaultdict[BrokerRef, set[RequestId]] = defaultdict(set)
        self._like = Likeness()
        self._facts_of: defaultdict[RequestId | BrokerRef, list[Fact]] = defaultdict(list)
        self._said: defaultdict[BrokerRef, list[tuple[object, ...]]] = defaultdict(list)
        self._rows: dict[OrderId, Order] = {}
        self.add(*facts)

    # --- reading -----------------------------------------------------------------------------------------------
    def orders(self) -> Sequence[Order]:
        """Every row, in the order in which they first appeared here; those that came together by their time."""
        return tuple(self._rows.values())

    def order(self, order_id: OrderId) -> Order | None:
        return self._rows.get(order_id)

    def intent(self, request: RequestId) -> Intent | None:
        return self._intents.get(request)

    def intents(self) -> Iterable[Intent]:
        return self._intents.values()

    def seeking(self) -> Sequence[Intent]:
        """Those that have no number and may have one: no answer yet, or none that can be used. Oldest name first."""
        return [self._intent(request) for request in sorted(self._open)]

    def number(self, ref: BrokerRef) -> BrokerOrder | None:
        return self._numbers.get(ref)

    def numbers(self) -> Iterable[BrokerOrder]:
        return self._numbers.values()

    @property
    def bindings(self) -> Bindings:
        return self._bound

    def row_id(self, ref: BrokerRef) -> OrderId:
        """The row that shows this number: our own order's when it is ours, else a name made from the number.

        A cancel has no row: a number that is claimed for one by mistake keeps its own."""
        return self._own_row(ref) or _foreign_id(ref)

    def _own_row(self, ref: BrokerRef) -> OrderId | None:
        owner = self._bound.owner.get(ref)
        return OrderId(owner) if owner is not None and isinstance(self._intents[owner].begun, Placing) else None

    def another_has(self, order: Order, ref: BrokerRef) -> bool:
        """True when the number belongs to another order of ours by now."""
        request = RequestId(order.id)
        return self._bound.owner.get(ref, request) != request

    def can_choose(self, order: Order, ref: BrokerRef) -> bool:
        """What another order has is not to be had. But two may have been taken for each other: the correction of a pick
        puts what only a look gave to the other where it belongs."""
        return not self.another_has(order, ref) or (order.picked and self._bound.owner[ref] in self._bound.by_look)

    def looks_since(self, day: date, moment: datetime) -> int:
        """Complete looks at `day` that began at or after `moment`."""
        return sum(1 for of, began in self._looks if of == day and began >= moment)

    def says_news(self, report: OrderReport) -> bool:
        """True when the report adds to what is known of its number, so that it is worth keeping.

        Lists repeat themselves look after look; what has once said nothing new, however late it was said, is known by
        its words until something else is learnt of its number."""
        known, words = self._numbers.get(report.ref), _words(report)
        if known is None:
            return True
        if words in self._said.get(report.ref, ()) and report.at >= known.first_seen:
            return False
        if known == merge(known, replace(report, at=_LAST)):
            self._said[report.ref].append(words)
            return report.at < known.first_seen
        return known != merge(known, report)

    def story(self, order_id: OrderId) -> Sequence[Fact]:
        """Every fact about this order and the requests to change it, by time: also about numbers that could be theirs,
        and the looks for those whose answer was lost."""
        order = self._rows.get(order_id)
        if order is None:
            return ()
        keys: set[RequestId | BrokerRef] = {RequestId(order_id)}
        if order.ref is not None:
            keys |= {order.ref, *self._changes_of.get(order.ref, ()), *self._kids.get(order.ref, ())}
            keys |= {request for kid in self._kids.get(order.ref, ()) if (request := self._bound.owner.get(kid))}
        told = [fact for key in keys for fact in self._facts_of.get(key, ())]
        could_be_it = {ref for fact in told if isinstance(fact, Judged) for ref in fact.candidates}
        told += [fact for ref in could_be_it for fact in self._facts_of.get(ref, ())]
        searches = [span for key in keys if isinstance(key, str) and (span := self._search(key)) is not None]
        looks = {look for span in searches for look in self._looked.get(span.day, ()) if span.holds(look)}
        facts = [*sorted(looks, key=lambda look: look.began), *{id(fact): fact for fact in told}.values()]
        return sorted(facts, key=lambda fact: fact.at)

    def _search(self, request: RequestId) -> Search | None:
        intent = self._intents.get(request)
        known = self._facts_of.get(request, ())
        return None if intent is None else search(intent, known, bound=request in self._bound.ref_of)

    # --- learning ----------------------------------------------------------------------------------------------
    def add(self, *facts: Fact) -> frozenset[OrderId]:
        """Learn facts; returns the rows that changed, appeared or vanished (ask `order` which).

        Many together end as one by one, but each row is computed once, at the end."""
        refs, requests = set[BrokerRef](), set[RequestId]()
        for fact in facts:
            numbers, asked = self._learn(fact)
            refs |= numbers
            requests |= asked
        return self._recompute(refs, requests)

    def _learn(self, fact: Fact) -> Touched:
        match fact:
            case Placing() | Cancelling():
                return self._begin(fact)
            case Answered():
                return self._update(fact.request, intent_rules.answered(self._intent(fact.request), fact), fact)
            case Judged():
                touched = self._update(fact.request, intent_rules.judged(self._intent(fact.request), fact), fact)
                none = fact.by == intent_rules.TRADER and fact.verdict is Verdict.ABSENT
                return self._heed(fact, *touched) if none else touched
            case Matched():
                if fact not in self._words[fact.request]:
                    self._facts_of[fact.request].append(fact)
                    self._intents[fact.request] = intent_rules.found(self._intent(fact.request), fact)
                return self._heed(fact, {fact.ref}, {fact.request})
            case Reported():
                return self._report(fact)
            case Looked():
                return self._look(fact)
            case Noted():
                return set(), set()

    def _intent(self, request: RequestId) -> Intent:
        return self._intents.get(request) or Intent(request)

    def _begin(self, fact: Placing | Cancelling) -> Touched:
        request = request_of(fact)
        if fact.of is not None:
            self._changes_of[fact.of].add(request)
        if isinstance(fact, Placing):
            self._like.placed(fact)
        return self._update(request, intent_rules.began(self._intent(request), fact), fact)

    def _update(self, request: RequestId, intent: Intent, fact: Fact) -> Touched:
        before = self._intent(request)
        if intent == before and request in self._intents:
            return set(), set()
        self._intents[request] = intent
        self._facts_of[request].append(fact)
        moved = [self._bound.reply(request, intent.written_at, intent.own_ref)]
        if before.begun is None and intent.begun is not None:  # what was found of it counts from now on
            moved += map(self._bound.heed, self._words.get(request, ()))
        return self._moved({ref for ref in (intent.own_ref,) if ref is not None}, {request}, moved)

    def _heed(self, word: Matched | Judged, refs: set[BrokerRef], requests: set[RequestId]) -> Touched:
        """What a look found or the trader said, once: it counts as soon as the request itself is known."""
        known = self._words[word.request]
        if word in known:
            return refs, requests
        known.add(word)
        begun = self._intent(word.request).begun is not None
        return self._moved(refs, requests, [self._bound.heed(word)] if begun else [])

    def _moved(self, refs: set[BrokerRef], requests: set[RequestId], moves: Iterable[Moved]) -> Touched:
        for moved in moves:
            for request in moved.turned:
                contested = request in self._bound.contested
                self._intents[request] = replace(self._intents[request], contested=contested)
            self._loose -= moved.refs
            self._loose |= {ref for ref in moved.refs if ref in self._numbers and self._own_row(ref) is None}
            refs |= moved.refs
            requests |= moved.requests | moved.turned
        for request in requests:
            intent = self._intent(request)
            may_have_one = request not in self._bound.ref_of and (intent.outcome is None or intent.lost)
            (self._open.add if may_have_one else self._open.discard)(request)
        return refs, requests

    def _report(self, fact: Reported) -> Touched:
        report = fact.report
        known, circle = self._numbers.get(report.ref), self._circle(report.ref)
        merged = self._numbers[report.ref] = merge(known, report)
        if merged == known:
            return set(), set()
        self._facts_of[report.ref].append(fact)
        self._said.pop(report.ref, None)
        if self._own_row(report.ref) is None:
            self._loose.add(report.ref)
        self._like.listed(known, merged)
        touched = {report.ref, *circle, *self._circle(report.ref)}
        if known is not None and known.of is not None and known.of != merged.of:
            self._kids[known.of].discard(report.ref)
            touched.add(known.of)
        if merged.of is not None:
            self._kids[merged.of].add(report.ref)
        return touched, set()

    def _look(self, fact: Looked) -> Touched:
        self._looked[fact.day].add(fact)
        look = (fact.day, fact.began)
        if not fact.complete or look in self._looks:
            return set(), set()
        self._looks.add(look)
        return set(), {intent.request for intent in self.seeking() if intent.lost}

    # --- computing ---------------------------------------------------------------------------------------------
    def _recompute(self, refs: set[BrokerRef], requests: set[RequestId]) -> frozenset[OrderId]:
        changed, fresh = set(), list[Order]()
        for row_id in self._affected(refs, requests):
            row, known = self._build(row_id), self._rows.get(row_id)
            if row == known:
                continue
            changed.add(row_id)
            if row is None:
                del self._rows[row_id]
            elif known is None:
                fresh.append(row)
            else:
                self._rows[row_id] = row
        self._rows |= {row.id: row for row in sorted(fresh, key=lambda row: (row.at, row.id))}
        return frozenset(changed)

    def _affected(self, refs: set[BrokerRef], requests: set[RequestId]) -> set[OrderId]:
        rows = {self.row_id(ref) for ref in self._neighbours(refs)}
        rows |= {_foreign_id(ref) for ref in refs if ref in self._bound.owner}  # was a row before it had an owner
        rows |= {OrderId(request) for ref in refs for request in self._changes_of.get(ref, ())}
        for request in requests:
            rows.add(OrderId(request))
            ref = self._bound.ref_of.get(request)
            begun = self._intent(request).begun
            near = {r for r in (ref, None if begun is None else begun.of) if r is not None}
            rows |= {self.row_id(r) for r in self._neighbours(near)}
            rows |= {_foreign_id(r) for r in self._loose & self._like.numbers(begun) if self._could_be_of(begun, r)}
        return rows

    def _could_be_of(self, begun: Placing | Cancelling | None, ref: BrokerRef) -> bool:
        """What was there before a request is none of its making, whatever comes of it."""
        return begun is not None and self._numbers[ref].first_seen >= begun.at

    def _neighbours(self, refs: set[BrokerRef]) -> set[BrokerRef]:
        """The numbers whose rows depend on these: they, what they amend or cancel, what amends or cancels them."""
        near = set(refs)
        for ref in refs:
            known = self._numbers.get(ref)
            if known is not None and known.of is not None:
                near.add(known.of)
            near |= self._kids.get(ref, set())
        return near

    def _build(self, row_id: OrderId) -> Order | None:
        request = RequestId(row_id)
        intent = self._intents.get(request)
        if intent is not None:
            if not isinstance(intent.begun, Placing):
                return None
            ref = self._bound.ref_of.get(request)
            number = None if ref is None else self._numbers.get(ref)
        else:
            number = self._foreign(row_id)
            if number is None:
                return None
            ref = number.ref
        return build_row(
            row_id,
            intent,
            ref,
            number,
            kids=[self._kid(kid) for kid in sorted(self._kids_of(ref))],
            requests=[(asked, self._looks_for(asked)) for asked in self._open_requests(ref)],
            replaces=self._replaced(intent, number),
            confirmed_by_look=request in self._bound.by_look,
            picked=self._bound.picked(request),
            looks=self._looks_for(intent),
            origin=Origin.OURS if number is None or intent is not None else self._origin(number),
        )

    def _origin(self, number: BrokerOrder) -> Origin:
        """Whose the order is that none of our requests owns, as far as those that it fits tell."""
        like = self._like.requests(number)
        may_have_one = [self._intents[RequestId(name)] for name in like & self._open]
        if open_ones := [intent for intent in may_have_one if could_be(intent, number)]:
            return Origin.ELSEWHERE if all(intent.absent for intent in open_ones) else Origin.PERHAPS_OURS
        through_us = number.channel == OUR_CHANNEL
        orphan = through_us and any(looks_like(self._intents[RequestId(name)], number) for name in like)
        return Origin.ORPHAN if orphan else Origin.ELSEWHERE

    def _kids_of(self, ref: BrokerRef | None) -> set[BrokerRef]:
        """What amends or cancels this number, except where that leads back to itself: then nobody's word holds."""
        return set() if ref is None else self._kids.get(ref, set()) - self._circle(ref)

    def _circle(self, ref: BrokerRef) -> set[BrokerRef]:
        """The numbers, `ref` among them, that name each other as originals in a circle; none where there is none."""
        passed: set[BrokerRef] = set()
        at: BrokerRef | None = ref
        while at is not None and at not in passed:
            passed.add(at)
            number = self._numbers.get(at)
            at = None if number is None else number.of
        return passed if at == ref else set()

    def _foreign(self, row_id: OrderId) -> BrokerOrder | None:
        ref = _ref_in(row_id)
        number = None if ref is None else self._numbers.get(ref)
        if number is None or self.row_id(number.ref) != row_id or number.kind is ReportKind.CANCEL:
            return None
        return number

    def _kid(self, ref: BrokerRef) -> Kid:
        owner = self._bound.owner.get(ref)
        return Kid(self._numbers[ref], self.row_id(ref), None if owner is None else self._intents[owner])

    def _open_requests(self, ref: BrokerRef | None) -> list[Intent]:
        """Requests of ours to change this number that are not (yet) one of the broker's own rows."""
        if ref is None:
            return []
        kids = self._kids_of(ref)
        wanted = sorted(self._changes_of.get(ref, ()))
        return [self._intents[r] for r in wanted if r in self._intents and self._bound.ref_of.get(r) not in kids]

    def _replaced(self, intent: Intent | None, number: BrokerOrder | None) -> OrderId | None:
        if intent is not None and isinstance(intent.begun, Placing):
            return intent.begun.replaces if intent.begun.of is None else self.row_id(intent.begun.of)
        if number is None or number.kind is not ReportKind.AMEND or number.of is None or self._circle(number.ref):
            return None
        return self.row_id(number.of)

    def _looks_for(self, intent: Intent | None) -> int:
        if intent is None or intent.begun is None or intent.answer is None or not intent.lost:
            return 0
        if intent.request in self._bound.ref_of:
            return 0
        return self.looks_since(intent.begun.day, intent.answer.at + GRACE)


def _foreign_id(ref: BrokerRef) -> OrderId:
    day = ref.day
    return OrderId(f"{day.year:04}{day.month:02}{day.day:02}-{ref.number:07}")


def _ref_in(row_id: OrderId) -> BrokerRef | None:
    """The number that a foreign row's name is made of; None for a name of ours."""
    day, dash, number = row_id.partition("-")
    if not dash or len(day) != 8 or not number.isdigit():
        return None
    return BrokerRef(date.fromisoformat(day), int(number))
