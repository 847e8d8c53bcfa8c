"""What officers do at the desk: it reaches the service that owns it, with who did it, and shows."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from services.reports.desk.web.occurrences import OccurrencePages
from services.reports.desk.web.paths import PREFIX
from shared.ask import ask, request_body
from shared.contracts.duties import DutyExcused, DutyExtended
from shared.contracts.narrative import NarrativeWritten
from shared.contracts.officers import OfficerListed
from shared.contracts.outputs import OutputReviewed
from shared.outcomes import Retry
from shared.settings import Settings
from tests.harness.inbox import Inbox
from tests.integration.officer_desk import ADMIN, OFFICER, VIEWER
from tests.integration.test_reports_service import WITHIN
from tests.integration.until import until
from tests.integration.whole_desk import JANUARY, TODAY, WholeDesk, open_whole_desk
from tests.system.small_house import PLAN
from tests.unit.submissions.sample_files import sample

PDF, LARGE = sample("pdf"), 3_000_000
HOSTILE = "<script>alert(1)</script> {{7*7}} \u202e\"'"
DECISION = {"document": "12/QĐ-SOA", "approver": "Giám đốc (mẫu)", "reason": "Thiên tai (mẫu)"}


@pytest.fixture
async def desk(settings: Settings, js: JetStreamContext, nc: Client, inbox: Inbox) -> AsyncIterator[WholeDesk]:
    async with open_whole_desk(settings, nc, inbox) as desk:
        yield desk


def _after(page: str) -> str:
    """What the form of the page says was seen."""
    found = re.search(r'name="sau" value="(\d+)"', page)
    assert found is not None
    return found[1]


async def told(js: JetStreamContext, subject: str, **holds: object) -> dict[str, object]:
    """The data of the last event on the subject, when it holds that."""
    found: list[dict[str, object]] = []

    async def there() -> bool:
        with suppress(NotFoundError):
            data = json.loads((await js.get_last_msg("EVENTS", subject)).data or b"")["data"]
            found.extend([data] if data | holds == data else [])
        return bool(found)

    await until(there, f"the log holds {subject}")
    return found[0]


async def test_a_review_reaches_the_log_with_its_officer(desk: WholeDesk, js: JetStreamContext) -> None:
    """Accepted, named in the report, sent back with a reason: each shows at once, and the last one holds."""
    output, next_one = await desk.deliver("1"), await desk.deliver("2", published_on="2026-02-10")
    browser, path = await desk.signed_in(OFFICER), f"/san-pham/{output}"
    assert output in await browser.page("/san-pham")
    assert next_one not in await browser.page(path)
    for form, shown in (
        ({"verdict": "accept"}, "Đã chấp nhận"),
        ({"verdict": "notable", "sau": "1"}, "sản phẩm tiêu biểu"),
        ({"verdict": "send_back", "reason": "Thiếu đường dẫn\r\n(mẫu)", "sau": "2"}, "Đã trả lại"),
    ):
        answer = await browser.post(path, form)
        assert (answer.status_code, answer.headers["Location"].endswith(f"{path}?da-ghi=1")) == (303, True)
        text = await browser.page(f"{path}?da-ghi=1")
        assert "Đã ghi lại." in text
        assert shown in text
        assert OFFICER in text
        assert f"/san-pham/{next_one}" in text
    reviewed = OutputReviewed.model_validate(await told(js, "dondoc.output.reviewed.so-a", review=3))
    assert (reviewed.reviewer, reviewed.accepted, reviewed.reason) == (OFFICER, False, "Thiếu đường dẫn\n(mẫu)")
    assert output not in await browser.page("/san-pham")
    assert output in await browser.page("/san-pham?xem-xet=sent_back&co-quan=so-a")
    assert "Quá hạn" in await browser.page(JANUARY)


async def test_nobodys_review_is_overruled_unseen(desk: WholeDesk) -> None:
    """By who still sees the page of before: that is said, with what was typed. The same again is no other review."""
    output = await desk.deliver("1")
    officer, admin = await desk.signed_in(OFFICER), await desk.signed_in(ADMIN)
    path, sent_back = f"/san-pham/{output}", {"verdict": "send_back", "reason": "Sai kỳ (mẫu)", "sau": "0"}
    assert (await officer.post(path, sent_back)).status_code == 303
    stale = await admin.post(path, {"verdict": "accept", "reason": "Tốt (mẫu)", "sau": "0"})
    told = f"{OFFICER} vừa ghi một kết quả xem xét. Xin đọc bên dưới, rồi gửi lại."
    assert (stale.status_code, told in stale.text, "Tốt (mẫu)" in stale.text) == (409, True, True)
    assert 'name="sau" value="1"' in stale.text
    assert (await officer.post(path, sent_back)).status_code == 303
    assert (await admin.post(path, {"verdict": "accept", "sau": "1"})).status_code == 303
    assert "Đã chấp nhận" in await officer.page(path)


async def test_a_review_that_cannot_be_taken_keeps_what_was_typed(desk: WholeDesk) -> None:
    """Said at the field, in Vietnamese, and nothing is told."""
    output = await desk.deliver("1")
    browser, path = await desk.signed_in(OFFICER), f"/san-pham/{output}"
    without = await browser.post(path, {"verdict": "send_back", "reason": " \u200b "})
    assert (without.status_code, "Ghi lý do trả lại" in without.text) == (422, True)
    assert 'value="send_back" checked' in without.text
    long = await browser.post(path, {"verdict": "accept", "reason": "dài " * 501})
    assert (long.status_code, long.text.count("dài dài")) == (422, 501 // 2)
    assert (await browser.post(path, {"reason": "x"})).status_code == 422
    assert "Chưa được xem xét" in await browser.page(path)


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ({"decision": "exemption"}, "Miễn thực hiện"),
        ({"decision": "nothing_to_report"}, "Không phát sinh"),
        ({"decision": "extend", "until": "31/03/2026"}, "đến 31/03/2026"),
    ],
)
async def test_a_decision_reaches_the_log_with_its_officer(
    desk: WholeDesk, js: JetStreamContext, form: dict[str, str], shown: str
) -> None:
    """With its document and who approved it; the occurrence stands otherwise at once."""
    browser = await desk.signed_in(OFFICER)
    assert "Quá hạn" in await browser.page(JANUARY)
    answer = await browser.post(JANUARY, DECISION | form)
    assert answer.status_code == 303, answer.text
    text = await browser.page(JANUARY)
    assert shown in text
    for one in (OFFICER, *DECISION.values()):
        assert one in text
    kind = "extended" if form["decision"] == "extend" else "excused"
    event = (DutyExtended if kind == "extended" else DutyExcused).model_validate(
        await told(js, f"dondoc.duty.{kind}.so-a")
    )
    assert (event.decided_by, event.approver) == (OFFICER, DECISION["approver"])
    assert DECISION["document"] in await browser.page("/quyet-dinh")


async def test_who_decides_about_what_is_delivered_is_told_what_counts(desk: WholeDesk) -> None:
    """An exemption beside an output that stands changes nothing, until the output is sent back."""
    browser, told = await desk.signed_in(OFFICER), "quyết định miễn chỉ có hiệu lực khi sản phẩm bị trả lại"
    assert told not in await browser.page(JANUARY)
    await desk.deliver("e1")
    assert told in await browser.page(JANUARY)


async def test_what_the_owner_refuses_is_said_at_the_form(desk: WholeDesk) -> None:
    """At the day's field, in Vietnamese and in its own words, with what was typed; so is what can't be read here."""
    browser = await desk.signed_in(OFFICER)
    for day in ("01/01/2026", "01/01/2036"):
        refused = await browser.post(f"{JANUARY}?da-ghi=1", DECISION | {"decision": "extend", "until": day})
        assert (refused.status_code, refused.text.count('<q lang="en">')) == (422, 2)
        assert '<a href="#until">Chọn ngày sau ngày kết thúc của kỳ theo kế hoạch' in refused.text
        assert f'value="{day}"' in refused.text
        assert "Đã ghi lại" not in refused.text
    wrong = await browser.post(JANUARY, {"decision": "extend", "until": "31/02/2026", "document": HOSTILE})
    assert (wrong.status_code, "Nhập thời hạn mới" in wrong.text, "<script" in wrong.text) == (422, True, False)
    assert "&lt;script&gt;" in wrong.text
    assert (await browser.post("/ky/I.1/so-b/2026-01", DECISION | {"decision": "exemption"})).status_code == 404


async def test_an_owner_that_is_away_loses_nothing(desk: WholeDesk, nc: Client) -> None:
    """The page says so, with what was typed."""
    output = await desk.deliver("1")
    browser = await desk.signed_in(OFFICER)
    # As if submissions weren't there: nobody of its name answers.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("services.reports.desk.web.asking.WITHIN", timedelta(seconds=1))
        patch.setattr("services.reports.desk.typed.REVIEW", "dondoc.submissions.nobody")
        answer = await browser.post(f"/san-pham/{output}", {"verdict": "accept", "reason": "Tốt (mẫu)"})
    assert answer.status_code == 422
    assert "chưa rõ nội dung đã được ghi lại chưa" in answer.text
    assert "Tốt (mẫu)" in answer.text
    assert "Chưa ghi lại được" not in answer.text


async def test_what_was_done_is_never_said_to_be_undone(desk: WholeDesk, js: JetStreamContext) -> None:
    """Where the view can't be read after a decision was recorded, the officer is led on: nobody sends it again."""
    browser = await desk.signed_in(OFFICER)

    async def away(_: OccurrencePages, __: object, ___: int) -> bool:
        raise Retry(timedelta(seconds=1), "reports is still taking in the log")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OccurrencePages, "_is_decided", away)
        answer = await browser.post(JANUARY, DECISION | {"decision": "exemption"})
    assert answer.status_code == 303, answer.text
    assert DECISION["document"] in str(await told(js, "dondoc.duty.excused.so-a"))


