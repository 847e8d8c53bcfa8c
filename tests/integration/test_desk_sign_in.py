"""Signing in at the desk by a mailed link, and out again."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext
from structlog.testing import capture_logs

from services.reports.desk.sign_in_store import LINK_LASTS, MOST_LINKS, SESSION_LASTS
from services.reports.desk.web.access import COOKIE
from services.reports.desk.web.paths import BY_LINK, ENTER, LEAVE, OFFICERS, OVERVIEW, PREFIX
from shared.mongo import Mongo
from shared.settings import Settings
from tests.harness.inbox import Inbox
from tests.integration.officer_desk import ADMIN, OFFICER, VIEWER, OfficerDesk, link_in, open_officer_desk
from tests.integration.until import until


@pytest.fixture
async def desk(settings: Settings, js: JetStreamContext, nc: Client, inbox: Inbox) -> AsyncIterator[OfficerDesk]:
    async with open_officer_desk(settings, nc, inbox) as desk:
        yield desk


@pytest.fixture
async def kept(settings: Settings) -> AsyncIterator[Mongo]:
    """What the service keeps."""
    mongo = Mongo(settings.mongo_url, settings.database("reports"))
    yield mongo
    mongo.close()


async def test_a_listed_officer_gets_in_by_a_link(desk: OfficerDesk) -> None:
    """Asked, mailed, opened, confirmed: a page with the officer's name."""
    browser = await desk.signed_in(OFFICER)
    assert "Nguyễn Thị Mẫu" in await browser.page(OVERVIEW)
    cookie = next(one for one in browser.client.cookies.jar if one.name == COOKIE)
    # The HTTP API beside the desk takes it too.
    assert (cookie.path, cookie.secure) == ("/", False)
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "lax"
    assert len(browser.cookie) >= 43  # 256 bits


async def test_the_mail_is_plain_and_holds_one_link(desk: OfficerDesk) -> None:
    """To the officer alone, in Vietnamese, marked as automatic; nothing of it is HTML."""
    browser = await desk.browser()
    await browser.post(ENTER, {"email": f"  {OFFICER.upper()} "})
    await desk.link(OFFICER)
    (mail,) = desk.inbox.messages()
    assert (mail["To"], mail["Auto-Submitted"], mail.get_content_type()) == (OFFICER, "auto-generated", "text/plain")
    assert mail["Subject"] == "Liên kết đăng nhập hệ thống Đôn đốc"
    assert mail.get_content().count("http") == 1
    assert "Kính gửi ông/bà Nguyễn Thị Mẫu" in mail.get_content()


async def test_nobody_learns_who_is_listed(desk: OfficerDesk) -> None:
    """The page says the same to a stranger, byte by byte, and no mail goes to one."""
    browser = await desk.browser()
    listed = await browser.post(ENTER, {"email": VIEWER})
    stranger = await browser.post(ENTER, {"email": "la@stttt.example"})
    assert (listed.status_code, listed.content) == (stranger.status_code, stranger.content)
    await desk.link(VIEWER)
    assert [mail["To"] for mail in desk.inbox.messages()] == [VIEWER]


async def test_looking_at_a_link_uses_nothing_up(desk: OfficerDesk) -> None:
    """HEAD and GET, as scanners send them, sign nobody in; the person's POST does, and no second one."""
    browser = await desk.browser()
    await browser.post(ENTER, {"email": OFFICER})
    link = await desk.link(OFFICER)
    scanner = await desk.browser()
    for method in ("HEAD", "GET", "GET"):
        looked = await scanner.client.request(method, PREFIX + link)
        assert (looked.status_code, COOKIE in scanner.client.cookies) == (200, False)
    assert OFFICER in looked.text
    posts = await asyncio.gather(*(browser.post(link) for _ in range(10)))
    assert sorted(answer.status_code for answer in posts) == [303] + [410] * 9
    assert (await scanner.get(link)).status_code == 410
    assert (await browser.get(OVERVIEW)).status_code == 200


