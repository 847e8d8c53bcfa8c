"""What the other links show and do once an agency has answered, registered an output, or was excused."""

import asyncio
from datetime import date

import pytest

from services.submissions.open_link import MOST_SHOWN
from shared.signed_links import Purpose
from tests.integration.http_desk import HttpDesk
from tests.integration.intake_desk import assigned, posted
from tests.integration.link_desk import OUTPUT, REASON, TV, LinkDesk, excused, open_link_desk
from tests.unit.submissions.books import TV as TELEVISION

ANSWERS = (Purpose.NOTHING_TO_REPORT, Purpose.ALREADY_DONE)
LATER = "f" * 32


@pytest.fixture
async def desk(http: HttpDesk) -> LinkDesk:
    return await open_link_desk(http)


@pytest.mark.parametrize("first", ANSWERS)
async def test_a_mail_is_answered_once(desk: LinkDesk, first: Purpose) -> None:
    """Its other link shows what was answered, when and why, says how to mend it, and takes nothing."""
    (other,) = set(ANSWERS) - {first}
    await desk.post(desk.link(first), REASON)
    before = await desk.outbox()
    for page in (await desk.get(desk.link(other)), await desk.post(desk.link(other), {"reason": "Khác (mẫu)"})):
        assert (page.status, page.heading, page.has_form) == (200, "Thư này đã được trả lời", False)
        said = "Không phát sinh" if first is Purpose.NOTHING_TO_REPORT else "Đã thực hiện hoặc không đồng ý"
        for words in (f"<dd>{said}</dd>", REASON["reason"], "Ngày trả lời</dt><dd>02/03/2026", "“Ghi nhận sản phẩm”"):
            assert words in page.text
    assert await desk.outbox() == before


async def test_of_both_answers_at_once_one_counts(desk: LinkDesk) -> None:
    """Everybody who posts, by either link, then reads the same answer."""
    links = [desk.link(purpose) for purpose in ANSWERS] * 10
    await asyncio.gather(*(desk.post(link, {"reason": f"Lý do {number}"}) for number, link in enumerate(links)))
    assert len(await desk.outbox()) == 1
    one, other = [(await desk.get(link)).text.partition("Nội dung đã gửi")[2] for link in links[:2]]
    assert one == other != ""


async def test_a_later_mail_asks_anew(desk: LinkDesk) -> None:
    """Its form tells what was answered before, and what is sent counts; the first mail's answer stays as it was."""
    await desk.post(desk.link(Purpose.ALREADY_DONE), REASON)
    page = await desk.get(desk.link(Purpose.NOTHING_TO_REPORT, mail=LATER))
    assert page.has_form
    for words in ("chỉ trả lời thêm khi có nội dung khác", "Đã thực hiện hoặc không đồng ý", REASON["reason"]):
        assert words in page.text
    page = await desk.post(desk.link(Purpose.NOTHING_TO_REPORT, mail=LATER), {"reason": "Xem lại: không có (mẫu)"})
    assert page.heading == "Đã ghi nhận trả lời"
    assert "Đã trả lời trước đây" in page.text
    assert len(await desk.outbox()) == 2
    assert (await desk.get(desk.link(Purpose.ALREADY_DONE))).text.count(REASON["reason"]) == 1


async def test_the_latest_answers_are_shown(desk: LinkDesk) -> None:
    """No more than a page can bear."""
    for day in range(2, 4 + MOST_SHOWN):
        await desk.turn(date(2026, 3, day))
        await desk.post(desk.link(Purpose.ALREADY_DONE, mail=f"{day:032}"), {"reason": f"Lần thứ {day} (mẫu)"})
    page = await desk.get(desk.link())
    assert [day for day in range(2, 4 + MOST_SHOWN) if f"Lần thứ {day} (mẫu)" in page.text] == [4, 5, 6]


@pytest.mark.parametrize("first", ANSWERS)
async def test_an_output_corrects_an_answer(desk: LinkDesk, first: Purpose) -> None:
    """It is taken after either; the page tells what was answered. Then nothing is open, and each link tells of it."""
    await desk.post(desk.link(first), REASON)
    page = await desk.get(desk.link())
    assert page.has_form
    assert REASON["reason"] in page.text
    assert (await desk.post(desk.link(), OUTPUT)).heading == "Đã ghi nhận sản phẩm"
    before = await desk.outbox()
    (other,) = set(ANSWERS) - {first}
    for link in (desk.link(first), desk.link(other), desk.link(other, mail=LATER), desk.link(mail=LATER)):
        for page in (await desk.get(link), await desk.post(link, OUTPUT | {"reason": "Khác (mẫu)"})):
            assert (page.status, page.has_form) == (200, False)
            for words in (OUTPUT["title"], "Ngày ghi nhận</dt><dd>02/03/2026", REASON["reason"], "Đúng hạn"):
                assert words in page.text
    assert await desk.outbox() == before


async def test_what_was_excused_by_mistake_may_be_delivered(desk: LinkDesk) -> None:
    """The form says by which document it was excused; the output counts."""
    await desk.post(desk.link(Purpose.NOTHING_TO_REPORT), REASON)
    await desk.told(excused())
    page = await desk.get(desk.link())
    assert page.has_form
    assert "đã được miễn theo văn bản 12/STTTT-MẪU" in page.text
    assert "Đúng hạn" in (await desk.post(desk.link(), OUTPUT)).text
    assert (await desk.get(desk.link(Purpose.ALREADY_DONE, mail=LATER))).heading == "Kỳ này đã được ghi nhận"


async def test_of_another_s_output_a_page_tells_what_it_is(desk: LinkDesk) -> None:
    """Of a joint duty: whose it is, its title and its dates, and no address."""
    joint = assigned(TELEVISION, "dai", TV.period, revision=2).model_copy(update={"jointly_with": ("huyen",)})
    await desk.told(joint)
    url = "https://huyen.example/rieng"
    await desk.http.desk.post(posted("1", title="Chung (mẫu)", url=url, period=TV.period), agency="huyen")
    page = await desk.get(desk.link())
    assert page.heading == "Kỳ này đã được ghi nhận"
    for words in ("huyen</dd>", "Chung (mẫu)", "11/02/2026", "02/03/2026"):
        assert words in page.text
    assert url not in page.text


async def test_what_stands_is_told_while_a_link_counts(desk: LinkDesk) -> None:
    """Whoever holds a link past its day learns neither what was registered nor what was answered."""
    await desk.post(desk.link(Purpose.ALREADY_DONE), REASON)
    await desk.http.desk.post(posted("1", title="Riêng (mẫu)"))
    page = await desk.get(desk.link(key=TV, mail=LATER, until=date(2026, 3, 1)))
    assert page.status == 410
    assert REASON["reason"] not in page.text
    assert "Riêng (mẫu)" not in page.text
