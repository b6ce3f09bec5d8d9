"""The whole deck, in its order: cards keep their numbers, so what is added comes last.

The behaviours of the wire that the program relies on, one card each, and the questions that are still open.
"""

from __future__ import annotations

from tests.cards import stock  # isort: skip
from tests.cards import gateway, lists, orders, pushes, gold  # isort: skip
from tests.cards.card import DECK, Card, Seat

__all__ = ["DECK", "FACTS", "QUESTIONS", "Card", "Seat"]
_SUITS = (stock, gateway, lists, orders, pushes, gold)

QUESTIONS = {
    1: "Limits of orders on live, and the numbers of the total (1701) and the group limit (1702)",
    2: "A part amended: what is left where; more than remains",
    3: "Stop-limit: what triggers it, what is checked, where it is taken, how it is shown while it waits",
    4: "Which order types are taken where and when; what becomes of what is unfilled at the close",
    5: "Order events of amendments, cancels, refusals and SOR; the reason of a refusal; 910/911 and 914/915",
    6: "How the parts of a SOR order are listed",
    7: "All words of the text columns: states, kinds, types, channels",
    8: "Gold: the mock, pushes, order replies, open orders, hours, the order book",
    9: "Whether order numbers begin again each day; the date of an order of the evening",
    10: "A token revoked or expired: other programs, an open stream; several tokens of one key",
    11: "How the 200 instruments of a stream are counted, and what happens beyond",
    12: "How long a next-key holds; how many rows a page has",
    13: "Refusals for want of cash, of halted and designated instruments, in single-price phases",
    14: "Codes of the market's phases since the KRX after-market",
    15: "The broker's clock: nothing but the Date header tells it",
    16: "Commission and tax: no rates, only amounts",
    17: "What NXT instead of KRX changes in balances",
    18: "Credit: on the mock, and other kinds than the ordinary",
    19: "Accounts of companies (8200)",
    20: "Fields and codes that appear without notice",
}
"""The open questions of the wire, by the number that a card's source has after 10."""

FACTS = {
    "K1": "Answers have an order number, changes also the first number of the chain; numbers are compared as integers",
    "K2": "A cancel of 0 takes all that remains, so that pressing it again is harmless",
    "K3": "The day's list names the channel of an order; ka10075 and the stream do not",
    "K4": "The stream reports every order event of the account, and none says which request it belongs to",
    "K5": "return_code is a class; the code is in the text",
    "K6": "Limits are those of one TR, and the text says how many",
    "K7": "One key has one live token and one stream; keys and tokens belong to one environment",
    "K8": "The mock is KRX only, and what is unfilled may outlive the close in its lists",
    "K9": "NXT trades until 20:00, so the day does not end at 15:30",
}
"""Facts of the wire on which docs/reliability.md rests, as the sources of cards call them."""
