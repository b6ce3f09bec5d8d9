"""Cards of the stream that came later: fills, refusals, SOR, tokens, registrations, phases."""

from __future__ import annotations

from collections.abc import Callable

from tests.cards.card import card, rests, verdict
from tests.cards.wire import ACCOUNT, CODE, INFO, Json, Line, NotAsked, Wire

MOST = 200


def heard(w: Wire, act: Callable[[Line], str]) -> str:
    """What `act` says at a line that is logged in and registered for order events."""
    said: list[str] = []

    def at(line: Line) -> None:
        line.log_in()
        line.register([""])
        said.append(act(line))

    w.stream(at)
    return said[0]


@card("Fills are pushed: 903 and 911 grow, 915 is one fill, 902 falls to 0", "stream, 10.5", "the sums agree")
def _(w: Wire) -> str:
    def act(line: Line) -> str:
        w.buy(2, None)
        line.events_until(lambda entries: bool(entries) and entries[-1]["902"] == "0")
        return _sums([entry for entry in line.entries if entry["913"] == "체결"])

    return heard(w, act)


def _sums(fills: list[Json]) -> str:
    if not fills:
        raise NotAsked("nothing was traded")
    pieces = [(int(fill["915"]), abs(int(fill["914"]))) for fill in fills]
    quantity, value = sum(piece for piece, _ in pieces), sum(piece * price for piece, price in pieces)
    last = fills[-1]
    agree = (int(last["911"]), int(last["903"]), int(last["902"])) == (quantity, value, 0)
    return "the sums agree" if agree else f"911 {last['911']}, 915 together {quantity}, 902 {last['902']}"


@card("Is an order pushed that was refused, and with which reason (919)?", "10.5")
def _(w: Wire) -> str:
    def act(line: Line) -> str:
        said = verdict(w.buy(1, rests(w) + 1))
        found = line.events_until(lambda entries: bool(entries))
        return f"{said}; {', '.join(entry['913'] + ' ' + entry['919'] for entry in found) or 'no event'}"

    return heard(w, act)


@card("919 of an order that was not refused", "10.5", "0")
def _(w: Wire) -> str:
    def act(line: Line) -> str:
        w.buy(1, rests(w, 37))
        return line.events_until(lambda entries: bool(entries))[0]["919"] or "0"

    return heard(w, act)


@card("The events of an order by SOR: numbers, exchange, flag", "10.5, 10.6")
def _(w: Wire) -> str:
    def act(line: Line) -> str:
        if w.buy(1, rests(w, 38), "SOR")["return_code"] != 0:
            raise NotAsked("SOR is not offered here")
        found = line.events_until(lambda entries: len(entries) > 1)
        numbers = len({entry["9203"] for entry in found})
        return f"{numbers} number: " + ", ".join(f"{e['913']} {e['2135']} {e['2136']}" for e in found)

    return heard(w, act)


@card("Does an open stream live on when its token is revoked?", "10.10", practice_only=True)
def _(w: Wire) -> str:
    def act(line: Line) -> str:
        w.http.post("/oauth2/revoke", json={"appkey": w.app_key, "secretkey": w.secret, "token": w.token})
        w.token = w.issue().json()["token"]
        w.buy(1, rests(w, 39))
        return "it lives on" if line.events_until(lambda entries: bool(entries)) else "it falls silent"

    return heard(w, act)


@card("Instruments of a stream: 200, the same with a second type, their NXT views, and one more", "10.11")
def _(w: Wire) -> str:
    codes = _codes(w)

    def act(line: Line) -> str:
        asked = [(codes[:MOST], "0B"), (codes[:MOST], "0D"), ([f"{codes[0]}_NX"], "0B"), (codes[MOST:], "0B")]
        said = [str(line.register(items, type_)["return_code"]) for items, type_ in asked]
        line.say({"trnm": "REMOVE", "grp_no": "1"})
        return ", ".join(said)

    return heard(w, act)


def _codes(w: Wire) -> list[str]:
    """One more than may be; made up where not enough is listed (the practice exchange)."""
    found: list[str] = []
    for page in w.pages("ka10099", INFO, {"mrkt_tp": "0"}, "list"):
        found += [row["code"] for row in page]
        if len(found) > MOST:
            break
    return [*found, *(f"9{number:05d}" for number in range(MOST + 1))][: MOST + 1]


@card("Is the market's phase (0s) told to whoever registers, and by which code?", "10.14")
def _(w: Wire) -> str:
    def act(line: Line) -> str:
        line.register([""], "0s")
        entry = line.first_pushed()
        return f"{entry['type']} {entry['values']['215']}" if entry else "nothing until it changes"

    return heard(w, act)


@card("The market's phase by a trade's 290", "10.14")
def _(w: Wire) -> str:
    def act(line: Line) -> str:
        line.register([CODE], "0B")
        w.buy(1, None)
        entry = line.first_pushed()
        return entry["values"].get("290") or "blank" if entry else "nothing was traded"

    return heard(w, act)


@card("Asking for a token again ends neither the old token nor the stream", "3, 10.10, K7", "both live")
def _(w: Wire) -> str:
    def act(line: Line) -> str:
        old = w.token
        w.issue()
        alive = w.post("ka00001", ACCOUNT, {}, authorization=f"Bearer {old}").json()["return_code"] == 0
        streams = line.register([""])["return_code"] == 0
        return "both live" if alive and streams else f"token {alive}, stream {streams}"

    return heard(w, act)
