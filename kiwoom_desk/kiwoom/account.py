"""Cash, holdings and what could be bought or sold, of the stock or the gold account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec

from kiwoom_desk.domain.instruments import Market, Side, Venue
from kiwoom_desk.domain.portfolio import Cash, Holding, Portfolio
from kiwoom_desk.kiwoom import codes
from kiwoom_desk.kiwoom.client import ACCOUNT, Client, read, readable, rows_of
from kiwoom_desk.kiwoom.numbers import Text, count, decimal, price, signed
from kiwoom_desk.kiwoom.texts import plain
from kiwoom_desk.trading.ports import Quotes, Urgency


class _StockCash(msgspec.Struct):
    """kt00001."""

    entr: Text = None
    ord_alow_amt: Text = None
    d2_entra: Text = None
    pymn_alow_amt: Text = None


class _StockHolding(msgspec.Struct):
    """kt00018. `evltv_prft` is after costs, `evlt_amt` before."""

    stk_cd: Text = None
    stk_nm: Text = None
    rmnd_qty: Text = None
    trde_able_qty: Text = None
    pur_pric: Text = None
    cur_prc: Text = None
    evlt_amt: Text = None
    evltv_prft: Text = None
    prft_rt: Text = None


class _GoldCash(msgspec.Struct):
    """kt50021."""

    entra: Text = None
    ord_alow_amt: Text = None
    prsm_entra: Text = None
    pymn_alow_amt: Text = None


class _GoldHolding(msgspec.Struct):
    """kt50020."""

    stk_cd: Text = None
    stk_nm: Text = None
    real_qty: Text = None
    able_qty: Text = None
    avg_prc: Text = None
    cur_prc: Text = None
    est_amt: Text = None
    est_lspft: Text = None
    est_ratio: Text = None


class _Buyable(msgspec.Struct):
    """kt00011. `min_` is without unpaid credit (미수): the bound for a purchase with cash."""

    min_ord_alowq: Text = None


_STOCK_ROW = msgspec.json.Decoder(_StockHolding)
_GOLD_ROW = msgspec.json.Decoder(_GoldHolding)


class KiwoomAccount:
    """`trading.ports.Account`."""

    def __init__(self, market: Market, client: Client, quotes: Quotes, market_now: Callable[[], datetime]) -> None:
        self._market, self._client, self._quotes, self._market_now = market, client, quotes, market_now

    async def portfolio(self) -> Portfolio:
        """Raises QueryFailed."""
        gold = self._market is Market.GOLD
        cash = await (self._gold_cash() if gold else self._stock_cash())
        holdings = await (self._gold_holdings() if gold else self._stock_holdings())
        return Portfolio(self._market, cash, tuple(holdings), self._market_now())

    async def orderable(self, code: str, side: Side, price: int | None) -> int | None:
        """A sale: what the broker calls sellable. A purchase of shares: its own figure (kt00011), reckoned at the upper
        limit for an order without price, since that is what such an order ties up. Of gold: cash over price, before
        fees, because no TR tells. Raises QueryFailed."""
        if side is Side.SELL:
            held = self._gold_holdings if self._market is Market.GOLD else self._stock_holdings
            holdings = await held(Urgency.WAITED_FOR)
            return next((h.sellable for h in holdings if h.code == code), 0)
        if self._market is Market.GOLD:
            cash = (await self._gold_cash(Urgency.WAITED_FOR)).orderable
            return None if price is None or cash is None else max(0, cash) // price
        if price is None:
            price = (await self._quotes.quote(code, Venue.KRX)).upper
        return None if price is None else await self._buyable(code, price)

    async def _buyable(self, code: str, at_price: int) -> int | None:
        body = {"stk_cd": code, "uv": str(at_price)}
        said = read(await self._client.ask("kt00011", ACCOUNT, body, Urgency.WAITED_FOR), _Buyable)
        return readable(lambda: signed(said.min_ord_alowq))

    async def _stock_cash(self) -> Cash:
        said = read(await self._client.ask("kt00001", ACCOUNT, {"qry_tp": "3"}, Urgency.BACKGROUND), _StockCash)
        return readable(
            lambda: Cash(
                deposit=count(said.entr),
                orderable=signed(said.ord_alow_amt),
                d2=signed(said.d2_entra),
                withdrawable=signed(said.pymn_alow_amt),
            )
        )

    async def _gold_cash(self, urgency: Urgency = Urgency.BACKGROUND) -> Cash:
        said = read(await self._client.ask("kt50021", ACCOUNT, {}, urgency), _GoldCash)
        return readable(
            lambda: Cash(
                deposit=count(said.entra),
                orderable=signed(said.ord_alow_amt),
                d2=signed(said.prsm_entra),
                withdrawable=signed(said.pymn_alow_amt),
            )
        )

    async def _stock_holdings(self, urgency: Urgency = Urgency.BACKGROUND) -> list[Holding]:
        body = {"qry_tp": "1", "dmst_stex_tp": "KRX"}
        found: list[Holding] = []
        async for page in self._client.pages("kt00018", ACCOUNT, body, urgency):
            found += rows_of(page, "acnt_evlt_remn_indv_tot", lambda raw: _stock(_STOCK_ROW.decode(raw)))
        return found

    async def _gold_holdings(self, urgency: Urgency = Urgency.BACKGROUND) -> list[Holding]:
        found: list[Holding] = []
        async for page in self._client.pages("kt50020", ACCOUNT, {}, urgency):
            found += rows_of(page, "gold_acnt_evlt_prst", lambda raw: _gold(_GOLD_ROW.decode(raw)))
        return found


def _stock(row: _StockHolding) -> Holding:
    return Holding(
        market=Market.STOCK,
        code=codes.bare_code(row.stk_cd or "")[1],
        name=plain(row.stk_nm),
        quantity=count(row.rmnd_qty),
        sellable=count(row.trde_able_qty),
        average=count(row.pur_pric),
        last=price(row.cur_prc),
        value=signed(row.evlt_amt),
        profit=signed(row.evltv_prft),
        profit_rate=decimal(row.prft_rt),
    )


def _gold(row: _GoldHolding) -> Holding:
    return Holding(
        market=Market.GOLD,
        code=codes.bare_code(row.stk_cd or "")[1],
        name=plain(row.stk_nm),
        quantity=count(row.real_qty),
        sellable=count(row.able_qty),
        average=count(row.avg_prc),
        last=price(row.cur_prc),
        value=signed(row.est_amt),
        profit=signed(row.est_lspft),
        profit_rate=decimal(row.est_ratio),
    )
