"""The officers' page over real HTTP: who gets in, what it shows, and that nothing in it runs."""

import html
import json
import shlex
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from services.notifier.officers.list_reminders import ListQuestion, list_reminders
from services.notifier.officers.officer_store import OfficerStore
from services.notifier.officers.officer_words import HOW
from services.notifier.officers.preview_reminders import PreviewQuestion, Sender, preview_reminders
from services.notifier.officers.web.pages import Desk as PageDesk
from services.notifier.officers.web.pages import pages
from services.notifier.officers.web.rendering import PREFIX
from services.notifier.officers.web.session import COOKIE, ENTER
from services.notifier.officers.web.words import NEWS_ALONE
from shared.contracts.agency_answers import AnswerGiven, AnswerKind
from shared.contracts.plan import PlanPublished
from shared.contracts.reminder_list import ReminderList
from shared.contracts.reminder_preview import ReminderPreview
from shared.health import Health
from shared.mongo import Mongo
from shared.officer_pass import COUNTS_FOR, make_pass, token_of
from shared.outcomes import Retry
from tests.harness.http import Answered, request, served
from tests.harness.postman import Postman
from tests.harness.services import LINK_SECRET
from tests.integration.notifier_desk import DESK_URL, GONE, MONTH, OTHER, OVERDUE, Desk, at_work
from tests.unit.notifier.sample import CENTRE, plan

PAGES = ("/", "/thu", "/xem-truoc", "/xem-truoc/thu?ngay=2023-03-08&co-quan=tt-a")
SENDER = Sender("nhac-viec@mau.example", "https://dondoc.example", DESK_URL)
ADDRESS = "http://127.0.0.1:8103"
HOSTILE = "<script>alert(1)</script> {{7*7}} \u202e\"'"


@dataclass
class Officer:
    """Somebody in front of the page, with a pass in hand."""

    url: str
    token: str
    desk: Desk

    async def get(self, path: str, token: str | None = None, method: str = "GET") -> Answered:
        return await request(method, self.url + path, headers={"Cookie": f"{COOKIE}={token or self.token}"})

    async def text(self, path: str) -> str:
        answer = await self.get(path)
        assert answer.status == 200, answer.body.decode()
        return answer.body.decode()


@asynccontextmanager
async def open_page(desk: Desk, mongo: Mongo, address: str = ADDRESS) -> AsyncIterator[Officer]:
    """The page of a notifier, and an officer with a pass."""
    officers = OfficerStore(mongo, desk.store)

    async def preview(question: PreviewQuestion) -> ReminderPreview:
        if not desk.is_caught_up:
            raise Retry(timedelta(seconds=1), "busy")
        return await preview_reminders(question, desk.store, officers, mongo, SENDER)

    async def reminders(question: ListQuestion) -> ReminderList:
        return await list_reminders(question, desk.store, officers)

    health = Health()
    health.waiting_for = None
    async with served(health) as (web, url):
        web.mount(PREFIX, pages(PageDesk(desk.store, preview, reminders, LINK_SECRET, address, DESK_URL)))
        yield Officer(url + PREFIX, token_of(make_pass(datetime.now(UTC)), LINK_SECRET), desk)


@asynccontextmanager
async def at_the_page(mongo: Mongo, of: PlanPublished, address: str = ADDRESS) -> AsyncIterator[Officer]:
    """A notifier of whose two mailboxes one was refused, with an answer that waits."""
    async with at_work(mongo, Postman(rcpt_t=[None, GONE])) as desk:
        await desk.owe(MONTH, of=of)
        await desk.tell(
            AnswerGiven(
                agency="tt-a",
                occurrence=MONTH,
                day=OVERDUE,
                kind=AnswerKind.NOTHING_TO_REPORT,
                reason=HOSTILE,
                mailboxes=(),
            )
        )
        await desk.turn(OVERDUE)
        await desk.send()
        async with open_page(desk, mongo, address) as officer:
            yield officer


@pytest.fixture
async def officer(mongo: Mongo) -> AsyncIterator[Officer]:
    async with at_the_page(mongo, plan()) as found:
        yield found


