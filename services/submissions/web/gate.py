"""Who asks: the agency of the bearer token, and so often and no more. Every refusal is logged with who and what."""

import math
import time
from collections.abc import Callable
from datetime import UTC, datetime

from starlette.requests import Request

from services.submissions.credentials import Credentials, counts
from services.submissions.web.rate import Rate
from shared.client_address import client_address
from shared.logs import logger
from shared.problems import Problem

LONGEST_TOKEN = 200
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="dondoc"'}

log = logger(__name__)


class Gate:
    """Tells a request's agency. `rate` is events and other requests a second of each."""

    def __init__(self, credentials: Credentials, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._credentials = credentials
        self._rate = Rate(rate)
        self._clock = clock

    async def agency(self, request: Request) -> str:
        """Raises Problem 401 where the token is missing, unknown or over, and where there are two."""
        told = request.headers.getlist("authorization")
        if len(told) > 1:
            raise self._refused(request, "two tokens", "send one `Authorization` header; nobody knows which is meant")
        scheme, _, token = (told[0] if told else "").partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise self._refused(request, "no bearer token", "send the agency's token: `Authorization: Bearer …`")
        credential = await self._credentials.find(token) if len(token) <= LONGEST_TOKEN else None
        if credential is None:
            raise self._refused(request, "unknown token", "the token is not known; ask the coordinator for one")
        if not counts(credential, datetime.now(UTC)):
            why = "the token was revoked or replaced, or has expired; ask the coordinator for a new one"
            raise self._refused(request, "ended token", why, agency=credential.agency, token=credential.mark)
        request.state.asker = {"agency": credential.agency}
        return credential.agency

    def admit(self, agency: str) -> None:
        """Count one request, before its body is read. Raises Problem 429 where the agency asks faster than it may."""
        self._take(agency, 1, 0)

    def admit_batch(self, agency: str, events: int) -> None:
        """Count the events of a request that was admitted and turned out to hold so many; raises as `admit`."""
        self._take(agency, events, 1)

    def _take(self, agency: str, events: int, counted: int) -> None:
        pause = self._rate.take(agency, events, self._clock(), counted)
        if pause:
            seconds = math.ceil(pause)
            log.warning("too fast", agency=agency, events=events, again_after=seconds)
            may = f"{self._rate.rate:,g} times a second, and {self._rate.most:,g} after a pause"
            text = f"that is too fast: an agency may post and ask {may}; send it again in {seconds} s"
            raise Problem(429, text, {"Retry-After": str(seconds)})

    def _refused(self, request: Request, why: str, detail: str, **more: str) -> Problem:
        client = client_address(request)
        log.warning("refused", why=why, client=client, method=request.method, path=request.url.path[:200], **more)
        return Problem(401, detail, _CHALLENGE)
