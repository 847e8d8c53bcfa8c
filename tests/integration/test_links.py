"""Acting by a link from a mail: looking changes nothing, posting acts once, and nothing else opens."""

import asyncio
import json

import pytest

from services.submissions.web.links import POSTS_A_SECOND
from shared.contracts.agency_answers import AnswerGiven, AnswerKind
from shared.contracts.http_limits import SAVED_SECONDS
from shared.contracts.outputs import OutputRecorded
from shared.relay import relay_own
from shared.signed_links import Purpose
from tests.harness.forms import form
from tests.integration.http_desk import HttpDesk
from tests.integration.intake_desk import posted
from tests.integration.link_desk import BOXES, OUTPUT, RADIO, REASON, TV, LinkDesk, excused, open_link_desk
from tests.integration.log import told
from tests.unit.submissions.books import TODAY
from tests.unit.submissions.sample_files import sample

ANSWERS = (Purpose.NOTHING_TO_REPORT, Purpose.ALREADY_DONE)


@pytest.fixture
async def desk(http: HttpDesk) -> LinkDesk:
    return await open_link_desk(http)


@pytest.mark.parametrize("purpose", Purpose)
async def test_looking_changes_nothing(desk: LinkDesk, purpose: Purpose) -> None:
    """Scanners of mails open every link, by GET and HEAD, often: each sees the form, and nothing is written."""
    link = desk.link(purpose)
    for method in ("GET", "HEAD", "GET"):
        page = await desk.ask(method, link)
        assert (page.status, page.has_form) == (200, method == "GET")
    assert await desk.outbox() == []
    text = page.text
    for words in (
        "Đài Phát thanh và Truyền hình tỉnh Mẫu",
        "Nhiệm vụ tv (mẫu)",
        "Mục tv của Kế hoạch",
        "Tháng 02/2026",
    ):
        assert words in text
    for words in ("28/02/2026", "07/03/2026", "Đang trong hạn", "Số liệu tính đến ngày 02/03/2026", *BOXES):
        assert words in text
    for words in ("Sở Thông tin và Truyền thông tỉnh Mẫu", "mailto:mau@so-a.example"):
        assert words in text


async def test_a_form_becomes_an_output_by_the_intake_of_all(desk: LinkDesk) -> None:
    """The document, the receipt in the log with who did it, and the page that shows the receipt."""
    fields = OUTPUT | {"duration_minutes": "10,5", "note": "Ghi chú\r\nhai dòng (mẫu)"}
    page = await desk.post(desk.link(), fields)
    assert (page.status, page.redirected, page.heading) == (200, True, "Đã ghi nhận sản phẩm")
    for words in ("Chuyên mục tháng 02 (mẫu)", "11/02/2026", "https://dai.example/tv-02", "10,5 phút", "Đúng hạn"):
        assert words in page.text
    (document,) = await desk.http.desk.documents()
    assert document["occurrence"] == TV.model_dump()
    assert document["submission"]["source"] == "mailto:vanthu@dai.example,giamdoc@dai.example"
    assert json.loads(document["raw"])["data"]["note"] == "Ghi chú\nhai dòng (mẫu)"
    runtime = desk.http.desk.runtime
    await relay_own(runtime.outbox, runtime.publisher)
    ((_, event),) = await told(runtime.js)
    assert isinstance(event, OutputRecorded)
    assert (event.agency, event.day, event.duration_minutes) == ("dai", TODAY, 10.5)
    assert event.output in page.text


async def test_a_second_use_shows_the_first_receipt(desk: LinkDesk) -> None:
    """By GET or by POST, with other content or none: the same page, and nothing is written."""
    first = await desk.post(desk.link(), OUTPUT)
    for again in (
        await desk.post(desk.link(), OUTPUT | {"title": "Khác (mẫu)"}),
        await desk.post(desk.link(), {}),
        await desk.get(desk.link()),
    ):
        assert (again.status, again.text) == (200, first.text)
    assert len(await desk.outbox()) == 1


@pytest.mark.parametrize("purpose", Purpose)
async def test_a_hundred_posts_at_once_are_one(desk: LinkDesk, purpose: Purpose) -> None:
    """Each of the hundred sees the receipt of the one that was first, each with content of its own."""
    fields = OUTPUT | REASON
    pages = await asyncio.gather(
        *(
            desk.post(desk.link(purpose), {name: f"{text}{number}" for name, text in fields.items()} | dates)
            for number in range(100)
            for dates in [{"published_on": OUTPUT["published_on"]}]
        )
    )
    assert {page.status for page in pages} == {200}
    assert len({page.text for page in pages}) == 1
    assert len(await desk.outbox()) == 1
    assert len(await desk.http.desk.documents()) == (purpose is Purpose.SUBMIT)


