"""The REST door: headers, token, limit, body, then the TR (kiwoom/README.md 2, errors.md 1 and 2).

Runs in the server's loop, one request at a time; what a fault plan says about a request happens here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final, cast

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from kiwoom_desk.simulator.delivery import Pause, encode, respond
from kiwoom_desk.simulator.envelope import Answer, Denied, Rows, bad_input, not_authenticated, over_limit, page
from kiwoom_desk.simulator.faults import FaultBook, Plan
from kiwoom_desk.simulator.http_api.catalogue import TRS
from kiwoom_desk.simulator.http_api.order_lists import LISTS
from kiwoom_desk.simulator.http_api.orders import AMEND, CANCEL, PLACE
from kiwoom_desk.simulator.http_api.spec import Call, Office, Tr, parse
from kiwoom_desk.simulator.limits import Limiter
from kiwoom_desk.simulator.refusals import not_gold, wrong_account
from kiwoom_desk.simulator.tokens import REFUSED_TOKEN, Client, TokenDesk

TOKEN_PATHS: Final = {"/oauth2/token": "au10001", "/oauth2/revoke": "au10002"}
_LONGEST_BODY: Final = 64 * 1024


class Gateway:
    """`before` is called with the request's plan ahead of processing (fills that cross an amendment or cancel)."""

    def __init__(
        self,
        office: Office,
        tokens: TokenDesk,
        faults: FaultBook,
        pause: Pause,
        before: Callable[[Plan, dict[str, Any]], None],
    ) -> None:
        self._office = office
        self._tokens = tokens
        self._faults = faults
        self._pause = pause
        self._before = before
        self._limiter = Limiter(office.profile.per_second)

    async def handle(self, request: Request) -> Response:
        """Starlette endpoint of every REST path."""
        path = request.url.path
        api_id = TOKEN_PATHS.get(path) or request.headers.get("api-id", "")
        try:
            raw = await request.body()
        except ClientDisconnect:
            return Response(status_code=400)
        after = request.headers.get("next-key", "") if request.headers.get("cont-yn", "").upper() == "Y" else ""
        plan = self._faults.plan(names(api_id), 2 if after else 1)
        answer = await self._process(request, api_id, raw, after, plan)
        if plan.delay:
            await self._pause(plan.delay)
        if plan.answer is None:
            return encode(answer, api_id)
        return respond(answer, api_id, plan.answer, after, self._pause)

    async def _process(self, request: Request, api_id: str, raw: bytes, after: str, plan: Plan) -> Answer:
        if plan.process == "skip":
            return Answer({"return_code": 0, "return_msg": ""})
        if plan.process == "late":
            await self._pause(plan.wait)
        answer = self._answer(request, api_id, raw, after, plan)
        if plan.process == "twice":
            self._answer(request, api_id, raw, after, plan)
        return answer

    def _answer(self, request: Request, api_id: str, raw: bytes, after: str, plan: Plan) -> Answer:
        try:
            if api_id in TOKEN_PATHS.values():
                body = parse((), _json(raw))
                issue = self._tokens.issue if api_id == "au10001" else self._tokens.revoke
                return Answer(issue(cast("dict[str, Any]", body)))
            tr = _tr_of(api_id, request.url.path)
            client = self._client(request.headers.get("authorization"))
            if not self._limiter.take(client.appkey, api_id):
                raise over_limit(api_id, self._limiter.per_second)
            return self._run(tr, client, parse(tr.fields, _json(raw)), after, plan)
        except Denied as denied:
            return denied.answer()

    def _run(self, tr: Tr, client: Client, body: dict[str, str], after: str, plan: Plan) -> Answer:
        if tr.account not in (None, client.account):
            raise not_gold() if tr.account == "gold" else wrong_account()
        refused = self._office.profile.refused.get(tr.id)
        if refused:
            raise Denied(20, f"[2000]({refused[0]}:{refused[1]})")
        now = self._office.clock.now()
        self._office.core.advance(now)
        self._before(plan, body)
        result = tr.run(self._office, Call(tr.id, body, client, now, plan.lag))
        return page(result, tr.paged, after) if isinstance(result, Rows) else result

    def _client(self, authorization: str | None) -> Client:
        """Whose token the request carries. Raises Denied 1513 to 1516 and 8005."""
        if authorization is None:
            raise bad_input(1513, "Http Header에 Authorization 필드를 설정하여야 합니다")
        kind, _, token = authorization.strip().partition(" ")
        if kind.lower() == "bearer" and not token.strip():
            raise bad_input(1516, "Authorization 필드에 Token이 정의되어 있어야 합니다")
        if not token.strip():
            raise bad_input(1514, "입력으로 들어온 Authorization 필드 형식이 맞지 않습니다")
        if kind.lower() != "bearer":
            raise bad_input(1515, "Authorization 필드 내 Grant Type이 미리 정의된 형식이 아닙니다")
        client = self._tokens.owner(token.strip())
        if client is None:
            raise not_authenticated(*REFUSED_TOKEN)
        return client


def names(api_id: str) -> frozenset[str]:
    """By what names a fault may call this request."""
    found = {api_id, "any"}
    if api_id in TOKEN_PATHS.values():
        return frozenset(found | {"token"})
    for name, group in (("place", PLACE), ("amend", AMEND), ("cancel", CANCEL)):
        if api_id in group:
            return frozenset(found | {name, "order"})
    return frozenset(found | ({"list", "query"} if api_id in LISTS else {"query"}))


def _tr_of(api_id: str, path: str) -> Tr:
    if not api_id:
        raise bad_input(1501, "API ID가 존재하지 않습니다. API ID 값을 확인바랍니다")
    tr = TRS.get(api_id)
    if tr is None:
        raise bad_input(1505, f"해당 API ID가 존재하지 않습니다. API ID={api_id[:20]}")
    if tr.path != path:
        raise bad_input(1504, f"해당 URI에서는 지원하는 API ID가 아닙니다. API ID={api_id}, URI={path}")
    return tr


def _json(raw: bytes) -> Any:
    if len(raw) > _LONGEST_BODY:
        raise bad_input(1517, "요청 본문이 너무 깁니다")
    try:
        return json.loads(raw or b"{}")
    except (ValueError, RecursionError):
        raise bad_input(1517, "요청 본문이 JSON 형식이 아닙니다") from None
