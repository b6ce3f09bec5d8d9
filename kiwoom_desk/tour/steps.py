"""The steps of the tour. Each does one thing a trader does and waits until the screen says that it is done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from PySide6.QtWidgets import QApplication

from kiwoom_desk.app import Program
from kiwoom_desk.domain.instruments import Instrument, InstrumentKind, Market, Side, Venue
from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.orders import Order, OrderState
from kiwoom_desk.domain.ticks import step_price, tick_at
from kiwoom_desk.tour.desk_hands import Terms, Trader
from kiwoom_desk.tour.hands import Missed, click, pause, until
from kiwoom_desk.trading.environments import World
from kiwoom_desk.trading.lane import LaneState
from kiwoom_desk.ui.blotter.cancel_all import CancelAll, Scope
from kiwoom_desk.ui.blotter.filter import Show

CHEAP, AFFORDABLE = 12_000_000, 42_000_000
"""Won: what the partial fill may cost without looking further, and at most; the practice account has fifty million."""

CANDIDATES = ("086790", "005490", "105560", "114800", "011200", "012330", "247540", "035720")
"""Issues whose best ask is small enough to take whole."""

ATTEMPTS = 5
"""The market goes on by itself: what it takes away before the hand is there is tried again so often."""

SAMSUNG, HYNIX, GOLD_KILO = "005930", "000660", "M04020000"
GOLD_TICK = 10


@dataclass
class Scene:
    """What the steps share. `kept` are orders that a later step needs, by a name."""

    program: Program
    trader: Trader
    application: QApplication
    kept: dict[str, str] = field(default_factory=dict)

    def instrument(self, code: str) -> Instrument:
        found = self.program.workspace.directory.get(code)
        if found is None:
            raise Missed(f"{code} is not in the directory")
        return found

    def steps(self, code: str, price: int, count: int) -> int:
        """`price` moved by `count` ticks of its own table."""
        return step_price(self.program.workspace.rules, self.instrument(code).kind, price, count)

    async def state(self, order_id: str, *states: OrderState) -> Order:
        """Wait until the row of this order shows one of `states`."""
        words = " or ".join(state.value for state in states)
        await until(lambda: self.trader.order(order_id).state in states, f"the order to be {words}")
        return self.trader.order(order_id)


async def connect(scene: Scene) -> None:
    work = scene.program.workspace
    await work.switch(World.PRACTICE)
    connection = work.connection
    assert connection is not None
    for lane in connection.lanes.values():
        if lane.state is not LaneState.READY:
            raise Missed(f"{lane.market.value}: {lane.sentence}")
    await until(lambda: work.directory.at is not None, "the instruments of the day")
    await until(lambda: connection.lanes[Market.STOCK].stream_up, "the stream")


async def rest(scene: Scene) -> None:
    """A limit buy well below the market."""
    code = await _small_ask(scene)
    bid = scene.trader.quote(Market.STOCK, code).best_bid or 0
    quantity = _ask_size(scene, code) + 20
    order = await scene.trader.send(Terms(Market.STOCK, code, Side.BUY, quantity, scene.steps(code, bid, -8)))
    scene.kept |= {"code": code, "resting": order.id}
    await scene.state(order.id, OrderState.WORKING)


async def amend(scene: Scene) -> None:
    code, first = scene.kept["code"], scene.kept["resting"]
    price = scene.trader.order(first).draft.price or 0
    child = await scene.trader.amend(first, scene.steps(code, price, 2))
    await scene.state(first, OrderState.REPLACED)
    await scene.state(child.id, OrderState.WORKING)
    scene.kept["resting"] = child.id


async def partly_fill(scene: Scene) -> None:
    """Amended up to the best ask, the order takes what stands there and rests with the remainder.

    The market goes on meanwhile: when others fill the rest too soon, a new order tries again."""
    for _ in range(ATTEMPTS):
        order = scene.trader.order(scene.kept["resting"])
        code = scene.kept["code"]
        if order.state is not OrderState.WORKING:
            await rest(scene)
            continue
        if order.draft.quantity > _ask_size(scene, code):
            ask = scene.trader.quote(Market.STOCK, code).best_ask or 0
            child = await scene.trader.amend(order.id, ask)
        else:
            await scene.trader.cancel(order.id)
            await scene.state(order.id, OrderState.CANCELED)
            await rest(scene)
            continue
        await until(lambda child=child: scene.trader.order(child.id).filled > 0, "a fill")  # type: ignore[misc]
        scene.kept["resting"] = child.id
        if scene.trader.order(child.id).partly_filled:
            return
    raise Missed(f"no partial fill in {ATTEMPTS} attempts")


async def cancel_rest(scene: Scene) -> None:
    """The remainder is withdrawn. When others fill it first there is nothing left to withdraw: then once more."""
    for _ in range(ATTEMPTS):
        order_id = scene.kept["resting"]
        if scene.trader.order(order_id).can_change:
            await scene.trader.cancel(order_id)
        order = await scene.state(order_id, OrderState.CANCELED, OrderState.FILLED)
        if order.state is OrderState.CANCELED:
            if not (order.filled and order.cancelled):
                raise Missed("the cancelled order shows no fill and no cancelled rest")
            return
        await rest(scene)
        await partly_fill(scene)
    raise Missed(f"the rest was filled before its cancel, {ATTEMPTS} times")


async def market_sell(scene: Scene) -> None:
    terms = Terms(Market.STOCK, SAMSUNG, Side.SELL, 5, type=OrderType.MARKET)
    order = await scene.trader.send(terms)
    await scene.state(order.id, OrderState.FILLED)


async def nxt(scene: Scene) -> None:
    await _rest_on(scene, HYNIX, Venue.NXT)


async def sor(scene: Scene) -> None:
    await _rest_on(scene, SAMSUNG, Venue.SOR)


async def _rest_on(scene: Scene, code: str, venue: Venue) -> None:
    form = await scene.trader.write(Terms(Market.STOCK, code, Side.BUY, 3, venue=venue))
    bid = scene.trader.quote(Market.STOCK, code).best_bid or 0
    order = await scene.trader.send(Terms(Market.STOCK, code, Side.BUY, 3, scene.steps(code, bid, -6), venue=venue))
    await scene.state(order.id, OrderState.WORKING)
    assert form.venue.value is venue
    assert order.draft.venue is venue


async def stop_limit(scene: Scene) -> None:
    """28 on KRX: the trigger above the market, the limit above the trigger."""
    await scene.trader.write(Terms(Market.STOCK, SAMSUNG, Side.BUY, 2))
    ask = scene.trader.quote(Market.STOCK, SAMSUNG).best_ask or 0
    trigger = scene.steps(SAMSUNG, ask, 15)
    terms = Terms(
        Market.STOCK, SAMSUNG, Side.BUY, 2, scene.steps(SAMSUNG, trigger, 2), OrderType.STOP_LIMIT, trigger=trigger
    )
    order = await scene.trader.send(terms)
    await scene.state(order.id, OrderState.WORKING)
    assert order.draft.trigger == trigger


async def off_tick(scene: Scene) -> None:
    """The form stops a price between two ticks, keeps what was typed, and offers the nearest."""
    before = len(scene.trader.orders())
    bid = scene.trader.quote(Market.STOCK, SAMSUNG).best_bid or 0
    rules = scene.program.workspace.rules
    wrong = bid + tick_at(rules, InstrumentKind.SHARE, bid) // 2 + 1
    form = await scene.trader.write(Terms(Market.STOCK, SAMSUNG, Side.BUY, 1, wrong))
    assert not form.send.ready, "an off-tick price can be sent"
    await click(form.send)
    await pause(0.3)
    assert len(scene.trader.orders()) == before, "an off-tick order left the form"
    assert form.price.value == wrong, "what was typed is gone"


async def refused(scene: Scene) -> None:
    """More than the holding: the form warns, the broker refuses, its words are shown."""
    code = "069500"
    await scene.trader.write(Terms(Market.STOCK, code, Side.SELL, 1))
    ask = scene.trader.quote(Market.STOCK, code).best_ask or 0
    order = await scene.trader.send(Terms(Market.STOCK, code, Side.SELL, 5_000, scene.steps(code, ask, 3)))
    order = await scene.state(order.id, OrderState.REJECTED)
    assert order.reason, "a refusal without words"


async def gold_buy(scene: Scene) -> None:
    await _gold(scene, Side.BUY)


async def gold_sell(scene: Scene) -> None:
    await _gold(scene, Side.SELL)


async def _gold(scene: Scene, side: Side) -> None:
    """A limit through the touch, so that it fills now. Gold's prices are asked for every few seconds and the market
    goes on in between: hence a price heard after the ticket was opened, and half a percent of room."""
    opened = scene.program.workspace.now()
    await scene.trader.write(Terms(Market.GOLD, GOLD_KILO, side, 3))

    def fresh() -> bool:
        at = scene.trader.quote(Market.GOLD, GOLD_KILO).at
        return at is not None and at > opened

    await until(fresh, "a price of now for gold")
    quote = scene.trader.quote(Market.GOLD, GOLD_KILO)
    touch, way = (quote.best_ask, 1) if side is Side.BUY else (quote.best_bid, -1)
    price = ((touch or 0) * (200 + way) // 200) // GOLD_TICK * GOLD_TICK
    order = await scene.trader.send(Terms(Market.GOLD, GOLD_KILO, side, 3, price))
    await scene.state(order.id, OrderState.FILLED)


async def gold_amend(scene: Scene) -> None:
    await scene.trader.write(Terms(Market.GOLD, GOLD_KILO, Side.BUY, 10))
    bid = scene.trader.quote(Market.GOLD, GOLD_KILO).best_bid or 0
    low = bid * 98 // 100 // GOLD_TICK * GOLD_TICK  # far enough to rest while the market moves, near enough to be sane
    order = await scene.trader.send(Terms(Market.GOLD, GOLD_KILO, Side.BUY, 10, low))
    await scene.state(order.id, OrderState.WORKING)
    child = await scene.trader.amend(order.id, low + 10 * GOLD_TICK)
    await scene.state(order.id, OrderState.REPLACED)
    await scene.state(child.id, OrderState.WORKING)
    scene.kept["gold"] = child.id


async def gold_cancel(scene: Scene) -> None:
    await scene.trader.cancel(scene.kept["gold"])
    await scene.state(scene.kept["gold"], OrderState.CANCELED)


async def cancel_all(scene: Scene) -> None:
    """일괄취소: all ticked, one confirmation, a result per row."""
    blotter = scene.trader.blotter
    await click(blotter.tabs[Show.OPEN])
    await click(blotter.cancel_all)
    await until(lambda: _dialog(scene) is not None, "the list to cancel from")
    dialog = _dialog(scene)
    assert dialog is not None
    await click(dialog.scope.buttons[Scope.ALL])
    ticked = dialog.ticked()
    assert ticked, "nothing is ticked"
    await click(dialog.go)
    await until(lambda: all(_told(dialog.outcome_of(n)) for n in ticked), "a result in every row")
    assert any("접수" in dialog.outcome_of(n) for n in ticked), "no cancel was accepted"
    await click(dialog.leave)
    await until(lambda: not any(o.can_change for o in scene.trader.orders()), "every order to be cancelled")
    await click(blotter.tabs[Show.ALL])


def _told(outcome: str) -> bool:
    """A row has its result; an order that was filled meanwhile says so instead of being cancelled."""
    return outcome not in ("", "보내는 중…")


def _dialog(scene: Scene) -> CancelAll | None:
    found = [w for w in scene.trader.blotter.findChildren(CancelAll) if w.isVisible()]
    return found[0] if found else None


async def to_mock(scene: Scene) -> None:
    """Without keys the mock says so, where the trader looks, and sends nothing."""
    await scene.trader.go_to(World.MOCK)
    connection = scene.program.workspace.connection
    assert connection is not None
    if any(lane.state is not LaneState.NO_KEYS for lane in connection.lanes.values()):
        raise Missed("this machine has keys for the mock; the tour does not use them")
    await until(lambda: "앱키" in scene.trader.blotter.empty.text(), "a clear word about the missing keys")
    assert not scene.trader.orders(), "rows of another world"


async def back(scene: Scene) -> None:
    await scene.trader.go_to(World.PRACTICE)
    await until(lambda: len(scene.trader.orders()) > 10, "the orders of the day")
    await until(lambda: scene.program.workspace.directory.at is not None, "the instruments of the day")


async def history(scene: Scene) -> None:
    """One order's whole life, two clicks away."""
    order_id = scene.kept["resting"]
    await scene.trader.select(order_id, twice=True)
    windows = [w for w in QApplication.topLevelWidgets() if type(w).__name__ == "HistoryWindow" and w.isVisible()]
    if not windows:
        raise Missed("no history opened")
    assert windows[0].timeline.topLevelItemCount() > 4  # type: ignore[attr-defined]
    await pause(0.2)
    windows[0].close()


