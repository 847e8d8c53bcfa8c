"""Who may do what at the desk: each page says which role it needs, and here alone it is asked."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from services.reports.desk.officer_store import Officer, OfficerStore
from services.reports.desk.secret_text import LONGEST
from services.reports.desk.sign_in_store import SignInStore
from services.reports.desk.web.paths import PLAN
from shared.contracts.officers import Role
from shared.logs import logger
from shared.same_site import from_elsewhere

COOKIE = "dondoc_desk"
CSRF = "csrf"
# In the address of a page that follows an action.
RECORDED = "da-ghi"
# The longest text that is typed here, in Vietnamese and percent-encoded, is far below.
FORM_BYTES = 500_000
FORM_FIELDS = 50
FORM_WITHIN_SECONDS = 30

log = logger(__name__)


class NotAllowed(Exception):
    """No page for this request. `status` is 401 where signing in helps."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


@dataclass(frozen=True)
class Visit:
    """A request that may be answered. `officer` is None on pages for whoever comes; `csrf` goes into forms; `form` is
    what was posted, one value a field."""

    request: Request
    officer: Officer | None = None
    csrf: str = ""
    cookie: str = ""
    form: Mapping[str, str] = field(default_factory=dict)

    @property
    def who(self) -> Officer:
        """The officer of a page that needs one."""
        assert self.officer is not None
        return self.officer

    @property
    def follows_an_action(self) -> bool:
        """Whether the page is to say that what was done is recorded."""
        return self.request.method == "GET" and RECORDED in self.request.query_params

    @property
    def plan(self) -> str | None:
        """The plan that the address names, if it does."""
        return self.request.query_params.get(PLAN) or None

    def may(self, needed: str) -> bool:
        """Whether the officer has at least that role."""
        return self.officer is not None and self.officer.role.covers(Role(needed))


Answer = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True)
class Page:
    """What is to be had at a path below the desk's own, by one method. `needs` None: without signing in."""

    method: str
    path: str
    needs: Role | None
    answer: Answer


@dataclass(frozen=True)
class Gate:
    """Tells who comes, and lets in who may."""

    officers: OfficerStore
    store: SignInStore
    address: str
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    async def admit(self, page: Page, request: Request) -> Visit:
        """Raises NotAllowed: 401 for nobody, 403 for a role that is too small and for forms from elsewhere, 413 and
        400 for forms that can't be read. Each is logged with who and what."""
        visit = await self.who(request)
        if page.needs is not None:
            if visit.officer is None:
                raise self._refused(401, "nobody is signed in", page, visit)
            if not visit.officer.role.covers(page.needs):
                raise self._refused(403, f"needs the role {page.needs}", page, visit)
        if page.method != "POST":
            return visit
        if from_elsewhere(request, self.address):
            raise self._refused(403, "posted from another site", page, visit)
        form = await _read_form(request)
        # Where there is no cookie there is nothing that another site could make use of.
        if visit.cookie and not hmac.compare_digest(form.get(CSRF, "").encode(), visit.csrf.encode()):
            raise self._refused(403, "the form is of another session", page, visit)
        return Visit(request, visit.officer, visit.csrf, visit.cookie, form)

    async def who(self, request: Request) -> Visit:
        """Who comes, by a session's cookie or a token for programs."""
        cookie = request.cookies.get(COOKIE, "")
        if cookie:
            session = await self.store.session(cookie, self.clock())
            officer = await self.officers.find(session.email) if session is not None else None
            if session is not None and officer is not None:
                return Visit(request, officer, session.csrf, cookie)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and 0 < len(token.strip()) <= LONGEST:
            return Visit(request, await self.officers.of_token(token.strip()))
        return Visit(request)

    def _refused(self, status: int, why: str, page: Page, visit: Visit) -> NotAllowed:
        who = visit.officer.email if visit.officer is not None else None
        log.warning("refused at the desk", why=why, page=f"{page.method} {page.path}", officer=who)
        return NotAllowed(status, why)


async def _read_form(request: Request) -> dict[str, str]:
    """What a browser sends for a form without files; of a field that comes twice the first."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        raise NotAllowed(415, "it is no form")
    body = bytearray()
    try:
        async with asyncio.timeout(FORM_WITHIN_SECONDS):
            async for piece in request.stream():
                body += piece
                if len(body) > FORM_BYTES:
                    raise NotAllowed(413, "the form is too large")
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=FORM_FIELDS, errors="strict")
    except TimeoutError:
        raise NotAllowed(408, "the form didn't come") from None
    except ValueError:
        raise NotAllowed(400, "the form can't be read") from None
    return dict(reversed(pairs))
