"""The acceptance matrix, transcribed by hand from market/rules.md 4.2 and not from the program's data file.

Y yes, y probably, ? not known, n probably not, - no, . the type belongs to another session open at the same time.
"""

from __future__ import annotations

from kiwoom_desk.domain.order_types import OrderType
from kiwoom_desk.domain.rules_model import Allowed

WORDS = {
    "Y": Allowed.YES,
    "y": Allowed.LIKELY_YES,
    "?": Allowed.UNKNOWN,
    "n": Allowed.LIKELY_NO,
    "-": Allowed.NO,
}
CODES = ["0", "3", "5", "6", "7", "10", "13", "16", "20", "23", "26", "28", "29", "30", "31", "61", "62", "81"]
TYPES = dict(zip(CODES, OrderType, strict=True))

# open auction, pre-open off-hours, continuous, closing auction, after-close off-hours, after-market
KRX = """
0          Y . Y Y - Y
3          Y . Y Y - -
5          y . Y n - -
6          - . Y - - y
7          - . Y - - y
10         - . Y - - y
13         - . Y - - -
16         - . Y - - y
20         - . Y - - y
23         - . Y - - -
26         - . Y - - y
28         - . Y - - -
29         - . Y - - -
30 31      - . y - - -
61         - Y - - - -
62         - . - - - -
81         - . - - Y -
"""

# pre, break, main, break, auction, after, closing price
NXT = """
0          Y - Y - Y Y .
3          - - n - - - .
5          - - - - - - .
6 7        Y - Y - n Y .
10 20      y - Y - - y .
13 23      - - y - - - .
16 26      y - Y - - y .
28         - - Y - - - .
29 30 31   - - Y - - - .
61 62      - - - - - - .
81         - - - - - - Y
"""

# pre, 08:50-09:00:30, main, 15:20-15:30, 15:30-15:40, 15:40-16:00, 16:00-20:00, closing price
SOR = """
0          Y y Y y y Y y .
3          n y Y y - - - .
5          - n n n - - - .
6 7        y n Y n - y ? .
10 16 20 26  ? n Y n - ? ? .
13 23      - n Y n - - - .
28 29 30 31  - n n n - - - .
61         - n - n - - - .
62         - - - - - - - .
81         - n - n - - - Y
"""

# moment -> the columns of the sessions that accept at it
KRX_MOMENTS = {
    "08:29:59": (),
    "08:30:00": (0, 1),
    "08:39:59": (0, 1),
    "08:40:00": (0,),
    "08:59:59": (0,),
    "09:00:00": (2,),
    "15:19:59": (2,),
    "15:20:00": (3,),
    "15:29:59": (3,),
    "15:30:00": (4,),
    "15:59:59": (4,),
    "16:00:00": (5,),
    "19:59:59": (5,),
    "20:00:00": (),
}
NXT_MOMENTS = {
    "07:59:59": (),
    "08:00:00": (0,),
    "08:49:59": (0,),
    "08:50:00": (1,),
    "09:00:29": (1,),
    "09:00:30": (2,),
    "14:59:59": (2,),
    "15:00:00": (2, 6),
    "15:20:00": (3, 6),
    "15:30:00": (4, 6),
    "15:40:00": (5, 6),
    "15:59:59": (5, 6),
    "16:00:00": (5,),
    "19:59:59": (5,),
    "20:00:00": (),
}
SOR_MOMENTS = {
    "07:59:59": (),
    "08:00:00": (0,),
    "08:30:00": (0,),
    "08:50:00": (1,),
    "09:00:30": (2,),
    "15:00:00": (2, 7),
    "15:20:00": (3, 7),
    "15:30:00": (4, 7),
    "15:40:00": (5, 7),
    "16:00:00": (6,),
    "19:59:59": (6,),
    "20:00:00": (),
}


def expected(table: str, columns: tuple[int, ...]) -> dict[OrderType, Allowed]:
    """What each type should get when these columns are open: the most permissive, blanks ignored, none is no."""
    found: dict[OrderType, Allowed] = {}
    for line in table.strip().splitlines():
        parts = line.split()
        names = [p for p in parts if p in TYPES]
        cells = parts[len(names) :]
        said = [WORDS[cells[c]] for c in columns if cells[c] != "."]
        found |= {TYPES[name]: max(said, default=Allowed.NO) for name in names}
    return found
