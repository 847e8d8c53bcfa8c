"""Who may do what at the desk: every role at every page, over real HTTP."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext
from structlog.testing import capture_logs

from services.reports.desk.web.making import MakingPages
from services.reports.desk.web.occurrences import OccurrencePages
from services.reports.desk.web.officers import OfficersPage
from services.reports.desk.web.outputs import OutputPages
from services.reports.desk.web.overview import OverviewPages
from services.reports.desk.web.paths import ENTER, LEAVE, OFFICERS, OVERVIEW, SCRIPT, STYLE
from services.reports.desk.web.report import ReportPages
from services.reports.desk.web.signing_in import SigningIn
from shared.ask import ask, request_body
from shared.contracts.officers import Role
from shared.settings import Settings
from tests.harness.inbox import Inbox
from tests.integration.officer_desk import ADMIN, EVERYBODY, OFFICER, VIEWER, Browser, OfficerDesk, open_officer_desk
from tests.integration.test_reports_service import WITHIN, publish
from tests.unit.reports.events import year_of_events

# By hand, from what each role is for: the least role, and a form that gets far enough to be answered by the page.
MAY: dict[tuple[str, str], Role | None] = {
    ("GET", STYLE): None,
    ("GET", ENTER): None,
    ("POST", ENTER): None,
    ("GET", "/vao/thu/x"): None,
    ("POST", "/vao/thu/x"): None,
    ("GET", OVERVIEW): Role.VIEWER,
    ("GET", "/qua-han"): Role.VIEWER,
    ("GET", "/co-quan"): Role.VIEWER,
    ("GET", "/co-quan/dai"): Role.VIEWER,
    ("GET", "/co-quan/dai/III.10"): Role.VIEWER,
    ("GET", "/ky/III.10/dai/2023-W07"): Role.VIEWER,
    ("POST", "/ky/III.10/dai/2023-W07"): Role.OFFICER,
    ("GET", "/san-pham"): Role.VIEWER,
    ("GET", "/san-pham/1"): Role.VIEWER,
    ("POST", "/san-pham/1"): Role.OFFICER,
    ("GET", "/san-pham/1/tep/x"): Role.VIEWER,
    ("GET", "/quyet-dinh"): Role.VIEWER,
    ("GET", "/bao-cao"): Role.VIEWER,
    ("POST", "/bao-cao/lap"): Role.OFFICER,
    ("GET", "/bao-cao/tien-do/x"): Role.VIEWER,
    ("GET", f"/bao-cao/da-lap/{'0' * 64}"): Role.VIEWER,
    ("GET", SCRIPT): None,
    ("GET", "/bao-cao/noi-dung/causes"): Role.VIEWER,
    ("POST", "/bao-cao/noi-dung/causes"): Role.OFFICER,
    ("GET", OFFICERS): Role.ADMIN,
    ("POST", OFFICERS): Role.ADMIN,
    ("POST", LEAVE): Role.VIEWER,
}
REFUSED = {401, 403}
NOT_THERE = ("/tep/x", "/tien-do/x", f"/da-lap/{'0' * 64}")


@pytest.fixture
async def desk(settings: Settings, js: JetStreamContext, nc: Client, inbox: Inbox) -> AsyncIterator[OfficerDesk]:
    async with open_officer_desk(settings, nc, inbox) as desk:
        await publish(js, year_of_events())
        yield desk


async def _refusals(browser: Browser) -> dict[tuple[str, str], int]:
    """The pages that don't let the browser in, each with its status."""
    found = {}
    for method, path in MAY:
        # An empty form: what a page says of it comes after the question of who sends it.
        answer = await (browser.get(path) if method == "GET" else browser.post(path))
        assert answer.status_code < 500, (method, path)
        assert answer.status_code != 404 or path.endswith(NOT_THERE), (method, path)
        if answer.status_code in REFUSED:
            found[method, path] = answer.status_code
        if path == LEAVE and answer.status_code == 303:
            break
    return found


async def test_every_role_at_every_page(desk: OfficerDesk) -> None:
    """Nobody gets in without signing in; a viewer changes nothing; an officer changes no roles; an admin does all."""
    everything = {at for at, needs in MAY.items() if needs is not None}
    nobody = await desk.browser()
    nobody.csrf = "x"
    assert await _refusals(nobody) == dict.fromkeys(everything, 401)
    for email, role in EVERYBODY.items():
        more = {at for at, needs in MAY.items() if needs is not None and not role.covers(needs)}
        assert await _refusals(await desk.signed_in(email)) == dict.fromkeys(more, 403), role


