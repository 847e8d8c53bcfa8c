"""What the coordinator hears of agencies' answers: in its one mail of the day, each once. Real MongoDB, real SMTP."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.notifier.letters.news import MOST_ANSWERS
from services.notifier.officers.officer_words import HOW
from services.notifier.send_reminders import send_reminders
from shared.contracts.agency_answers import AnswerGiven, AnswerKind
from shared.contracts.duties import OccurrenceKey
from shared.mongo import Mongo
from tests.harness.postman import Postman
from tests.integration.notifier_desk import DESK_URL, ESCALATED, MONTH, NEXT, OTHER, OVERDUE, Desk, at_work
from tests.integration.reports_of_servers import about
from tests.integration.test_notifier_bounces import BOUNCES, FIRST, report
from tests.integration.test_notifier_sending import dying
from tests.unit.notifier.sample import key, recorded_event

COORDINATOR = "dp@mau.example"
FRIDAY = date(2023, 3, 10)
HEADING = "TRẢ LỜI CHỜ XÁC NHẬN"


def answer(
    at: OccurrenceKey, kind: AnswerKind, reason: str = "Trong kỳ không có nội dung", day: date = OVERDUE
) -> AnswerGiven:
    boxes = (f"{at.agency}@mau.example",)
    return AnswerGiven(agency=at.agency, occurrence=at, day=day, kind=kind, reason=reason, mailboxes=boxes)


def to_coordinator(desk: Desk) -> list[str]:
    return [" ".join(text.split()) for to, text in desk.mails() if to == COORDINATOR]


async def reminded(desk: Desk, *keys: OccurrenceKey) -> None:
    await desk.owe(*keys)
    await desk.turn(OVERDUE)
    await desk.send()


async def test_answers_are_told_once_with_what_confirms_them(mongo: Mongo) -> None:
    """In a mail for that alone, on the next working day: whose, what about, why, and how it is confirmed. The days
    after it are silent."""
    async with at_work(mongo) as desk:
        await reminded(desk, MONTH, OTHER)
        await desk.tell(answer(MONTH, AnswerKind.NOTHING_TO_REPORT), answer(OTHER, AnswerKind.ALREADY_DONE, "Đã gửi."))
        assert await desk.turn(NEXT) == 1
        await desk.send()
        [text] = to_coordinator(desk)
        for words in (
            "Hiện có 02 trả lời mới chờ xác nhận.",
            HEADING,
            f"Xem và xác nhận tại Bàn điều hành, trang “Miễn, gia hạn”: {DESK_URL} 1. Trung tâm",
            "Trung tâm Truyền thông - Văn hóa - Thể thao huyện A (mẫu)",
            "Phát thanh cơ sở (Mục III.2 của Kế hoạch), tháng 02/2023.",
            "Trả lời: “không phát sinh”, ngày 08/03/2023. Lý do: Trong kỳ không có nội dung",
            "dondoc duty nothing-to-report mau-2023 III.2 tt-a 2023-02 --document '' --approver ''",
            "Trả lời: “đã thực hiện hoặc không đồng ý”, ngày 08/03/2023. Lý do: Đã gửi.",
            *HOW.values(),
        ):
            assert words in text
        assert text.count("dondoc duty") == 1
        assert await desk.turn(FRIDAY) == 0


async def test_one_mail_a_day_stays_one(mongo: Mongo) -> None:
    """Returned addresses and answers of a day come in the same mail; one that comes later waits for the next day."""
    async with at_work(mongo) as desk:
        desk.sending = replace(desk.sending, bounces=BOUNCES)
        await reminded(desk, MONTH, OTHER)
        await report(desk, about(str(desk.postman.taken[0].mail_from), FIRST, "failed", "5.1.1", "smtp; 550 no"))
        await desk.tell(answer(MONTH, AnswerKind.NOTHING_TO_REPORT))
        assert await desk.turn(NEXT) == 1
        await desk.send()
        await desk.tell(answer(OTHER, AnswerKind.NOTHING_TO_REPORT, "Muộn hơn", NEXT))
        assert await desk.turn(NEXT) == 0
        assert await desk.turn(FRIDAY) == 1
        await desk.send()
        first, second = to_coordinator(desk)
        assert (HEADING in first, "ĐỊA CHỈ BỊ TRẢ LẠI THƯ" in first) == (True, True)
        assert ("Muộn hơn" in second, "Trong kỳ" in second, "ĐỊA CHỈ" in second) == (True, False, False)


async def test_what_is_settled_is_not_told(mongo: Mongo) -> None:
    """An occurrence that was met since waits for nobody: of two answers one is told, of one none, and no mail goes."""
    async with at_work(mongo) as desk:
        await reminded(desk, MONTH, OTHER)
        await desk.tell(answer(MONTH, AnswerKind.ALREADY_DONE), answer(OTHER, AnswerKind.NOTHING_TO_REPORT, "Còn lại"))
        await desk.turn(NEXT)
        await desk.tell(recorded_event(MONTH, NEXT))
        await desk.send()
        [text] = to_coordinator(desk)
        assert ("Còn lại" in text, "01 trả lời" in text) == (True, True)
        await desk.tell(answer(OTHER, AnswerKind.ALREADY_DONE, "Lần nữa", NEXT))
        await desk.turn(FRIDAY)
        await desk.tell(recorded_event(OTHER, FRIDAY))
        await desk.send()
        assert len(to_coordinator(desk)) == 1
        assert (await desk.store.counts())["cancelled"] == 1


async def test_a_mail_that_failed_told_nobody(mongo: Mongo) -> None:
    """The next one lists the answer again; one whose sender died before the final dot does so as well, once."""
    async with at_work(mongo, Postman(rcpt_d=["550 no such user", None])) as desk:
        await reminded(desk, MONTH)
        await desk.tell(answer(MONTH, AnswerKind.NOTHING_TO_REPORT))
        await desk.turn(NEXT)
        await desk.send()
        assert to_coordinator(desk) == []
        assert await desk.turn(FRIDAY) == 1
        with pytest.raises(asyncio.CancelledError):
            await send_reminders(replace(desk.sending, send=dying(desk.sending.send, "after the bytes")))
        await desk.lose_leases()
        assert await desk.send() == 1
        [text] = to_coordinator(desk)
        assert "không phát sinh" in text
        assert await desk.turn(date(2023, 3, 13)) == 0


async def test_many_come_in_several_mails(mongo: Mongo) -> None:
    """The oldest first, so many a day; the mail says how many others there are."""
    weeks = [key("III.1-radio", "dai", f"2023-W{week:02}") for week in range(1, 9)]
    async with at_work(mongo) as desk:
        await reminded(desk, *weeks)
        days = [OVERDUE - timedelta(days=number) for number in range(3)]
        given = [
            answer(at, AnswerKind.NOTHING_TO_REPORT, f"Lý do {n}.", day) for n, day in enumerate(days) for at in weeks
        ]
        await desk.tell(*given)
        await desk.turn(NEXT)
        await desk.send()
        await desk.turn(FRIDAY)
        await desk.send()
        first, second = to_coordinator(desk)
        assert first.count("Trả lời: ") == MOST_ANSWERS
        assert f"Và {len(given) - MOST_ANSWERS} trả lời khác" in first
        assert second.count("Trả lời: ") == len(given) - MOST_ANSWERS
        assert (first.count("Lý do 2."), second.count("Lý do 0.")) == (8 * 2, 4 * 2)  # in the command as well
        assert "trả lời khác" not in second


async def test_in_the_mail_of_the_draft_letter(mongo: Mongo) -> None:
    """The coordinator's mail with the draft letter tells them too, and nobody else's does."""
    async with at_work(mongo) as desk:
        await reminded(desk, MONTH)
        await desk.turn(ESCALATED)
        await desk.send()
        await desk.tell(answer(MONTH, AnswerKind.NOTHING_TO_REPORT, day=ESCALATED))
        await desk.turn(date(2023, 3, 21))
        await desk.send()
        [text] = to_coordinator(desk)
        assert ("CÔNG VĂN ĐÔN ĐỐC" in text, HEADING in text) == (True, True)
        assert not any(HEADING in text for to, text in desk.mails() if to != COORDINATOR)
