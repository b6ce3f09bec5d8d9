"""Which panels the window shows; the one place that knows them all."""

from __future__ import annotations

from kiwoom_desk.trading.workspace import Workspace
from kiwoom_desk.ui.account.panel import AccountPanel
from kiwoom_desk.ui.blotter.panel import BlotterPanel
from kiwoom_desk.ui.book.panel import LadderPanel
from kiwoom_desk.ui.frame.docks import Panels
from kiwoom_desk.ui.selection import Selection
from kiwoom_desk.ui.tickets.panel import TicketPanel
from kiwoom_desk.ui.watchlist.panel import WatchPanel


def make_panels(workspace: Workspace, selection: Selection, tickets: TicketPanel) -> Panels:
    return Panels(
        watch=WatchPanel(workspace, selection),
        account=AccountPanel(workspace, selection),
        ladder=LadderPanel(workspace, selection),
        tickets=tickets,
        blotter=BlotterPanel(workspace, selection),
    )