@pytest.mark.parametrize("purpose", ANSWERS)
async def test_an_answer_goes_to_the_log_once_with_who_gave_it(desk: LinkDesk, purpose: Purpose) -> None:
    """It changes no state: the page says that the coordinator decides. A second one changes nothing."""
    reason = {"reason": "Đã phát sóng ngày 11/02\r\nhttps://dai.example/x <b>"}
    page = await desk.post(desk.link(purpose), reason)
    assert (page.status, page.redirected, page.heading) == (200, True, "Đã ghi nhận trả lời")
    assert "https://dai.example/x &lt;b&gt;" in page.text
    assert "Đang trong hạn" in page.text
    assert (await desk.post(desk.link(purpose), {"reason": "Khác"})).text == page.text
    runtime = desk.http.desk.runtime
    await relay_own(runtime.outbox, runtime.publisher)
    ((_, event),) = await told(runtime.js)
    assert event == AnswerGiven(
        agency="dai",
        occurrence=TV,
        day=TODAY,
        kind=AnswerKind.NOTHING_TO_REPORT if purpose is Purpose.NOTHING_TO_REPORT else AnswerKind.ALREADY_DONE,
        reason="Đã phát sóng ngày 11/02\nhttps://dai.example/x <b>",
        mailboxes=BOXES,
    )


async def test_an_address_without_its_scheme_is_recorded_with_it(desk: LinkDesk) -> None:
    """As it is typed on a phone; the receipt shows it whole."""
    page = await desk.post(desk.link(), OUTPUT | {"url": "dai.example/tv-02"})
    assert page.heading == "Đã ghi nhận sản phẩm"
    assert '<a href="https://dai.example/tv-02"' in page.text


async def test_wrong_fields_are_told_beside_them_and_what_was_typed_stays(desk: LinkDesk) -> None:
    """All at once; corrected, the same link records: a refusal isn't kept."""
    wrong = {
        "title": "",
        "published_on": "31/02/2026",
        "url": "dai example/tv",
        "duration_minutes": "mười",
        "note": "x",
    }
    page = await desk.post(desk.link(key=RADIO), wrong)
    assert (page.status, page.redirected, page.has_form) == (422, False, True)
    assert "Thiếu tiêu đề" in page.error("title")
    assert "“31/02/2026” không phải là ngày" in page.error("published_on")
    assert "http://" in page.error("url")
    assert "không phải là số phút" in page.error("duration_minutes")
    for kept in ('value="31/02/2026"', 'value="dai example/tv"', 'value="mười"', "\nx</textarea>"):
        assert kept in page.text
    for anchor in ("title", "published_on", "url", "duration_minutes"):
        assert f'<a href="#{anchor}">' in page.text
    assert "Chưa gửi được: có 4 chỗ cần sửa" in page.text
    assert await desk.outbox() == []
    assert (await desk.post(desk.link(key=RADIO), OUTPUT)).heading == "Đã ghi nhận sản phẩm"


@pytest.mark.parametrize(
    ("day", "says"),
    [("05/03/2026", "ngày chưa đến"), ("31/01/2026", "đứng trước ngày bắt đầu của kỳ"), ("", "Thiếu ngày đăng, phát")],
)
async def test_what_the_intake_refuses_stands_beside_the_date(desk: LinkDesk, day: str, says: str) -> None:
    """The intake's own reasons, in Vietnamese; nothing is written."""
    page = await desk.post(desk.link(), OUTPUT | {"published_on": day})
    assert (page.status, says in page.error("published_on")) == (422, True), page.error("published_on")
    assert await desk.outbox() == []


@pytest.mark.parametrize("reason", ["", " \r\n", "...", "x" * 2001])
@pytest.mark.parametrize("purpose", ANSWERS)
async def test_an_answer_needs_a_reason(desk: LinkDesk, purpose: Purpose, reason: str) -> None:
    page = await desk.post(desk.link(purpose), {"reason": reason})
    assert (page.status, page.has_form) == (422, True)
    assert page.error("reason").startswith("Cần sửa: ")
    assert await desk.outbox() == []


async def test_a_file_is_kept_with_its_output(desk: LinkDesk) -> None:
    """As the agency's evidence, by its content; the page says that it is there."""
    page = await desk.post(desk.link(), OUTPUT, ("Biên bản “mẫu”.pdf", sample("pdf")))
    assert "Đã nhận 01 tệp" in page.text
    (document,) = await desk.http.desk.documents()
    stored = await desk.http.files.evidence.find("dai", document["evidence"][0])
    assert stored is not None
    assert stored.file.name == "Biên bản “mẫu”.pdf"
    assert b"".join([piece async for piece in desk.http.files.evidence.read(stored)]) == sample("pdf")


async def test_a_file_that_is_none_of_ours_is_refused_and_the_rest_stays(desk: LinkDesk) -> None:
    """By content, not by name. Where a field is wrong the file isn't taken in at all, and has to be chosen again."""
    page = await desk.post(desk.link(), OUTPUT, ("a.pdf", b"<script>alert(1)</script>"))
    assert (page.status, "không thuộc loại được nhận" in page.error("evidence")) == (415, True)
    assert f'value="{OUTPUT["title"]}"' in page.text
    page = await desk.post(desk.link(), OUTPUT | {"title": ""}, ("a.pdf", sample("pdf")))
    assert (page.status, "xin chọn lại tệp" in page.error("evidence")) == (422, True)
    assert [one async for one in desk.http.files.evidence.every()] == []
    assert await desk.outbox() == []


