"""Signing in and out: by the identity provider where there is one, else by a link that is mailed."""

import asyncio
import hmac
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError
from starlette.responses import RedirectResponse, Response

from services.reports.desk.oidc import Provider, ProviderRefused, Unverified
from services.reports.desk.postman import NotHandedOver
from services.reports.desk.secret_text import LONGEST
from services.reports.desk.send_link import Links, send_link
from services.reports.desk.sign_in_store import ROUND_LASTS, SESSION_LASTS
from services.reports.desk.web import words
from services.reports.desk.web.access import COOKIE, Gate, NotAllowed, Page, Visit
from services.reports.desk.web.paths import BY_LINK, BY_PROVIDER, COME_BACK, ENTER, LEAVE, OVERVIEW, PREFIX
from services.reports.desk.web.rendering import HEADERS, Renderer
from shared.contracts.officers import Mailbox, Role
from shared.logs import logger

STATE_COOKIE = "dondoc_state"
# Letters on their way at once. Beyond that somebody asks for what nobody waits for.
MOST_LETTERS = 50
# RFC 6749, 4.1.2.1: the person, or the provider for the person, said no.
BY_CHOICE = "access_denied"
_MAILBOX: TypeAdapter[str] = TypeAdapter(Mailbox)

log = logger(__name__)