def test_the_table_has_every_page() -> None:
    """A page that is added without a line in the table fails here, and so does one whose role is another."""
    nothing: Any = None
    signing_in = SigningIn(nothing, nothing, nothing, None)
    pages = [
        *signing_in.pages(),
        *OverviewPages(nothing, nothing).pages(),
        *OccurrencePages(nothing, nothing, nothing).pages(),
        *OutputPages(nothing, nothing, nothing).pages(),
        *ReportPages(nothing, nothing, nothing, nothing, nothing, nothing).pages(),
        *MakingPages(nothing, nothing, nothing, nothing).pages(),
        *OfficersPage(nothing, nothing, nothing, nothing).pages(),
    ]
    table = {at: needs for at, needs in MAY.items() if at[1] != STYLE}
    for page in pages:
        pattern = re.compile(re.sub(r"\{\w+\}", "[^/]+", re.escape(page.path).replace("\\{", "{").replace("\\}", "}")))
        (found,) = [at for at in table if at[0] == page.method and pattern.fullmatch(at[1])]
        assert table.pop(found) == page.needs, page.path
    assert table == {}


async def test_nothing_else_is_to_be_had(desk: OfficerDesk) -> None:
    """What isn't in the table answers 404 or 405, whoever asks."""
    browser = await desk.signed_in(ADMIN)
    for method, path in MAY:
        if ("POST", path) not in MAY and method == "GET":
            answer = await browser.post(path)
            assert (answer.status_code, "GET" in answer.headers["Allow"]) == (405, True), path
    for path in ("/x", "//", "/can-bo/", "/../can-bo", "/kieu.css/x", "/templates/base.html.j2"):
        assert (await browser.get(path)).status_code == 404, path


async def test_forms_from_elsewhere_do_nothing(desk: OfficerDesk) -> None:
    """Without the session's token, with another's, or from another site: 403, though the cookie came along."""
    browser, other = await desk.signed_in(ADMIN), await desk.signed_in(OFFICER)
    right = browser.csrf
    for path in (path for (method, path), needs in MAY.items() if method == "POST" and needs):
        for wrong in ("", "x", other.csrf, right[:-1]):
            browser.csrf = wrong
            assert (await browser.post(path)).status_code == 403
        browser.csrf = right
        for site in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "https://x.example"},
        ):
            assert (await browser.post(path, **site)).status_code == 403
    assert (await browser.get(OVERVIEW)).status_code == 200


async def test_every_refusal_is_logged(desk: OfficerDesk) -> None:
    """With who and what, and nothing that lets in."""
    browser = await desk.signed_in(VIEWER)
    with capture_logs() as logs:
        await browser.post(OFFICERS)
    (refused,) = [one for one in logs if one["event"] == "refused at the desk"]
    assert (refused["officer"], refused["page"]) == (VIEWER, "POST /can-bo")
    assert browser.csrf not in str(logs)


async def test_a_token_acts_as_its_officer(desk: OfficerDesk) -> None:
    """It lets a program do what the officer may, without a form's token, until another takes its place or it ends."""

    async def token(**more: object) -> str:
        answer = await ask(desk.nc, "dondoc.reports.officer_token", request_body(email=OFFICER, **more), WITHIN)
        return str(json.loads(answer)["token"])

    first = await token()
    program = await desk.browser()
    bearer = {"Authorization": f"Bearer {first}"}
    assert (await program.get(OVERVIEW, **bearer)).status_code == 200
    assert (await program.get(OFFICERS, **bearer)).status_code == 403
    asked = await program.post("/bao-cao/lap", {"dang": "json", "ngay": "2023-06-30"}, **bearer)
    assert asked.status_code == 303
    assert (await program.post(LEAVE, **bearer)).status_code == 303
    second = await token()
    assert (await program.get(OVERVIEW, **bearer)).status_code == 401
    bearer = {"Authorization": f"Bearer {second}"}
    assert (await program.get(OVERVIEW, **bearer)).status_code == 200
    await token(revoke=True)
    for wrong in (second, "x" * 10_000, first[:-1]):
        assert (await program.get(OVERVIEW, Authorization=f"Bearer {wrong}")).status_code == 401


async def test_every_page_is_kept_from_others(desk: OfficerDesk) -> None:
    """Nothing runs, nothing frames it, nothing keeps it; also where it is refused."""
    for browser in (await desk.browser(), await desk.signed_in(ADMIN)):
        for path in (path for method, path in MAY if method == "GET"):
            headers = (await browser.get(path)).headers
            policy = headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'")
            assert "unsafe" not in policy
            assert headers["Cache-Control"] == "no-store"
            assert headers["X-Frame-Options"] == "DENY"
            assert headers["Referrer-Policy"] == "no-referrer"