async def test_what_is_met_or_excused_needs_nothing(desk: LinkDesk) -> None:
    """However it was delivered: the page says so and what holds, has no form, and a post changes nothing."""
    await desk.http.desk.post(posted("1"))
    await desk.told(excused(RADIO))
    before = await desk.outbox()
    met = [(purpose, TV, "Kỳ này đã được ghi nhận", "Ngày ghi nhận</dt><dd>02/03/2026") for purpose in Purpose]
    excuse = [(purpose, RADIO, "Kỳ này đã được miễn", "12/STTTT-MẪU") for purpose in ANSWERS]
    for purpose, key, heading, words in (*met, *excuse):
        link = desk.link(purpose, key)
        for page in (await desk.get(link), await desk.post(link, OUTPUT | REASON)):
            assert (page.status, page.heading, page.has_form) == (200, heading, False)
            assert words in page.text
    assert await desk.outbox() == before


@pytest.mark.parametrize("purpose", Purpose)
async def test_a_link_ends_with_its_day_of_the_calendar(desk: LinkDesk, purpose: Purpose) -> None:
    """It counts on its last day and not on the next one, whatever the wall clock says, which is years ahead here."""
    link = desk.link(purpose, until=TODAY)
    assert (await desk.get(link)).has_form
    await desk.turn(TODAY.replace(day=3))
    for page in (await desk.get(link), await desk.post(link, OUTPUT | REASON)):
        assert (page.status, page.heading, page.has_form) == (410, "Liên kết đã hết hạn", False)
        assert "đến hết ngày 02/03/2026" in page.text
    assert await desk.outbox() == []


async def test_what_is_no_link_of_ours_opens_nothing(desk: LinkDesk) -> None:
    """Altered, cut, of another purpose, of another secret, or nothing like one; by GET and by POST."""
    link = desk.link()
    head, token = link.rsplit("/", 1)
    wrong = [
        f"{head}/{token[:-2]}",
        f"{head}/{token[1:]}",
        f"{head}/{token[:2]}{token[2].swapcase()}{token[3:]}",
        desk.link(Purpose.ALREADY_DONE).replace(Purpose.ALREADY_DONE, Purpose.SUBMIT),
        f"{head}/x",
        f"{head}/%00%22<script>",
        f"{head}/",
        f"{desk.origin}/thu/",
        f"{desk.origin}/thu/khac/{token}",
        f"{link}/more",
        f"{head}/{'a' * 50_000}",
    ]
    for url in wrong:
        for page in (await desk.get(url), await desk.post(url, OUTPUT)):
            assert (page.status, page.heading, page.has_form) == (404, "Liên kết không đúng", False), url
    assert await desk.outbox() == []


async def test_a_link_of_what_is_no_longer_asked_is_gone(desk: LinkDesk) -> None:
    """The plan doesn't know the period, the duty isn't the agency's, or there is no such plan."""
    for key, agency in (
        (TV.model_copy(update={"period": "2027-02"}), "dai"),
        (TV.model_copy(update={"plan": "khac"}), "dai"),
        (TV, "huyen"),
    ):
        for page in (
            await desk.get(desk.link(key=key, agency=agency)),
            await desk.post(desk.link(key=key, agency=agency), OUTPUT),
        ):
            assert (page.status, page.heading) == (410, "Nhiệm vụ không còn trong kế hoạch")
    assert await desk.outbox() == []


async def test_posts_of_a_mail_s_links_are_bounded(desk: LinkDesk) -> None:
    """What comes faster is told when to come again; other mails' links go on."""
    link = desk.link(Purpose.ALREADY_DONE)
    pages = [await desk.post(link, {}) for _ in range(POSTS_A_SECOND * SAVED_SECONDS)]
    assert {page.status for page in pages} == {422}
    page = pages[0]
    while page.status != 429:
        page = (await asyncio.gather(*(desk.post(link, {}) for _ in range(50))))[-1]
    assert page.heading == "Xin chờ giây lát"
    assert int(page.headers["Retry-After"]) >= 1
    assert (await desk.get(link)).status == 200
    assert (await desk.post(desk.link(mail="f" * 32), OUTPUT)).status == 200


async def test_a_body_that_breaks_off_or_is_no_form_is_refused(desk: LinkDesk) -> None:
    """With a page that says that nothing was recorded."""
    typed = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await desk.ask("POST", desk.link(), b"title=x", typed)).status == 415
    assert (await desk.ask("POST", desk.link(), b"{}", {"Content-Type": "application/json"})).status == 415
    assert (await desk.ask("POST", desk.link(), b"")).status == 415
    whole = {"Content-Type": "multipart/form-data; boundary=----sample"}
    for body in (form(OUTPUT)[:-10], b"", b"title=x", form(OUTPUT, ("a.pdf", sample("pdf")))[:-20]):
        page = await desk.ask("POST", desk.link(), body, whole)
        assert (page.status, page.heading) == (400, "Chưa nhận được biểu mẫu"), body
    assert await desk.outbox() == []
    assert (await desk.ask("PUT", desk.link(), b"")).status == 405