async def test_every_decision_is_shown_and_which_holds(desk: WholeDesk) -> None:
    """The newest first; the one that another took the place of says so."""
    browser = await desk.signed_in(OFFICER)
    for document, day in (("1/QĐ", "31/03/2026"), ("2/QĐ", "20/03/2026")):
        seen = _after(await browser.page(JANUARY))
        form = DECISION | {"decision": "extend", "document": document, "until": day, "sau": seen}
        assert (await browser.post(JANUARY, form)).status_code == 303
    text = await browser.page(JANUARY)
    assert text.index("2/QĐ") < text.index("đã được thay thế") < text.index("1/QĐ")
    assert text.count("đã được thay thế") == 1


async def test_nobodys_decision_is_overruled_unseen(desk: WholeDesk, js: JetStreamContext) -> None:
    """By who still sees the page of before: that is said, with what was typed, and the other's decision beside it. The
    same again is no other decision; what is wrong in the form is said when there is nothing unseen any more."""
    officer, admin = await desk.signed_in(OFFICER), await desk.signed_in(ADMIN)
    seen = _after(await admin.page(JANUARY))
    first = DECISION | {"decision": "extend", "document": "30/A", "until": "31/03/2026", "sau": seen}
    assert (await officer.post(JANUARY, first)).status_code == 303
    assert (await officer.post(JANUARY, first)).status_code == 303
    for typed in ({"decision": "extend", "until": "27/03/2026"}, {"decision": "exemption"}, {"decision": "khac"}):
        stale = await admin.post(JANUARY, DECISION | typed | {"document": "30/B", "sau": seen})
        assert (stale.status_code, f"{OFFICER} vừa ghi một quyết định." in stale.text) == (409, True)
        assert ("30/A" in stale.text, 'value="30/B"' in stale.text) == (True, True)
    assert (await told(js, "dondoc.duty.extended.so-a"))["document"] == "30/A"
    again = DECISION | {"decision": "extend", "document": "30/B", "until": "27/03/2026", "sau": _after(stale.text)}
    assert (await admin.post(JANUARY, again | {"until": "x"})).status_code == 422
    assert (await admin.post(JANUARY, again)).status_code == 303
    assert (await told(js, "dondoc.duty.extended.so-a", document="30/B"))["decided_by"] == ADMIN