async def test_a_link_ends_after_a_quarter_of_an_hour(desk: OfficerDesk, kept: Mongo) -> None:
    """By the clock, also where MongoDB has not swept it yet."""
    browser = await desk.browser()
    await browser.post(ENTER, {"email": OFFICER})
    link = await desk.link(OFFICER)
    change = [{"$set": {"until": {"$subtract": ["$until", round(LINK_LASTS.total_seconds() * 1000)]}}}]
    await kept.db["sign_in_links"].update_many({}, change)
    assert (await browser.get(link)).status_code == 410
    assert (await browser.post(link)).status_code == 410
    assert COOKIE not in browser.client.cookies
    for wrong in ("x", "x" * 5_000, "%2e%2e%2f", "$ne"):
        assert (await browser.get(f"{BY_LINK}/{wrong}")).status_code in (404, 410)


async def test_a_session_ends_after_twelve_hours(desk: OfficerDesk, kept: Mongo) -> None:
    browser = await desk.signed_in(OFFICER)
    change = [{"$set": {"until": {"$subtract": ["$until", round(SESSION_LASTS.total_seconds() * 1000)]}}}]
    await kept.db["sessions"].update_many({}, change)
    assert (await browser.get(OVERVIEW)).status_code == 401


async def test_an_address_gets_so_many_links_and_no_more(desk: OfficerDesk) -> None:
    """However often somebody asks for it; another address still gets its own."""
    browser = await desk.browser()
    for _ in range(MOST_LINKS + 3):
        assert (await browser.post(ENTER, {"email": OFFICER})).status_code == 200

    async def all_there() -> bool:
        return len(desk.inbox.messages()) == MOST_LINKS

    await until(all_there, "the links are mailed")
    await desk.signed_in(VIEWER)
    assert [mail["To"] for mail in desk.inbox.messages()].count(OFFICER) == MOST_LINKS


async def test_a_signed_out_cookie_is_dead(desk: OfficerDesk) -> None:
    """Whoever kept a copy of it gets in no more."""
    browser = await desk.signed_in(ADMIN)
    thief = await desk.browser()
    thief.client.cookies.set(COOKIE, browser.cookie, path=PREFIX)
    assert (await thief.get(OFFICERS)).status_code == 200
    left = await browser.post(LEAVE)
    assert (left.status_code, left.headers["Location"]) == (303, PREFIX + ENTER)
    assert COOKIE not in browser.client.cookies
    assert (await thief.get(OFFICERS)).status_code == 401


async def test_who_is_removed_is_out_at_once(desk: OfficerDesk) -> None:
    """The session ends with the listing, and doesn't come back with a new one."""
    browser = await desk.signed_in(VIEWER)
    await desk.list_officer(VIEWER, None)
    assert (await browser.get(OVERVIEW)).status_code == 401
    await desk.list_officer(VIEWER, "viewer")  # type: ignore[arg-type]
    assert (await browser.get(OVERVIEW)).status_code == 401


async def test_signing_in_again_ends_the_session_before(desk: OfficerDesk) -> None:
    """So that a cookie that was set by somebody else beforehand is worth nothing afterwards."""
    browser = await desk.signed_in(OFFICER)
    before = browser.cookie
    await browser.post(ENTER, {"email": OFFICER})
    await browser.post(await desk.link(OFFICER))
    assert browser.cookie != before
    old = await desk.browser()
    old.client.cookies.set(COOKIE, before, path=PREFIX)
    assert (await old.get(OVERVIEW)).status_code == 401


async def test_nothing_that_lets_in_is_kept_or_logged(desk: OfficerDesk, kept: Mongo) -> None:
    """MongoDB and the log hold hashes at most."""
    with capture_logs() as logs:
        browser = await desk.signed_in(OFFICER)
    token = link_in(desk.inbox.messages()[0]).rpartition("/")[2]
    held = str(logs)
    for collection in ("sessions", "sign_in_links", "sign_in_asked"):
        held += str([document async for document in kept.db[collection].find({})])
    assert logs
    assert browser.cookie not in held
    assert token not in held


@pytest.mark.parametrize("typed", ["", "a", "a@b@c.example", "a@b.example\r\nBcc: x@y.example", "a b@c.example", "a@"])
async def test_what_is_no_address_is_said_at_the_field(desk: OfficerDesk, typed: str) -> None:
    """With what was typed, and nothing is mailed."""
    answer = await (await desk.browser()).post(ENTER, {"email": typed})
    assert (answer.status_code, "Địa chỉ thư không đúng" in answer.text) == (422, True)
    assert desk.inbox.messages() == []
