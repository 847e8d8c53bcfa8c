"""What a letter to be signed says of earlier reminders: what is known. Real MongoDB, real SMTP conversation."""

from dataclasses import replace
from datetime import date, timedelta
from email import message_from_string, policy

import pytest

from services.notifier.bounces.take_report import take_report
from services.notifier.letters.line import UNREACHED
from services.notifier.officers.officer_store import OfficerStore
from services.notifier.officers.preview_reminders import PreviewQuestion, Sender, preview_reminders
from shared.contracts.plan import PlanPublished
from shared.mongo import Mongo
from tests.harness.postman import Postman
from tests.integration.notifier_desk import DESK_URL, ESCALATED, GONE, MONTH, OVERDUE, Desk, at_work
from tests.integration.reports_of_servers import about
from tests.integration.test_notifier_bounces import BOUNCES, FIRST, SECOND
from tests.unit.notifier.sample import CENTRE, COORDINATOR, DISTRICT, plan

SIGNED = date(2023, 3, 21)


async def remind(desk: Desk, of: PlanPublished | None = None) -> None:
    """Both reminders of the agency, each tried again where it may be."""
    desk.sending = replace(desk.sending, bounces=BOUNCES)
    await desk.owe(MONTH, of=of)
    for day in (OVERDUE, ESCALATED):
        await desk.turn(day)
        await desk.send()
        desk.later(timedelta(hours=1))
        await desk.send()


async def is_told_apart(desk: Desk) -> bool:
    """Whether the coordinator's mail says that no reminder is known to have arrived, as its preview does."""
    officers, question = OfficerStore(desk.mongo, desk.store), PreviewQuestion(as_of=SIGNED, mails=True)
    sender = Sender("nhac-viec@mau.example", "https://dondoc.example", DESK_URL)
    [foreseen] = (await preview_reminders(question, desk.store, officers, desk.mongo, sender)).mails
    await desk.turn(SIGNED)
    await desk.send()
    to, text = desk.mails()[-1]
    assert to == "dp@mau.example"
    previewed = message_from_string(foreseen.mail or "", policy=policy.default).get_body(("plain",))
    assert previewed is not None
    said = UNREACHED in " ".join(text.split())
    assert said == (UNREACHED in " ".join(previewed.get_content().split()))
    return said


@pytest.mark.parametrize(
    ("postman", "told_apart"),
    [
        pytest.param(Postman(), False, id="both have it"),
        pytest.param(Postman(rcpt_t=[GONE, None]), False, id="one of two has it"),
        pytest.param(Postman(rcpt_t=[GONE]), True, id="only who directs them has a copy"),
        pytest.param(Postman(data=["take and drop"] * 4 + [None]), True, id="nobody knows"),
    ],
)
async def test_by_what_servers_answered(mongo: Mongo, postman: Postman, told_apart: bool) -> None:
    """That it was reminded is said of an agency of which a server took a mail for one mailbox at least."""
    async with at_work(mongo, postman) as desk:
        await remind(desk)
        assert await is_told_apart(desk) is told_apart


async def test_without_an_address(mongo: Mongo) -> None:
    """Both reminders failed at once."""
    async with at_work(mongo) as desk:
        nowhere = CENTRE.model_copy(update={"emails": (), "head_emails": ()})
        await remind(desk, plan(agencies=(COORDINATOR, DISTRICT, nowhere)))
        assert await is_told_apart(desk)


@pytest.mark.parametrize(("came_back", "told_apart"), [((FIRST,), False), ((FIRST, SECOND), True)])
async def test_what_came_back(mongo: Mongo, came_back: tuple[str, ...], told_apart: bool) -> None:
    """A mail that came back from each of its mailboxes has not arrived, whatever a server had said."""
    async with at_work(mongo) as desk:
        await remind(desk)
        by = desk.sending
        for taken in list(desk.postman.taken):
            for address in came_back:
                full = about(str(taken.mail_from), address, "failed", "5.2.2", "smtp; 552 5.2.2 full")
                await take_report(full, BOUNCES, by.store, by.mongo, by.outbox, desk.now)
        assert await is_told_apart(desk) is told_apart
