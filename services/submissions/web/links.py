"""Acting by a link from a mail: GET shows the page and changes nothing, POST from that page acts, once."""

import math
import time
from contextlib import aclosing

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.submissions.answer_by_link import answer_by_link
from services.submissions.intake import Intake
from services.submissions.link_form import FILE, Wrong, read_reason, seen
from services.submissions.open_link import NotOwed, Opened, find_told, open_link
from services.submissions.store import Store
from services.submissions.web.answered_pages import answered_page
from services.submissions.web.evidence import Files
from services.submissions.web.incoming import Incoming
from services.submissions.web.link_output import submit_output
from services.submissions.web.multipart import FIELDS_BYTES, Form
from services.submissions.web.pages import HEADERS, closed_page, failure_page, form_page
from services.submissions.web.rate import Rate
from shared.lingering import Lingering
from shared.logs import logger
from shared.problems import Problem
from shared.request_body import PATIENCE, announced, pieces, refuse_encoded
from shared.runtime import Runtime
from shared.same_site import from_elsewhere
from shared.signed_links import Purpose, path, read_link

PREFIX = path(Purpose.SUBMIT).rpartition("/")[0]
# Of all links of one mail; ten seconds' worth may come at once, from a person who is impatient or a house that shares.
POSTS_A_SECOND = 20

log = logger(__name__)


def link_pages(
    runtime: Runtime, intake: Intake, store: Store, files: Files, incoming: Incoming, links: tuple[str, str]
) -> Starlette:
    """The application below PREFIX. `links` are the public address and the secret."""
    public_url, secret = links
    rate = Rate(POSTS_A_SECOND)

    async def page(request: Request, purpose: Purpose) -> Response:
        link = read_link(purpose, request.path_params["token"], secret)
        acts = request.method == "POST"
        if acts and from_elsewhere(request, public_url):
            log.warning("refused", why="posted from another site", agency=link.agency, mail=link.mail)
            raise Problem(403, "post it from the link's own page")
        if acts and (pause := rate.take(link.mail, 1, time.monotonic())):
            log.warning("too fast", agency=link.agency, mail=link.mail)
            raise Problem(429, "too many posts of one mail's links", {"Retry-After": str(math.ceil(pause))})
        opened = await open_link(link, intake, store)
        if opened.closed is not None:
            return closed_page(opened, opened.closed)
        return await act(request, opened) if acts else form_page(opened, files.bounds, seen({}))

    async def act(request: Request, opened: Opened) -> Response:
        link = opened.link
        submits = link.purpose is Purpose.SUBMIT
        if not submits and announced(request) > FIELDS_BYTES:
            raise Problem(413, f"the form has more than {FIELDS_BYTES} bytes")
        refuse_encoded(request)
        held = min(announced(request) or FIELDS_BYTES, FIELDS_BYTES)
        body = pieces(request, incoming.stopping, files.patience if submits else PATIENCE)
        with incoming.bytes.place(link.agency, held):
            async with aclosing(body):
                form = Form(request.headers.get("content-type", ""), body, FILE if submits else None)
                typed = seen(await form.fields())
                if submits:
                    status, wrong = await submit_output(link, form, typed, announced(request), intake, files)
                else:
                    status, wrong = await answer(opened, typed)
        if wrong:
            return form_page(opened, files.bounds, typed, wrong, status)
        if await find_told(link, store) is None:  # a program posted what the intake refused, under the link's own id
            raise NotOwed
        log.info("link used", purpose=link.purpose, agency=link.agency, occurrence=str(link.occurrence), mail=link.mail)
        # To the receipt, by an address relative to this one: a proxy may have put something before it.
        return RedirectResponse(f"./{request.path_params['token']}", 303, HEADERS)

    async def answer(opened: Opened, typed: dict[str, str]) -> tuple[int, list[Wrong]]:
        reason, wrong = read_reason(typed)
        if not wrong:
            await answer_by_link(opened.link, reason, opened.today, runtime.mongo, runtime.outbox)
        return 422, wrong

    routes = [
        Route(f"/{purpose}/{{token}}", answered_page(page, purpose, incoming.stopping), methods=["GET", "POST"])
        for purpose in Purpose
    ]
    return Starlette(routes=routes, middleware=[Middleware(Lingering)], exception_handlers={HTTPException: _unrouted})


async def _unrouted(_: Request, error: Exception) -> Response:
    """No such path, or not by this method."""
    assert isinstance(error, HTTPException)
    return failure_page(error.status_code, error.headers)
