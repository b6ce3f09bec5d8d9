"""The named faults of docs/reliability.md 3, and the mark by which a test says which of them it is about.

`docs/fault-matrix.md` is generated from the marks (`tests/tools/fault_table.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest


def fault(*ids: str) -> pytest.MarkDecorator:
    """Marks a test, or one parameter of it, with the faults that it proves. Raises KeyError for an id of no table."""
    return pytest.mark.fault(*(BY_ID[i].id for i in ids))


@dataclass(frozen=True, slots=True)
class Fault:
    """`expected`: NS not sent, RJ refused, UK unknown (then looked for), BD bound to the broker's number."""

    id: str
    what: str
    expected: str


_TABLE = """
N01|the name does not resolve|NS
N02|the name leads to another host|NS: the certificate does not fit
N03|TCP refused|NS, 0 POST
N04|the connection attempt hangs|NS, 0 POST
N05|reset on accept|NS or UK by the watermark; 0 orders
N06|the TLS handshake hangs|NS
N07|certificate of an unknown authority|NS, the reason named
N08|certificate of another host|NS, the reason named
N09|certificate out of date, or the PC's clock|NS, the reason named
N10|plain HTTP on the TLS port|NS
N11|proxy, trust and key log in the environment|ignored
N12|the connection pool is exhausted|NS, soon
N13|reset after half the request|UK
N14|the peer never reads|UK
N15|whole request, then FIN|UK at once
N16|whole request, then RST|UK at once
N17|whole request, then silence|UK at the deadline
N18|an answer that trickles|UK at the deadline, one socket
N19|the request vanishes|UK, then ABSENT after three looks and 30 s
N20|the request is delivered after our deadline|UK to BD, or ABSENT to BD late
N21|the gateway doubles the POST|one BD, the other row shown with an alarm, nothing cancelled by itself
N22|a kept connection is stale|avoided; forced: UK
N23|the public address changes in mid-day|RJ, the text says IP
H01|the body is shorter than announced|UK
H02|a bad chunk|UK
H03|a bad packing|UK
H04|a header of 200 kB|UK
H05|no status line|UK
H06|a huge body, a bomb|UK, bounded memory
H07|wrong content type, good body|read as usual
H08|HTML with status 200|UK
H09|EUC-KR or broken UTF-8|UK
H10|a byte order mark|UK; tolerated in lists
H11|redirects|not followed, UK
H12|bare 400, 403, 404, 413, 415|UK
H13|408, 409, 425|UK
H14|401 with 8005 / without|RJ / UK
H15|429 with 1700 to 1702 / other|RJ / UK
H16|500, 502, 503, 504, whatever the body|UK
H17|204 / 100 before the answer|UK / normal
J01|not JSON, NaN, an array, a key twice, too deep|UK
J02|return_code missing, null, bool, float / "0"|UK / 0
J03|code 0 without a proper number|UK
J04|the number belongs to another order|UK, alarm
J05|a business refusal|RJ
J06|1999|UK
J07|an unknown code outside class 20|UK
J08|00024 and 0000024|one order
J09|the echo contradicts the request|BD and a warning; amendment UK
J10|odd forms of numbers|row set aside, look void
J11|figures that cannot be|shown as received, doubted, never clamped
J12|codes with prefix and suffix|one symbol; unknown set aside
J13|hostile texts|plain, one line, cut at 200
Q01|the second page fails|look void
Q02|pages without end|look void, soon given up
Q03|the same page key again|look void
Q04|the list lags|found late all the same
Q05|a known order is missing from the list|look void, no verdict
Q06|rows of another account or date|set aside
Q07|the list is rate limited|waits, orders go on
Q08|8005 in a list|one renewal, read again
W01|no stream while ordering|looks carry
W02|every push is lost|looks carry
W03|the fill overtakes the answer|same final state
W04|every push doubled|same final state
W05|pushes in any order|same final state
W06|an order from elsewhere|shown within a second
W07|unknown text, missing field, binary, 2 MiB frame|set aside; the stream survives or comes back
W08|5,000 messages a second|no stall over 100 ms, orders go on
W09|a half-open socket|dead after the silence, back with jitter
W10|a second login|one take-over, new orders locked
C01|cancel refused after the fill|RJ; the order FILLED by facts
C02|partial fill during an amendment|the fill stays with the original
C03|a chain of amendments|the newest number is used, all links kept
C04|a late fill after the cancel|FILLED
C05|cancel UK, cancel-all again|a second POST, no further effect
C06|what a venue or the rules do not take|DENIED, 0 POST
U01|the same gesture twice|1 intent
U02|the same order from two windows|the second refused with the reason
U03|more than 1.5 s between gesture and first byte|NS
U04|a field changed under an open confirmation|must be confirmed again
U05|an exception of ours anywhere|logged without secrets, orders reconciled
P01|killed before the intention is written|nothing was sent
P02|killed after the intention, before the send|UK, then ABSENT
P03|killed as the send begins|UK, looked for
P04|killed with the bytes out|UK, looked for
P05|killed with the answer in|UK, bound by a look
P06|killed after the answer is written|as written
P07|killed during the repair of a file|one of both files, whole
P08|a newer program's file|refused untouched
P09|power cut: log cut, bit flipped|a prefix; sends from the black box
D01|disk full at the intention|NS, locked
D02|disk full at the answer|kept in memory, locked; UK on restart
D03|file locked|NS, locked
D04|read-only|not opened, untouched
D05|corrupt or missing|prefix and black box, evidence kept
T01|the PC's clock is 37 s off|orders still found; live locked
T02|the clock jumps back|facts stay in order
T03|sleep of ten minutes|waiting orders withdrawn, disarmed
T04|midnight with UK open|looked for under its own day
T05|the token expires before the gateway|RJ, renewed beside it
T06|renewal fails|new orders NS with the reason
T07|a storm of renewals|at most one a minute
X01|two programs on one account|the second is refused, the first hears
X02|a second PC with the same key|its orders shown as foreign; one take-over
X03|environment switched in flight|waits for the answer; UK stays in its journal
X04|mock key on the live host|RJ, environment locked
X05|no key vault|keys for this run only
X06|a plaintext key vault|refused
X07|the practice port is taken|next free one
X08|a connection from elsewhere|refused
X09|exit with UK open|named; UK stays
"""

FAULTS = tuple(Fault(*line.split("|")) for line in _TABLE.strip().splitlines())
BY_ID = {fault.id: fault for fault in FAULTS}