async def test_nobody_gets_in_without_a_pass(officer: Officer) -> None:
    """No cookie and one that has ended: 401; one that is none of ours: 403; in Vietnamese, with what to do."""
    ended = token_of(make_pass(datetime.now(UTC) - COUNTS_FOR), LINK_SECRET)
    foreign = token_of(make_pass(datetime.now(UTC)), LINK_SECRET + "x")
    for path in PAGES:
        without = await request("GET", officer.url + path)
        assert without.status == 401
        assert "Không mở được trang" in without.body.decode()
        assert "dondoc reminders open" in without.body.decode()
        for token, status in ((ended, 401), (foreign, 403), (officer.token[:-2], 403), ("x", 403)):
            refused = await officer.get(path, token)
            assert refused.status == status
            assert "tt-a" not in refused.body.decode()


async def test_a_fault_of_ours_is_a_page_too(officer: Officer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever fails inside, the officer reads what to do, in Vietnamese, and nothing of the inside."""

    async def fail() -> None:
        raise LookupError("bên trong")

    monkeypatch.setattr(officer.desk.store, "plans", fail)
    answer = await officer.get("/thu")
    assert (answer.status, answer.headers["Cache-Control"]) == (500, "no-store")
    assert "Hệ thống gặp lỗi" in answer.body.decode()
    assert "bên trong" not in answer.body.decode()


async def test_the_link_becomes_a_cookie(officer: Officer) -> None:
    """Opening the link sets a cookie that scripts and other sites can't use, and goes on to an address without the
    token; a HEAD, as scanners send, does no harm, and the link opens again."""
    for method in ("HEAD", "GET", "GET"):
        entered = await request(method, f"{officer.url}{ENTER}/{officer.token}")
        assert entered.status == 200
    assert entered.headers["Refresh"] == f"0; url={PREFIX}/"
    cookie = entered.headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}={officer.token}; ")
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=strict", f"path={PREFIX}"} <= parts
    seconds = next(int(part.partition("=")[2]) for part in parts if part.startswith("max-age="))
    assert 0 < seconds <= COUNTS_FOR.total_seconds()
    assert "secure" not in parts
    assert officer.token not in entered.body.decode()


async def test_behind_tls_the_cookie_is_secure(mongo: Mongo) -> None:
    """Where officers come by TLS the cookie goes no other way, and a path before the page's is kept."""
    async with at_the_page(mongo, plan(), "https://dondoc.example/nb") as officer:
        entered = await request("GET", f"{officer.url}{ENTER}/{officer.token}")
        assert "; secure" in entered.headers["Set-Cookie"].lower()
        assert f"path=/nb{PREFIX};" in entered.headers["Set-Cookie"].lower()
        assert entered.headers["Refresh"] == f"0; url=/nb{PREFIX}/"


async def test_a_wrong_or_ended_link(officer: Officer) -> None:
    """It sets no cookie."""
    ended = token_of(make_pass(datetime.now(UTC) - COUNTS_FOR), LINK_SECRET)
    for token, status, words in ((ended, 401, "đã hết hạn"), (officer.token + "x", 403, "đã bị thay đổi")):
        refused = await request("GET", f"{officer.url}{ENTER}/{token}")
        assert (refused.status, refused.headers["Set-Cookie"]) == (status, None)
        assert words in refused.body.decode()


async def test_logs_hold_no_token(officer: Officer) -> None:
    """What is logged of coming in and of being refused names the pass at most."""
    with capture_logs() as logs:
        await request("GET", f"{officer.url}{ENTER}/{officer.token}")
        await request("GET", f"{officer.url}{ENTER}/{officer.token}x")
        officer.desk.is_caught_up = False
        assert (await officer.get("/xem-truoc")).status == 503
    said = json.dumps(logs, default=str)
    assert len(logs) == 3
    assert officer.token.partition(".")[0] not in said


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_is_kept_from_others(officer: Officer, path: str) -> None:
    """Nothing runs, nothing frames it, nothing keeps it, and no address leaks."""
    headers = (await officer.get(path)).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src ")
    assert "frame-ancestors 'none'" in policy
    assert "script" not in policy
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert ("sandbox" in policy) is path.startswith("/xem-truoc/thu")


async def test_what_the_pages_show(officer: Officer) -> None:
    """The refused mailbox with the server's words, the answer with its command, the mail and why."""
    overview = await officer.text("/")
    assert "dondoc duty nothing-to-report mau-2023 III.2 tt-a 2023-02" in overview
    assert "Không có địa chỉ nào bị trả lại thư" in overview
    mails = await officer.text("/thu?co-quan=tt-a&trang-thai=sent&tu-ngay=2023-03-08")
    assert "bị từ chối: 550 no such user" in mails
    assert "Phát thanh cơ sở, tháng 02/2023: quá hạn" in mails
    assert "Không có thư nào" in await officer.text("/thu?trang-thai=failed")
    preview = await officer.text("/xem-truoc?ngay=2023-03-14")
    assert "hạn ghi nhận 07/03/2023, quá 5 ngày làm việc" in preview
    assert "chờ xác nhận" in preview
    assert "Trung tâm Truyền thông" in await officer.text(PAGES[3])


async def test_the_page_says_of_answers_what_the_mail_says(mongo: Mongo) -> None:
    """Of each kind, what the coordinator does; that something is done already the agency itself records."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH, OTHER)
        for key, kind in ((MONTH, AnswerKind.NOTHING_TO_REPORT), (OTHER, AnswerKind.ALREADY_DONE)):
            told = AnswerGiven(agency="tt-a", occurrence=key, day=OVERDUE, kind=kind, reason="mẫu", mailboxes=())
            await desk.tell(told)
        await desk.turn(OVERDUE)
        async with open_page(desk, mongo) as officer:
            overview = await officer.text("/")
            assert NEWS_ALONE in await officer.text(f"/thu?co-quan={plan().coordinator}")
    for kind in AnswerKind:
        assert HOW[kind] in overview
    assert overview.count(f'<a href="{DESK_URL}">Bàn điều hành</a>') == 2
    assert overview.index(DESK_URL) < overview.index("dondoc duty")
    assert "bản sau" not in overview


async def test_marked_addresses(mongo: Mongo) -> None:
    """With the server's words and the command that takes the mark away, in which an address is one word for a shell."""
    odd = "o'brien@mau.example"
    body = CENTRE.model_copy(update={"emails": (odd,)})
    async with at_work(mongo, Postman(rcpt_o=["550 5.1.1 <no> such user"])) as desk:
        await desk.owe(MONTH, of=plan(agencies=(body, *plan().agencies[:2])))
        await desk.turn(OVERDUE)
        await desk.send()
        async with open_page(desk, mongo) as officer:
            overview = html.unescape(await officer.text("/"))
    assert "550 5.1.1 <no> such user" in overview
    assert f"dondoc reminders unmark {shlex.quote(odd)}" in overview


async def test_wrong_fields(officer: Officer) -> None:
    """What doesn't fit is a page that says what would."""
    for path, status in (
        ("/thu?tu-ngay=8/3/2023", 400),
        ("/thu?trang-thai=x", 400),
        ("/thu?co-quan=x", 400),
        ("/xem-truoc?ngay=2033-03-08", 400),
        ("/xem-truoc/thu?ngay=2023-03-08&co-quan=dai", 404),
        ("/xem-truoc/thu?co-quan=tt-a", 400),
        ("/gi-do", 404),
    ):
        answer = await officer.get(path)
        assert (answer.status, "Không mở được trang" in answer.body.decode()) == (status, True), path
    assert (await officer.get("/thu", method="POST")).status == 405


async def test_hostile_data_stays_text(mongo: Mongo) -> None:
    """Names, titles and answers with markup and templates in them are shown as they are."""
    body = CENTRE.model_copy(update={"name": HOSTILE})
    duties = tuple(duty.model_copy(update={"title": HOSTILE}) for duty in plan().duties)
    async with at_the_page(mongo, plan(agencies=(body, *plan().agencies[:2]), duties=duties, title=HOSTILE)) as officer:
        for path in PAGES:
            text = await officer.text(path)
            assert "<script" not in text
            assert "{{7*7}}" in text or path == "/xem-truoc/thu"
            assert "49" not in text.replace("&#34;", "").replace("&#39;", "")


async def test_before_the_first_day(mongo: Mongo) -> None:
    """Without a plan and a day there is nothing to preview, and the other pages are empty."""
    async with at_work(mongo) as desk, open_page(desk, mongo) as officer:
        assert "Chưa có thư nhắc việc nào" in await officer.text("/")
        assert (await officer.get("/xem-truoc")).status == 404
        assert (await officer.get(f"/xem-truoc?ngay={date(2023, 3, 8)}")).status == 400