@dataclass
class SigningIn:
    """`links` are used where there is no `provider`."""

    gate: Gate
    render: Renderer
    links: Links
    provider: Provider | None
    letters: set[asyncio.Task[None]] = field(default_factory=set)

    def pages(self) -> list[Page]:
        """The ways in, of which there is one, and the way out."""
        ways = [
            Page("GET", BY_LINK + "/{token}", None, self.opened),
            Page("POST", BY_LINK + "/{token}", None, self.by_link),
            Page("POST", ENTER, None, self.ask_for_link),
        ]
        if self.provider is not None:
            ways = [
                Page("GET", BY_PROVIDER, None, self.to_provider),
                Page("GET", COME_BACK, None, self.back_from_provider),
            ]
        return [Page("GET", ENTER, None, self.enter), *ways, Page("POST", LEAVE, Role.VIEWER, self.leave)]

    async def enter(self, visit: Visit) -> Response:
        if visit.officer is not None:
            return self.render.go(OVERVIEW)
        return self.form(visit, 200)

    def form(self, visit: Visit, status: int, wrong: str = "", typed: str = "") -> Response:
        """Where one says who one is."""
        template = "enter.html.j2" if self.provider is None else "enter_provider.html.j2"
        return self.render.page(template, visit, status, wrong=wrong, typed=typed)

    def ask(self, visit: Visit) -> Response:
        """In the place of a page for which somebody must be signed in."""
        answer = self.form(visit, 401)
        answer.headers["WWW-Authenticate"] = 'Bearer realm="dondoc"'
        return answer

    async def ask_for_link(self, visit: Visit) -> Response:
        """The same answer at once, whoever asks: the rest is done when it is on its way."""
        typed = visit.form.get("email", "")
        try:
            email = _MAILBOX.validate_python(typed)
        except ValidationError:
            wrong = "Địa chỉ thư không đúng. Xin nhập đầy đủ, ví dụ ten@stttt.example."
            return self.form(visit, 422, wrong, typed[:LONGEST])
        if len(self.letters) < MOST_LETTERS:
            letter = asyncio.create_task(self._send(email))
            self.letters.add(letter)
            letter.add_done_callback(self.letters.discard)
        else:
            log.warning("too many letters are on their way, this one isn't sent")
        return self.render.page("notice.html.j2", visit, words=words.SENT, enter=False)

    async def _send(self, email: str) -> None:
        try:
            became = await send_link(email, self.gate.officers, self.gate.store, self.links, self.gate.clock())
            log.info("a link to sign in was asked for", became=became)
        except NotHandedOver as error:
            log.error("the link to sign in couldn't be mailed", error=str(error))
        except Exception:
            log.exception("the link to sign in wasn't made")

    async def opened(self, visit: Visit) -> Response:
        """A look changes nothing: scanners open every link of a mail."""
        email = await self.gate.store.link(visit.request.path_params["token"], self.gate.clock())
        if email is None:
            return self.render.page("notice.html.j2", visit, 410, words=words.LINK_OVER, enter=True)
        return self.render.page("confirm.html.j2", visit, email=email)

    async def by_link(self, visit: Visit) -> Response:
        email = await self.gate.store.use_link(visit.request.path_params["token"], self.gate.clock())
        if email is None or await self.gate.officers.find(email) is None:
            return self.render.page("notice.html.j2", visit, 410, words=words.LINK_OVER, enter=True)
        return await self._welcome(visit, email, "link")

    async def to_provider(self, visit: Visit) -> Response:
        assert self.provider is not None
        begun = await self.provider.begin()
        await self.gate.store.begin_round(begun.state, begun.round, self.gate.clock())
        answer = RedirectResponse(begun.address, 303, HEADERS)
        # The round is this browser's: nobody can be led into one that another has begun.
        self._set_cookie(answer, STATE_COOKIE, begun.state, ROUND_LASTS.total_seconds(), self.render.base + COME_BACK)
        return answer

    async def back_from_provider(self, visit: Visit) -> Response:
        assert self.provider is not None
        asked = visit.request.query_params
        state, own = asked.get("state", ""), visit.request.cookies.get(STATE_COOKIE, "")
        if not state or not hmac.compare_digest(state.encode(), own.encode()):
            raise NotAllowed(400, "the state isn't this browser's")
        begun = await self.gate.store.end_round(state, self.gate.clock())
        if begun is None:
            raise NotAllowed(400, "the round is over, or was finished before")
        if asked.get("error") == BY_CHOICE:
            log.info("not signed in", why="ended at the identity provider")
            return self.render.page("notice.html.j2", visit, 403, words=words.NOT_AGREED, enter=True)
        if "error" in asked:
            raise ProviderRefused(f"it answered {asked['error'][:LONGEST]!r}")
        try:
            email = await self.provider.finish(asked.get("code", ""), begun)
        except Unverified:
            log.warning("refused at the desk", why="the identity provider names no verified address")
            return self.render.page("notice.html.j2", visit, 403, words=words.UNVERIFIED, enter=True)
        if await self.gate.officers.find(email) is None:
            log.warning("refused at the desk", why="signed in elsewhere, but not listed", officer=email)
            return self.render.page("notice.html.j2", visit, 403, words=words.NOT_LISTED, enter=True)
        answer = await self._welcome(visit, email, "provider")
        self._set_cookie(answer, STATE_COOKIE, "", 0, self.render.base + COME_BACK)
        return answer

    async def leave(self, visit: Visit) -> Response:
        await self.gate.store.end_session(visit.cookie)
        log.info("signed out", officer=visit.who.email)
        answer = self.render.go(ENTER)
        self._set_cookie(answer, COOKIE, "", 0, self._everywhere)
        return answer

    @property
    def _everywhere(self) -> str:
        """Where the session counts: at the desk, and for the HTTP API beside it."""
        return urlsplit(self.gate.address).path or "/"

    async def _welcome(self, visit: Visit, email: str, by: str) -> Response:
        """A session of its own for each sign-in; the one before, if there is one, ends."""
        if visit.cookie:
            await self.gate.store.end_session(visit.cookie)
        cookie = await self.gate.store.open_session(email, self.gate.clock())
        log.info("signed in", officer=email, by=by)
        answer = self.render.go(OVERVIEW)
        self._set_cookie(answer, COOKIE, cookie, SESSION_LASTS.total_seconds(), self._everywhere)
        return answer

    def _set_cookie(self, answer: Response, name: str, value: str, seconds: float, path: str) -> None:
        address = urlsplit(self.gate.address)
        answer.set_cookie(
            name,
            value,
            max_age=round(seconds),
            path=path,
            secure=address.scheme == "https",
            httponly=True,
            samesite="lax",
        )


def back_address(address: str) -> str:
    """Where the identity provider sends browsers back to, of the address at which officers reach the desk."""
    return address + PREFIX + COME_BACK
