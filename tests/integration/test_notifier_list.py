"""What officers are told of the reminders, on a real MongoDB with a real SMTP conversation."""

from datetime import date

import pytest

from services.notifier.officers.list_reminders import ListQuestion, list_reminders
from services.notifier.officers.officer_store import OfficerStore
from services.notifier.sending.queue import State
from shared.contracts.agency_answers import AnswerGiven, AnswerKind
from shared.contracts.duties import OccurrenceKey
from shared.contracts.reminder_list import MailState, ReminderList
from shared.contracts.reminders import Rung
from shared.mongo import Mongo
from shared.outcomes import Rejected
from tests.harness.postman import Postman
from tests.integration.notifier_desk import BUSY, ESCALATED, GONE, MONTH, NEXT, OTHER, OVERDUE, Desk, at_work
from tests.unit.notifier.sample import extended_event, key, plan, recorded_event

WEEK = key("III.1-radio", "dai", "2023-W08")


async def listed(desk: Desk, **asked: object) -> ReminderList:
    officers = OfficerStore(desk.mongo, desk.store)
    return await list_reminders(ListQuestion.model_validate(asked), desk.store, officers)


def answer(at: OccurrenceKey, kind: AnswerKind, reason: str = "Trong kỳ không có nội dung") -> AnswerGiven:
    return AnswerGiven(
        agency=at.agency, occurrence=at, day=OVERDUE, kind=kind, reason=reason, mailboxes=("tt-a@mau.example",)
    )


def test_the_states_are_the_service_s() -> None:
    """The contract names just the states that a digest can be in."""
    assert {state.value for state in MailState} == {state.value for state in State}


async def test_sent_to_one_of_two(mongo: Mongo) -> None:
    """Each mailbox says whether it was accepted, or what the server answered; whose mail it was, and about what."""
    async with at_work(mongo, Postman(rcpt=[None, GONE])) as desk:
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        await desk.send()
        found = await listed(desk)
        [one] = found.reminders
        assert (one.recipient, one.day, one.state, one.attempts) == ("tt-a", OVERDUE, "sent", 1)
        assert one.name.startswith("Trung tâm Truyền thông")
        assert [(item.occurrence, item.rung) for item in one.items] == [(MONTH, Rung.OVERDUE)]
        accepted, refused = one.addresses
        assert (accepted.address, accepted.accepted, accepted.refused) == ("tt-a@mau.example", True, None)
        assert (refused.address, refused.accepted) == ("tt-a-2@mau.example", False)
        assert "no such user" in (refused.refused or "")
        assert {(a.carbon_copy, a.bounced) for a in one.addresses} == {(False, None)}
        assert (found.as_of, found.more) == (OVERDUE, 0)


async def test_what_waits_and_what_failed(mongo: Mongo) -> None:
    """What was put off tells the next try, its reason and where it would go; without an address it is failed."""
    bodies = tuple(b if b.id == "tt-a" else b.model_copy(update={"emails": ()}) for b in plan().agencies)
    async with at_work(mongo, Postman(mail=[BUSY])) as desk:
        await desk.owe(MONTH, WEEK, of=plan(agencies=bodies))
        await desk.turn(OVERDUE)
        await desk.send()
        found = {one.recipient: one for one in (await listed(desk)).reminders}
        waiting, failed = found["tt-a"], found["dai"]
        assert (waiting.state, failed.state) == ("queued", "failed")
        assert "busy" in waiting.reason
        assert waiting.next_try is not None
        assert [a.address for a in waiting.addresses] == ["tt-a@mau.example", "tt-a-2@mau.example"]
        assert (failed.addresses, failed.next_try) == ((), None)
        assert "không có địa chỉ" in failed.reason


async def test_narrowed(mongo: Mongo) -> None:
    """By agency, state, day and number; the tallies hold every state, whichever was asked for."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH, WEEK)
        for day in (OVERDUE, NEXT, ESCALATED):
            await desk.turn(day)
            await desk.send()
        whole = await listed(desk)
        assert [(one.day, one.recipient) for one in whole.reminders] == [
            (ESCALATED, "dai"),
            (ESCALATED, "tt-a"),
            (OVERDUE, "dai"),
            (OVERDUE, "tt-a"),
        ]
        assert [one.recipient for one in (await listed(desk, agency="dai")).reminders] == ["dai", "dai"]
        assert [one.day for one in (await listed(desk, since=NEXT)).reminders] == [ESCALATED, ESCALATED]
        failed = await listed(desk, state="failed")
        assert failed.reminders == ()
        assert {tally.recipient: (tally.last_day, tally.states) for tally in failed.tallies} == {
            "dai": (ESCALATED, {"sent": 2}),
            "tt-a": (ESCALATED, {"sent": 2}),
        }
        newest = await listed(desk, most=1)
        assert ([one.day for one in newest.reminders], newest.more) == ([ESCALATED], 3)
        with pytest.raises(Rejected, match="did you mean tt-a"):
            await listed(desk, agency="tt-b")


async def test_answers_wait_until_the_occurrence_is_settled(mongo: Mongo) -> None:
    """An answer stands with the command that confirms it, safe to paste, until the occurrence is owed no more; that
    something was done already is confirmed by no command."""
    hostile = "không có; $(rm -rf ~) 'x'\n`y`"
    async with at_work(mongo) as desk:
        await desk.owe(MONTH, OTHER)
        await desk.tell(answer(MONTH, AnswerKind.NOTHING_TO_REPORT, hostile), answer(OTHER, AnswerKind.ALREADY_DONE))
        await desk.turn(OVERDUE)
        waiting = {one.occurrence: one for one in (await listed(desk)).answers}
        assert waiting[MONTH].confirm == (
            "dondoc duty nothing-to-report mau-2023 III.2 tt-a 2023-02 --document '' "
            "--approver '' --reason 'không có; $(rm -rf ~) '\"'\"'x'\"'\"' `y`'"
        )
        assert waiting[OTHER].confirm is None
        assert (waiting[MONTH].day, waiting[MONTH].title) == (OVERDUE, "Phát thanh cơ sở")
        assert (await listed(desk, agency="dai")).answers == ()
        await desk.tell(recorded_event(MONTH, OVERDUE))
        assert [one.occurrence for one in (await listed(desk)).answers] == [OTHER]


async def test_an_unknown_day_is_no_day(mongo: Mongo) -> None:
    """Before anything was published the list is empty and says so."""
    async with at_work(mongo) as desk:
        found = await listed(desk, since=date(2023, 1, 1))
        assert (found.as_of, found.reminders, found.answers, found.tallies) == (None, (), (), ())


async def test_what_is_cancelled_says_why_and_what_it_was_about(mongo: Mongo) -> None:
    """Of an agency that still owes, since it got another date, it isn't said that it owes nothing; of what went over
    to a later day it is said which."""
    async with at_work(mongo, Postman(rcpt=[BUSY])) as desk:
        await desk.owe(MONTH, WEEK)
        await desk.turn(OVERDUE)
        await desk.tell(extended_event(MONTH, OVERDUE, date(2023, 3, 13)))
        await desk.send()
        await desk.turn(NEXT)
        found = {one.recipient: one for one in (await listed(desk, state="cancelled")).reminders}
        moved, later = found["tt-a"], found["dai"]
        assert moved.reason == "được gia hạn theo 02/CV-mẫu, hạn ghi nhận mới 20/03/2023"
        assert [item.occurrence for item in moved.items] == [MONTH]
        assert later.reason == "chưa gửi được cho đến ngày làm việc sau; việc nhắc được xét lại ngày 09/03/2023"
        assert [item.occurrence for item in later.items] == [WEEK]
