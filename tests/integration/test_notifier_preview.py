"""What a preview shows is what is then mailed, on a real MongoDB with a real SMTP conversation."""

import re
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes, message_from_string, policy
from email.message import EmailMessage

import pytest

from services.notifier.letters.news import MOST_ANSWERS
from services.notifier.officers.left_alone import BESIDES
from services.notifier.officers.officer_store import OfficerStore
from services.notifier.officers.preview_reminders import MOST_AHEAD, PreviewQuestion, Sender, preview_reminders
from shared import periods
from shared.contracts.agency_answers import AnswerKind
from shared.contracts.duties import OccurrenceKey
from shared.contracts.plan import PlanPublished
from shared.contracts.reminder_policy import AgencyReminders, QuietPeriod, ReminderPolicy
from shared.contracts.reminder_preview import ReminderPreview
from shared.mongo import Mongo
from shared.outcomes import Rejected
from shared.signed_links import LinkRefused, Purpose, path, read_link
from tests.harness.services import LINK_SECRET
from tests.integration.notifier_desk import DESK_URL, ESCALATED, MONTH, NEXT, OTHER, OVERDUE, Desk, at_work
from tests.integration.reports_of_servers import about
from tests.integration.test_notifier_bounces import BOUNCES, report
from tests.integration.test_notifier_bounces import FIRST as FIRST_BOX
from tests.integration.test_notifier_news import COORDINATOR, FRIDAY, answer, reminded
from tests.integration.test_notifier_sending import JANUARY, late_from_before
from tests.unit.notifier.sample import CENTRE, DUTIES, days, key, plan, recorded_event

SENDER = Sender("nhac-viec@mau.example", "https://dondoc.example", DESK_URL)
FIRST, LAST = date(2023, 2, 27), date(2023, 3, 31)
CALM = ReminderPolicy(
    quiet=(QuietPeriod(start=date(2023, 3, 9), end=date(2023, 3, 15), reason="Kỳ họp (mẫu)"),),
    agencies=(AgencyReminders(agency="bao", silent="Đang sáp nhập (mẫu)"),),
)


async def preview(desk: Desk, day: date, **asked: object) -> ReminderPreview:
    question = PreviewQuestion.model_validate({"as_of": day, **asked})
    officers = OfficerStore(desk.mongo, desk.store)
    return await preview_reminders(question, desk.store, officers, desk.mongo, SENDER)


def first_quarter() -> list[OccurrenceKey]:
    """Everything that a silent first quarter owes."""
    return [
        key(duty.id, duty.performers[0], period.name)
        for duty in DUTIES
        for period in periods.of_year(2023, duty.frequency)
        if period.end < date(2023, 4, 10)
    ]


def said(message: EmailMessage) -> tuple[str, ...]:
    """What a mail says to whom; addresses of links differ, since those of a preview are dead."""
    body = message.get_body(("plain",))
    assert body is not None
    text = re.sub(r"https?://\S+", "…", body.get_content())
    heads = ("From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID")
    return (*(str(message[name]) for name in heads), text)


@pytest.mark.parametrize("of", [plan(), plan(reminders=CALM)], ids=["the usual ladder", "with quiet and silence"])
async def test_the_preview_of_a_day_is_what_is_mailed_on_it(mongo: Mongo, of: PlanPublished) -> None:
    """Every day of a month, foreseen from the first one and from the day before, brings just those mails, when
    nothing is delivered meanwhile: recipients, occurrences, rungs and every word."""
    async with at_work(mongo) as desk:
        await desk.owe(*first_quarter(), of=of)
        await desk.turn(FIRST - timedelta(days=1))
        far = {day: await preview(desk, day, mails=True) for day in days(FIRST, LAST)}
        mailed = 0
        for day in days(FIRST, LAST):
            near = await preview(desk, day, mails=True)
            assert near.mails == far[day].mails
            await desk.turn(day)
            await desk.send()
            taken = [one.content for one in desk.postman.taken[mailed:]]
            mailed += len(taken)
            real = sorted(said(message_from_bytes(c, policy=policy.default)) for c in taken if isinstance(c, bytes))
            shown = sorted(said(message_from_string(m.mail or "", policy=policy.default)) for m in near.mails)
            assert shown == real
            assert sorted(m.to + m.cc for m in near.mails) == sorted(
                tuple(one.rcpt_tos) for one in desk.postman.taken[mailed - len(taken) :]
            )
            # Told again after it: by what was known when it began.
            again = await preview(desk, day, mails=True)
            assert again.mails == near.mails
        assert mailed > 12