async def test_of_two_decisions_at_once_one_is_told_of_the_other(desk: WholeDesk) -> None:
    """Whichever was first: its words are in the other's page, and it alone is made."""
    officer, admin = await desk.signed_in(OFFICER), await desk.signed_in(ADMIN)
    seen = {"sau": _after(await officer.page(JANUARY))}
    answers = await asyncio.gather(
        officer.post(JANUARY, DECISION | seen | {"decision": "exemption", "document": "30/A"}),
        admin.post(JANUARY, DECISION | seen | {"decision": "nothing_to_report", "document": "30/B"}),
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    made, other = ("30/A", "30/B") if answers[0].status_code == 303 else ("30/B", "30/A")
    overtaken = next(answer.text for answer in answers if answer.status_code == 409)
    assert (f"<strong>{made}</strong>" in overtaken, f'value="{other}"' in overtaken) == (True, True)
    text = await officer.page(JANUARY)
    assert (made in text, other in text) == (True, False)


async def test_a_part_of_the_report_is_written(desk: WholeDesk, js: JetStreamContext) -> None:
    """With its author; whatever is in it stays text, and nobody writes over words that they haven't read."""
    browser, path = await desk.signed_in(OFFICER), "/bao-cao/noi-dung/causes"
    first = f"Đoạn một.\r\n\r\n- {HOSTILE}"
    assert (await browser.post(path, {"text": first, "sau": "0"})).status_code == 303
    written = NarrativeWritten.model_validate(await told(js, "dondoc.narrative.written.mau-2026", revision=1))
    assert (written.author, written.revision, written.text.startswith("Đoạn một.\n\n- <script>")) == (OFFICER, 1, True)
    for page in ("/bao-cao", path):
        text = await browser.page(page)
        assert OFFICER in text
        assert "<script" not in text
        assert "{{7*7}}" in text
    other = await desk.signed_in(ADMIN)
    meanwhile = await other.post(path, {"text": "Bản khác", "sau": "0"})
    assert (meanwhile.status_code, "Bản khác" in meanwhile.text, "Đoạn một." in meanwhile.text) == (409, True, True)
    assert (await other.post(path, {"text": "Bản khác", "sau": "1"})).status_code == 303
    assert (await other.post(path, {"text": "", "sau": "2"})).status_code == 303
    assert "Đoạn một." not in await browser.page(path)
    assert (await browser.post(path, {"text": "x" * 20_001, "sau": "3"})).status_code == 422
    assert (await browser.get("/bao-cao/noi-dung/khac")).status_code == 404


async def test_a_report_is_asked_for_beside_another_one(desk: WholeDesk, js: JetStreamContext) -> None:
    """Beside another day, and beside another plan, which is only offered where there is one; the page of the job says
    beside what, and so does the list."""
    browser = await desk.signed_in(OFFICER)
    assert "so-voi-ke-hoach" not in await browser.page("/bao-cao")
    other = PLAN.read_bytes().replace(b"id: mau-2026", b"id: mau-2027").replace(b"year: 2026", b"year: 2027")
    await ask(desk.nc, "dondoc.assignments.publish_plan", other, WITHIN)
    await ask(desk.nc, "dondoc.assignments.publish_day", request_body(date="2026-03-03"), WITHIN)
    await told(js, "dondoc.calendar.day.2026-03-03")
    day = "02/03/2026"
    for form, shown in (({"so-voi-ngay": day}, day), ({"so-voi-ngay": day, "so-voi-ke-hoach": "mau-2027"}, "mau-2027")):
        answer = await browser.post("/bao-cao/lap?ke-hoach=mau-2026", {"dang": "json", **form})
        assert answer.status_code == 303, answer.text
        made = urlsplit(answer.headers["Location"]).path.removeprefix(PREFIX)

        async def done(path: str = made) -> bool:
            return "Đã lập xong" in await browser.page(path)

        await until(done, "the report is made")
        assert "<dt>So sánh với</dt>" in await browser.page(made)
        assert shown in await browser.page(made)
    issued = await told(js, "dondoc.report.issued.mau-2026", compared_plan="mau-2027")
    assert (issued["compared_as_of"], issued["issued_by"]) == (TODAY, OFFICER)
    text = await browser.page("/bao-cao?ke-hoach=mau-2026")
    assert f"so với {day}</span>" in text
    assert f"so với {day}, mau-2027</span>" in text


@pytest.mark.parametrize(
    ("form", "field", "said"),
    [
        ({"so-voi-ngay": "31/02/2026"}, "so-voi-ngay", "Nhập ngày/tháng/năm"),
        ({"so-voi-ngay": "02/03/2026"}, "so-voi-ngay", "Không thể so sánh báo cáo với chính nó."),
        ({"so-voi-ngay": "01/01/2030"}, "so-voi-ngay", "Chọn ngày khác, đến 02/03/2026"),
        ({"so-voi-ke-hoach": "mau-2025"}, "so-voi-ke-hoach", "Chọn kế hoạch khác"),
        ({"ngay": "01/01/2030"}, "ngay", "Chọn ngày đã qua, đến 02/03/2026"),
        ({"dang": "odt"}, "dang", "Chọn một dạng tài liệu"),
    ],
)
async def test_a_report_that_cannot_be_is_refused_at_its_field(
    desk: WholeDesk, form: dict[str, str], field: str, said: str
) -> None:
    """In Vietnamese, with what would be right, what was typed, and no job."""
    browser = await desk.signed_in(OFFICER)
    refused = await browser.post("/bao-cao/lap", {"dang": "pdf"} | form)
    assert (refused.status_code, f'<a href="#{field}">' in refused.text, said in refused.text) == (422, True, True)
    assert f'value="{form.get("so-voi-ngay", "")}"' in refused.text
    assert "Chưa lập được báo cáo: có 1 chỗ cần sửa" in refused.text
    assert "Chưa lập báo cáo nào." in await browser.page("/bao-cao")


async def test_evidence_is_saved_and_never_shown(desk: WholeDesk) -> None:
    """Small and large, under a name that no path or header can be made of; only to who is signed in, of that output."""
    small = await desk.keep(PDF, "../../etc/<script>\r\nX: y.pdf")
    large = await desk.keep(sample("pdf", LARGE), "lớn.pdf")
    output = await desk.deliver("1", evidence=[small, large])
    browser = await desk.signed_in(VIEWER)
    assert f"/tep/{small}" in await browser.page(f"/san-pham/{output}")
    for name, size in ((small, len(PDF)), (large, LARGE)):
        file = await browser.get(f"/san-pham/{output}/tep/{name}")
        assert (file.status_code, len(file.content)) == (200, size)
        assert file.headers["Content-Disposition"].startswith('attachment; filename="')
        assert file.headers["X-Content-Type-Options"] == "nosniff"
        assert "/" not in file.headers["Content-Disposition"].partition("''")[0]
        assert "X" not in file.headers
    for wrong in ("0" * 64, "..%2f..%2fx", "x"):
        assert (await browser.get(f"/san-pham/{output}/tep/{wrong}")).status_code == 404
    assert (await (await desk.desk.browser()).get(f"/san-pham/{output}/tep/{small}")).status_code == 401


async def test_officers_are_changed_by_an_admin(desk: WholeDesk, js: JetStreamContext) -> None:
    """Each change is an event with who did it; the last admin stays, and what is wrong is said at the field."""
    browser = await desk.signed_in(ADMIN)
    new = {"email": "Moi@stttt.example", "name": HOSTILE, "role": "viewer"}
    wrong = await browser.post("/can-bo", new)
    assert (wrong.status_code, "<script" in wrong.text) == (422, False)  # a direction mark is no part of a name
    assert (await browser.post("/can-bo", new | {"name": "<b>Mới</b>"})).status_code == 303
    assert "&lt;b&gt;Mới&lt;/b&gt;" in await browser.page("/can-bo")
    listed = OfficerListed.model_validate(await told(js, "dondoc.officer.listed.*", email="moi@stttt.example"))
    assert (listed.email, listed.role, listed.by) == ("moi@stttt.example", "viewer", ADMIN)
    for form in ({"email": ADMIN, "role": "viewer"}, {"email": ADMIN, "role": "none"}):
        refused = await browser.post("/can-bo", form)
        assert (refused.status_code, "ít nhất một quản trị" in unescape(refused.text)) == (422, True)
    for form in (
        {"email": "x", "role": "viewer"},
        {"email": VIEWER, "role": "king"},
        {"email": "y@z.example", "role": "none"},
    ):
        assert (await browser.post("/can-bo", form)).status_code == 422
    assert (await browser.post("/can-bo", {"email": "moi@stttt.example", "role": "none"})).status_code == 303
    assert "moi@stttt.example" not in await browser.page("/can-bo")


async def test_names_in_addresses_are_only_names(desk: WholeDesk) -> None:
    """Ids with paths, operators and markup in them lead to no page, no file and no other's document."""
    browser = await desk.signed_in(OFFICER)
    for path in (
        "/co-quan/..%2f..%2fetc%2fpasswd",
        "/co-quan/%3Cscript%3E",
        "/co-quan/so-a/$ne",
        "/ky/I.1/so-a/%00",
        "/san-pham/%7B%7B7*7%7D%7D",
        "/san-pham?xem-xet=$ne",
        "/san-pham?trang=-1",
        "/qua-han?trang=99999999999999999999999",
        "/san-pham?trang=0000000019999999999999999999999",
        f"/ky/I.1/so-a/2026-01?trang={'1' * 5000}",
        "/?ke-hoach=..%2f",
    ):
        answer = await browser.get(path)
        assert answer.status_code == 404, path
        assert "<script" not in answer.text
    for form in ({"dang": "../../etc/passwd"}, {"dang": "pdf", "ngay": "../x"}, {"dang": "pdf", "ngay": "01/01/2027"}):
        assert (await browser.post("/bao-cao/lap", form)).status_code == 422
    for name in ("../x", "%2e%2e%2fx", "$ne", "%00", "{{7*7}}"):
        for path in ("/bao-cao/tien-do/", "/bao-cao/da-lap/"):
            assert (await browser.get(path + name)).status_code == 404
