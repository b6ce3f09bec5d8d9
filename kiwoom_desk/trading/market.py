"""The latest prices of what is looked at: counted watching, one copy for every panel, failures kept apart from data."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import fields, replace

from kiwoom_desk.domain.instruments import Venue
from kiwoom_desk.domain.quotes import OrderBook, Quote, Trade
from kiwoom_desk.trading.listeners import Listeners
from kiwoom_desk.trading.ports import QueryFailed, Quotes
from kiwoom_desk.trading.tasks import Tasks

Item = tuple[str, Venue]
TRADES_KEPT = 50


class MarketData:
    """Quotes, books and prints by (code, view). A watched item is queried once and then kept fresh by pushes."""

    def __init__(self, quotes: Quotes, on_bug: Callable[[str, BaseException], None]) -> None:
        self._quotes = quotes
        self._tasks = Tasks("market data", on_bug)
        self._watched: Counter[Item] = Counter()
        self._listeners: dict[Item, Listeners[None]] = {}
        self._quote: dict[Item, Quote] = {}
        self._book: dict[Item, OrderBook] = {}
        self._trades: dict[Item, deque[Trade]] = {}
        self._error: dict[Item, str] = {}
        self._stop = quotes.subscribe(self._take)

    # --- reading -----------------------------------------------------------------------------------------------
    def quote(self, code: str, view: Venue) -> Quote | None:
        return self._quote.get((code, view))

    def any_quote(self, code: str) -> Quote | None:
        """The freshest quote of any view: what an estimate may stand on."""
        known = [q for (c, _), q in self._quote.items() if c == code and q.at is not None]
        return max(known, key=lambda q: q.at.timestamp() if q.at else 0.0, default=None)

    def book(self, code: str, view: Venue) -> OrderBook | None:
        return self._book.get((code, view))

    def trades(self, code: str, view: Venue) -> Sequence[Trade]:
        """Newest first, at most fifty, since watching began."""
        return tuple(self._trades.get((code, view), ()))

    def error(self, code: str, view: Venue) -> str | None:
        """The Korean sentence of the last failed query, until one succeeds or a push arrives."""
        return self._error.get((code, view))

    async def glance(self, codes: Sequence[str]) -> Sequence[Quote]:
        """Raises QueryFailed."""
        return await self._quotes.glance(codes)

    # --- watching ----------------------------------------------------------------------------------------------
    def watch(self, code: str, view: Venue, listener: Callable[[], None]) -> Callable[[], None]:
        """Keep this item fresh and call `listener` on each change, until the returned call is made."""
        item = (code, view)
        end = self._listeners.setdefault(item, Listeners()).add(lambda _: listener())
        self._watched[item] += 1
        if self._watched[item] == 1:
            self._quotes.watch(self._items())
            self._tasks.spawn(self._snapshot(item), f"snapshot {code}")
        ended = False

        def stop() -> None:
            nonlocal ended
            if not ended:
                ended = True
                end()
                self._unwatch(item)

        return stop

    def refresh(self) -> None:
        """Query everything watched again: the stream had a gap, or the trader asks."""
        for item in self._items():
            self._tasks.spawn(self._snapshot(item), f"snapshot {item[0]}")

    def feed_lost(self) -> None:
        """Pushes have stopped: what we show is from now on old."""
        for item, quote in self._quote.items():
            self._quote[item] = replace(quote, feed_live=False)
            self._tell(item)

    async def close(self) -> None:
        self._stop()
        await self._tasks.close()

    # --- inside ------------------------------------------------------------------------------------------------
    def _items(self) -> list[Item]:
        return [item for item, count in self._watched.items() if count > 0]

    def _unwatch(self, item: Item) -> None:
        self._watched[item] -= 1
        if self._watched[item] <= 0:
            del self._watched[item]
            self._trades.pop(item, None)
            self._quotes.watch(self._items())

    async def _snapshot(self, item: Item) -> None:
        """As the broker answers. What a live feed brings while it is asked is newer than the answer, and stays."""
        pushed: list[Quote | OrderBook] = []
        stop = self._quotes.subscribe(lambda news, view: _keep(pushed, news) if (news.code, view) == item else None)
        try:
            quote = await self._quotes.quote(*item)
            self._take(quote, item[1])
            for news in pushed if quote.feed_live else ():
                if isinstance(news, Quote):
                    self._take(replace(news, at=quote.at), item[1])
            pushed.clear()
            book = await self._quotes.book(*item)
            if not any(isinstance(news, OrderBook) for news in pushed):
                self._take(book, item[1])
        except QueryFailed as failed:
            self._error[item] = str(failed)
            self._tell(item)
        finally:
            stop()

    def _take(self, news: Quote | OrderBook | Trade, view: Venue) -> None:
        item = (news.code, view)
        self._error.pop(item, None)
        match news:
            case Quote():
                known = self._quote.get(item)
                self._quote[item] = news if known is None else overlay(known, news)
            case OrderBook():
                self._book[item] = news
                self._best(item, news)
            case Trade():
                self._trades.setdefault(item, deque(maxlen=TRADES_KEPT)).appendleft(news)
        self._tell(item)

    def _best(self, item: Item, book: OrderBook) -> None:
        known = self._quote.get(item)
        if known is not None and (book.asks or book.bids):
            ask = book.asks[0].price if book.asks else None
            bid = book.bids[0].price if book.bids else None
            self._quote[item] = replace(known, best_ask=ask, best_bid=bid)

    def _tell(self, item: Item) -> None:
        if item in self._listeners:
            self._listeners[item].tell(None)


def _keep(pushed: list[Quote | OrderBook], news: Quote | OrderBook | Trade) -> None:
    """A print is no state: none is missed and none comes twice."""
    if not isinstance(news, Trade):
        pushed.append(news)


def overlay(known: Quote, news: Quote) -> Quote:
    """`news` over `known`: what the news does not say stays."""
    told = {f.name: value for f in fields(Quote) if (value := getattr(news, f.name)) is not None}
    return replace(known, **told)