async def test_what_the_coordinator_hears_besides_is_foreseen(mongo: Mongo) -> None:
    """Answers that wait and mail that came back stand in the mail of the day that will tell them, word for word, also
    while an earlier one that tells the first of them is still to go out; a day gone by tells none."""
    async with at_work(mongo) as desk:
        desk.sending = replace(desk.sending, bounces=BOUNCES)
        await reminded(desk, MONTH, OTHER)
        await report(desk, about(str(desk.postman.taken[-1].mail_from), FIRST_BOX, "failed", "5.1.1", "smtp; 550 no"))
        told = [answer(at, AnswerKind.ALREADY_DONE, f"Lý do {n}") for n in range(12) for at in (MONTH, OTHER)]
        await desk.tell(*told)
        before = len(desk.postman.taken)
        heard = plan().coordinator
        near, far = [(await preview(desk, day, agency=heard, mails=True)).mails for day in (NEXT, FRIDAY)]
        assert [len(mail.news) for mail in (*near, *far)] == [MOST_ANSWERS + 2, 4]
        [mail], [alone] = near, far
        assert mail.items == alone.items == ()
        assert "trả lời “đã thực hiện hoặc không đồng ý”, ngày 08/03/2023" in mail.news[0]
        assert mail.news[MOST_ANSWERS:] == (
            "4 trả lời khác, ở thư của ngày làm việc sau",
            f"thư bị trả lại từ {FIRST_BOX} ({CENTRE.name}): 550 no",
        )
        assert [(await preview(desk, date(2023, 3, day), agency=heard)).mails for day in (11, 13)] == [(), ()]
        await desk.turn(NEXT)
        assert (await preview(desk, FRIDAY, agency=heard, mails=True)).mails == far
        assert (await preview(desk, NEXT, agency=heard)).mails == ()
        await desk.send()
        assert (await preview(desk, FRIDAY, agency=heard, mails=True)).mails == far
        await desk.turn(FRIDAY)
        await desk.send()
        taken = [one.content for one in desk.postman.taken[before:] if one.rcpt_tos == [COORDINATOR]]
        real = [said(message_from_bytes(c, policy=policy.default)) for c in taken if isinstance(c, bytes)]
        assert [said(message_from_string(one.mail or "", policy=policy.default)) for one in (*near, *far)] == real


async def test_links_of_a_preview_are_dead(mongo: Mongo) -> None:
    """They stand where the real ones will, and no service takes them."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH)
        await desk.turn(date(2023, 3, 7))
        [mail] = (await preview(desk, OVERDUE, mails=True)).mails
        body = message_from_string(mail.mail or "", policy=policy.default).get_body(("plain",))
        assert body is not None
        for purpose in Purpose:
            [token] = re.findall(rf"{SENDER.public_url}{path(purpose)}/(\S+)", body.get_content())
            with pytest.raises(LinkRefused):
                read_link(purpose, token, LINK_SECRET)


async def test_what_a_restore_put_in_doubt(mongo: Mongo) -> None:
    """After a restore the preview counts as mailed what may have been, just as the days then do."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH)
        await desk.turn(date(2023, 3, 1))
        await desk.store.put_doubt(OVERDUE)
        shown = {day: (await preview(desk, day)).mails for day in days(date(2023, 3, 2), ESCALATED)}
        assert [day for day, mails in shown.items() if mails] == [ESCALATED]
        assert [item.rung for item in shown[ESCALATED][0].items] == ["escalated"]
        assert [await desk.turn(day) for day in shown] == [len(mails) for mails in shown.values()]