async def _small_ask(scene: Scene) -> str:
    """An issue whose best ask can be taken whole for a moderate sum; looks at each in the ticket, as a person would.

    A busy market shows none at times: it then goes round again.
    """
    known = [code for code in CANDIDATES if scene.program.workspace.directory.get(code) is not None]
    for enough in (CHEAP, AFFORDABLE, AFFORDABLE, AFFORDABLE):
        for code in known:
            await scene.trader.write(Terms(Market.STOCK, code, Side.BUY, 1))
            await until(lambda code=code: _ask_size(scene, code) > 0, f"the book of {code}")  # type: ignore[misc]
            ask = scene.trader.quote(Market.STOCK, code).best_ask or 0
            if (_ask_size(scene, code) + 20) * ask < enough:
                return code
    raise Missed("no issue has an ask that is small enough")


def _ask_size(scene: Scene, code: str) -> int:
    """What stands at the best ask on KRX, as shown; 0 while the book is not there."""
    try:
        return scene.trader.book(code, Venue.KRX).asks[0].quantity
    except Missed:
        return 0


STEPS: tuple[tuple[str, Callable[[Scene], Awaitable[None]]], ...] = (
    ("connected", connect),
    ("limit-buy-rests", rest),
    ("amended", amend),
    ("partly-filled", partly_fill),
    ("rest-cancelled", cancel_rest),
    ("history", history),
    ("market-sell", market_sell),
    ("nxt", nxt),
    ("sor", sor),
    ("stop-limit", stop_limit),
    ("off-tick-stopped", off_tick),
    ("refused-by-broker", refused),
    ("gold-buy", gold_buy),
    ("gold-sell", gold_sell),
    ("gold-amended", gold_amend),
    ("gold-cancelled", gold_cancel),
    ("cancel-all", cancel_all),
    ("mock-without-keys", to_mock),
    ("back-in-practice", back),
)