async def test_why(mongo: Mongo) -> None:
    """Each item says its date and how far away that is in working days; who was only silent says why."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH)
        await desk.turn(date(2023, 3, 1))
        found = {day.day: await preview(desk, day) for day in (date(2023, 3, 2), OVERDUE, ESCALATED)}
        assert [one.mails[0].items[0].why for one in found.values()] == [
            "hạn ghi nhận 07/03/2023, còn 3 ngày làm việc",
            "hạn ghi nhận 07/03/2023, quá 1 ngày làm việc",
            "hạn ghi nhận 07/03/2023, quá 5 ngày làm việc",
        ]
        [mail] = found[14].mails
        assert (mail.to, mail.cc) == (("tt-a@mau.example", "tt-a-2@mau.example"), ("a@mau.example",))
        assert mail.subject.startswith("[Nhắc việc] Phát thanh cơ sở, tháng 02/2023")
        [left] = (await preview(desk, NEXT)).left_alone
        assert left.why == "đã nhắc “quá hạn” ngày 08/03/2023; mức nhắc tiếp theo “quá hạn kéo dài” từ 14/03/2023"


@pytest.mark.parametrize(
    ("policy_of_plan", "day", "why"),
    [
        (ReminderPolicy(agencies=(AgencyReminders(agency="tt-a", silent="đang sáp nhập"),)), OVERDUE, "đang sáp nhập"),
        (CALM, NEXT, "thời gian không gửi nhắc việc, từ 09/03/2023 đến 15/03/2023: Kỳ họp (mẫu)"),
        (None, date(2023, 3, 11), "không phải ngày làm việc"),
        (None, date(2023, 5, 4), "đã nhắc “trình ký công văn đôn đốc” ngày 21/03/2023; không nhắc thêm"),
    ],
)
async def test_why_not(mongo: Mongo, policy_of_plan: ReminderPolicy | None, day: date, why: str) -> None:
    """What is owed and gets no mail says why: silence, a quiet period, a day off, the end of the ladder."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH, of=plan(reminders=policy_of_plan))
        await desk.turn(date(2023, 3, 1))
        found = await preview(desk, day)
        assert found.mails == ()
        assert [left.why for left in found.left_alone if why in left.why] == [left.why for left in found.left_alone]
        assert len(found.left_alone) == 1
        assert found.closed == (why if day in (NEXT, date(2023, 3, 11)) else None)


async def test_who_delivered_is_left_alone(mongo: Mongo) -> None:
    """On its rung's day an occurrence that was delivered says so; on other days it isn't spoken of."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH, OTHER)
        await desk.tell(recorded_event(MONTH, date(2023, 3, 6)))
        await desk.turn(date(2023, 3, 7))
        found = await preview(desk, OVERDUE)
        assert [item.occurrence for mail in found.mails for item in mail.items] == [OTHER]
        assert [(left.occurrence, left.why) for left in found.left_alone] == [(MONTH, "đã ghi nhận sản phẩm, trễ hạn")]
        assert [left.occurrence for left in (await preview(desk, NEXT)).left_alone] == [OTHER]


async def test_who_has_no_address(mongo: Mongo) -> None:
    """A mail that can't be sent is shown with what to mend."""
    bodies = tuple(body.model_copy(update={"emails": ()}) for body in plan().agencies)
    async with at_work(mongo) as desk:
        await desk.owe(MONTH, of=plan(agencies=bodies))
        await desk.turn(date(2023, 3, 7))
        [mail] = (await preview(desk, OVERDUE, mails=True)).mails
        assert (mail.to, mail.mail) == ((), None)
        assert "không có địa chỉ" in (mail.unsendable or "")


async def test_nothing_is_written(mongo: Mongo) -> None:
    """A preview leaves every collection as it was."""
    async with at_work(mongo) as desk:
        await desk.owe(*first_quarter())
        await desk.turn(OVERDUE)

        async def stored() -> dict[str, list[object]]:
            names = sorted(await mongo.db.list_collection_names())
            return {name: [row async for row in mongo.db[name].find({}).sort("_id", 1)] for name in names}

        before = await stored()
        for day in (date(2023, 2, 1), OVERDUE, date(2023, 4, 14)):
            await preview(desk, day, mails=True)
        assert await stored() == before


async def test_wrong_questions(mongo: Mongo) -> None:
    """A day too far ahead, an unknown agency or plan: refused with what would be right."""
    async with at_work(mongo) as desk:
        with pytest.raises(Rejected, match="no plan has been published yet"):
            await preview(desk, OVERDUE)
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        assert (await preview(desk, OVERDUE + MOST_AHEAD)).handled == OVERDUE
        with pytest.raises(Rejected, match="the calendar stands at 2023-03-08; ask until 2023-06-08"):
            await preview(desk, OVERDUE + MOST_AHEAD + timedelta(days=1))
        with pytest.raises(Rejected, match="did you mean tt-a"):
            await preview(desk, OVERDUE, agency="tt-b")
        with pytest.raises(Rejected, match="known: mau-2023"):
            await preview(desk, OVERDUE, plan="x")


async def test_what_is_named_since_it_is_overdue_is_told(mongo: Mongo) -> None:
    """It isn't reminded of by itself, and stands in that day's mail: both are said, and its subject counts it."""
    async with at_work(mongo) as desk:
        await late_from_before(desk)
        found = await preview(desk, ESCALATED)
        [mail], [left] = found.mails, found.left_alone
        assert (len(mail.items), left.occurrence) == (2, JANUARY)
        assert "3 kỳ quá hạn" in mail.subject
        assert left.why.endswith(f"không nhắc thêm; {BESIDES}")
