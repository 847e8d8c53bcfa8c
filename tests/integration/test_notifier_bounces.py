"""What mail servers report: marked addresses, what is told, and what has no effect. Real MongoDB, real SMTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from mailbox import Maildir
from pathlib import Path

import pytest

from deploy.commands.reminders import _mailboxes
from services.notifier.bounces.address import BounceAddress
from services.notifier.bounces.folder import read_once
from services.notifier.bounces.take_report import take_report
from services.notifier.officers.list_reminders import ListQuestion, list_reminders
from services.notifier.officers.officer_store import OfficerStore
from services.notifier.officers.preview_reminders import PreviewQuestion, Sender, preview_reminders
from services.notifier.officers.web.words import Names, rows
from services.notifier.sending.attempt import RETURNED
from shared.contracts.registry import decode
from shared.contracts.reminder_list import MailState
from shared.contracts.reminders import ReminderFailed
from shared.mongo import Mongo
from tests.integration.notifier_desk import DESK_URL, ESCALATED, MONTH, NEXT, OTHER, OVERDUE, Desk, at_work
from tests.integration.reports_of_servers import about, auto_reply
from tests.unit.notifier.sample import CENTRE, COORDINATOR, DISTRICT, plan

BOUNCES = BounceAddress("tra-lai@mau.example", "bi mat " * 6)
AFTER = date(2023, 3, 15)
SENDER = Sender("nhac-viec@mau.example", "https://dondoc.example", DESK_URL)
FIRST, SECOND = "tt-a@mau.example", "tt-a-2@mau.example"


@asynccontextmanager
async def after_a_mail(mongo: Mongo) -> AsyncIterator[Desk]:
    """A desk that has mailed one digest to two addresses, with an envelope sender of its own."""
    async with at_work(mongo) as desk:
        desk.sending = replace(desk.sending, bounces=BOUNCES)
        await desk.owe(MONTH)
        await desk.turn(OVERDUE)
        await desk.send()
        yield desk


async def report(desk: Desk, raw: bytes) -> str:
    by = desk.sending
    return await take_report(raw, BOUNCES, by.store, by.mongo, by.outbox, desk.now)


def sender(desk: Desk) -> str:
    """Whom a server reports to of the first mail."""
    return str(desk.postman.taken[0].mail_from)


async def told_as_failed(desk: Desk) -> list[str]:
    """The reasons, in their order."""
    told = [decode(row.body)[1] async for row in desk.sending.outbox.all_rows()]
    return [event.reason for event in told if isinstance(event, ReminderFailed)]


async def marked(desk: Desk) -> list[str]:
    return [one.address for one in await desk.store.returned.every()]


async def test_a_mail_that_came_back(mongo: Mongo) -> None:
    """The address is marked and told as failed, with the server's words, once; the next mail goes to the other one."""
    async with after_a_mail(mongo) as desk:
        bounce = about(sender(desk), FIRST, "failed", "5.1.1", "smtp; 550 5.1.1 <tt-a@mau.example>: no such user")
        for _ in range(3):
            await report(desk, bounce)
        assert await marked(desk) == [FIRST]
        told = [decode(row.body) async for row in desk.sending.outbox.all_rows()]
        [(envelope, failed)] = [one for one in told if isinstance(one[1], ReminderFailed)]
        assert isinstance(failed, ReminderFailed)
        assert envelope.id == f"reminder.failed/mau-2023/tt-a/2023-03-08/{FIRST}"
        assert (failed.to, failed.cc) == ((FIRST,), ())
        assert "550 5.1.1" in failed.reason
        assert [item.occurrence for item in failed.items] == [MONTH]
        await desk.turn(ESCALATED)
        await desk.send()
        assert {envelope.rcpt_tos[0] for envelope in desk.postman.taken[1:]} == {SECOND, "dp@mau.example"}


async def test_the_coordinator_hears_of_it_once(mongo: Mongo) -> None:
    """In its one mail of the next working day, though nothing else is to be said; the day after it hears nothing."""
    async with after_a_mail(mongo) as desk:
        await report(desk, about(sender(desk), FIRST, "failed", "5.1.1", "smtp; 550 no"))
        assert await desk.turn(NEXT) == 1
        await desk.send()
        to, text = desk.mails()[-1]
        assert to == "dp@mau.example"
        assert "ĐỊA CHỈ BỊ TRẢ LẠI THƯ" in text
        assert FIRST in text
        assert await desk.turn(NEXT.replace(day=10)) == 0


async def test_an_agency_of_which_nothing_is_left(mongo: Mongo) -> None:
    """Where every address is marked the next reminder fails at once and says why; unmarked, it is mailed again."""
    async with after_a_mail(mongo) as desk:
        for address in (FIRST, SECOND):
            await report(desk, about(sender(desk), address, "failed", "5.1.1", "smtp; 550 no"))
        await desk.turn(ESCALATED)
        await desk.send()
        rows = [row.body.decode() async for row in desk.sending.outbox.all_rows()]
        assert any(RETURNED in body and "2023-03-14" in body for body in rows)
        assert await desk.store.returned.remove(FIRST.upper())
        assert not await desk.store.returned.remove(FIRST)
        assert await marked(desk) == [SECOND]
        before = len(desk.postman.taken)
        await desk.owe(OTHER)
        await desk.turn(AFTER)
        await desk.send()
        assert [one.rcpt_tos for one in desk.postman.taken[before:] if SECOND not in one.rcpt_tos] == [
            [FIRST, "a@mau.example"]
        ]


async def test_officers_see_where_mail_still_goes(mongo: Mongo) -> None:
    """A preview leaves marked addresses out, and says why nothing can be sent where none is left; so does the list of
    what waits."""
    async with after_a_mail(mongo) as desk:
        officers, question = OfficerStore(desk.mongo, desk.store), PreviewQuestion(as_of=ESCALATED, agency="tt-a")

        async def addressed() -> tuple[tuple[str, ...], str | None]:
            [mail] = (await preview_reminders(question, desk.store, officers, desk.mongo, SENDER)).mails
            return mail.to, mail.unsendable

        await report(desk, about(sender(desk), FIRST, "failed", "5.1.1", "smtp; 550 no"))
        assert await addressed() == ((SECOND,), None)
        await desk.turn(ESCALATED)
        waiting = (
            await list_reminders(ListQuestion(state=MailState.QUEUED, agency="tt-a"), desk.store, officers)
        ).reminders
        assert [one.address for one in waiting[0].addresses if not one.carbon_copy] == [SECOND]
        await report(desk, about(sender(desk), SECOND, "failed", "5.1.1", "smtp; 550 no"))
        assert await addressed() == ((), RETURNED)


async def test_what_marks_nothing(mongo: Mongo) -> None:
    """A delay, an auto-reply, a forged or altered token, another's address, a mail nobody knows, garbage, 10 MB."""
    async with after_a_mail(mongo) as desk:
        ours, no = sender(desk), ("failed", "5.1.1", "smtp; 550 no")
        before = await desk.told()
        other = BounceAddress("tra-lai@mau.example", "khac " * 8)
        for raw in (
            about(ours, FIRST, "delayed", "4.4.1", "smtp; 450 busy"),
            about(ours, FIRST, "delivered", "2.0.0", "smtp; 250 ok"),
            auto_reply(ours),
            about(other.of("0" * 32), FIRST, *no),
            about(ours.replace("+", "+a", 1), FIRST, *no),
            about(BOUNCES.of("0" * 32), FIRST, *no),
            about("tra-lai@mau.example", FIRST, *no),
            about(ours, ours, *no),  # a report that came back itself
            about(ours, "ai-do@khac.example", *no),
            b"",
            b"\xff\x00" * 1000,
            b"To: " + ours.encode() + b"\n\n" + b"x" * 10_000_000,
            b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\nTo: " + ours.encode(),
        ):
            assert await report(desk, raw)
        assert await marked(desk) == []
        assert await desk.told() == before


async def test_behind_the_only_address_that_we_wrote_to(mongo: Mongo) -> None:
    """What fails at an address that we don't know is told of our only recipient, which isn't marked: it may be an alias
    of many. A report that came back itself tells nothing."""
    only = CENTRE.model_copy(update={"emails": (FIRST,)})
    async with at_work(mongo) as desk:
        desk.sending = replace(desk.sending, bounces=BOUNCES)
        await desk.owe(MONTH, of=plan(agencies=(COORDINATOR, DISTRICT, only)))
        await desk.turn(OVERDUE)
        await desk.send()
        before = await desk.told()
        await report(desk, about(sender(desk), sender(desk), "failed", "5.1.1", "smtp; 550 no"))
        assert await desk.told() == before
        await report(desk, about(sender(desk), "chuyen-tiep@khac.example", "failed", "5.1.1", "smtp; 550 no"))
        assert await marked(desk) == []
        assert await told_as_failed(desk) == [f"{FIRST}: thư bị trả lại từ chuyen-tiep@khac.example: 550 no"]


async def test_a_member_behind_an_alias(mongo: Mongo) -> None:
    """As Postfix reports it, which names our address as the original one: told, not marked."""
    async with after_a_mail(mongo) as desk:
        member = about(sender(desk), "mot-nguoi@khac.example", "failed", "5.1.1", "smtp; 550 5.1.1 no such user")
        ours = member.replace(
            b"Original-Recipient: rfc822;mot-nguoi@khac.example", b"Original-Recipient: rfc822;%b" % FIRST.encode()
        )
        await report(desk, ours)
        assert await marked(desk) == []
        [told] = await told_as_failed(desk)
        assert told.startswith(f"{FIRST}: thư bị trả lại từ mot-nguoi@khac.example: 550 5.1.1")


@pytest.mark.parametrize(
    ("status", "diagnostic"),
    [
        ("5.2.2", "smtp; 552 5.2.2 mailbox full"),
        ("5.7.1", "smtp; 554 5.7.1 spam"),
        ("5.4.1", "smtp; 550 5.4.1 no route"),
        ("5.0.0", "smtp; 550 denied"),
        ("4.4.1", "X-Postfix; connect: timed out"),
    ],
)
async def test_what_says_nothing_against_the_address(mongo: Mongo, status: str, diagnostic: str) -> None:
    """The mail didn't arrive, which is told and listed with it; the next reminder goes to the same address again."""
    async with after_a_mail(mongo) as desk:
        words = diagnostic.partition("; ")[2]
        await report(desk, about(sender(desk), FIRST, "failed", status, diagnostic))
        assert await told_as_failed(desk) == [f"{FIRST}: thư bị trả lại: {words}"]
        listed = await list_reminders(ListQuestion(agency="tt-a"), desk.store, OfficerStore(desk.mongo, desk.store))
        [only] = listed.reminders
        assert {one.address: one.bounced for one in only.addresses if one.bounced} == {FIRST: words}
        assert await marked(desk) == []
        await desk.turn(ESCALATED)
        await desk.send()
        assert FIRST in desk.postman.taken[1].rcpt_tos


async def test_officers_see_what_came_back(mongo: Mongo) -> None:
    """Beside the mailbox that the mail came back from, with the server's words; not beside others, nor beside a mail of
    an earlier day, which had arrived."""
    async with after_a_mail(mongo) as desk:
        await desk.turn(ESCALATED)
        await desk.send()
        officers = OfficerStore(desk.mongo, desk.store)
        second = str(desk.postman.taken[1].mail_from)
        await report(desk, about(second, SECOND, "failed", "5.1.1", "smtp; 550 5.1.1 no such user"))
        later, first = (await list_reminders(ListQuestion(agency="tt-a"), desk.store, officers)).reminders
        bounced = {one.address: one.bounced for one in later.addresses}
        assert {address: reason for address, reason in bounced.items() if reason} == {SECOND: "550 5.1.1 no such user"}
        assert {one.bounced for one in first.addresses} == {None}
        [row, before] = rows([later, first], Names([plan()]))
        assert (row.trouble, before.trouble) == (True, False)
        assert (SECOND, "bị trả lại: 550 5.1.1 no such user", True) in row.mailboxes
        assert f"{SECOND} (bị trả lại: 550 5.1.1 no such user)" in _mailboxes(later)


async def test_a_large_one(mongo: Mongo) -> None:
    """A report that brings back 10 MB of mail is read as the others are."""
    async with after_a_mail(mongo) as desk:
        raw = about(sender(desk), FIRST, "failed", "5.1.1", "smtp; 550 no") + b"x" * 10_000_000
        await report(desk, raw)
        assert await marked(desk) == [FIRST]


async def test_officers_see_which_addresses_are_marked(mongo: Mongo) -> None:
    """With agency, the server's words and when; of another agency alone there are none."""
    async with after_a_mail(mongo) as desk:
        await report(desk, about(sender(desk), SECOND, "failed", "5.1.1", "smtp; 550 5.1.1 no such user"))
        officers = OfficerStore(desk.mongo, desk.store)
        [one] = (await list_reminders(ListQuestion(agency="tt-a"), desk.store, officers)).marked
        said = (one.address, one.plan, one.agency, one.name, one.reason, one.at)
        assert said == (SECOND, "mau-2023", "tt-a", CENTRE.name, "550 5.1.1 no such user", desk.now)
        assert (await list_reminders(ListQuestion(agency="dai"), desk.store, officers)).marked == ()


@pytest.mark.parametrize("fails", [True, False])
async def test_a_folder(tmp_path: Path, fails: bool) -> None:
    """What lies in a Maildir folder is taken and removed; what could not be taken stays."""
    box = Maildir(tmp_path / "box", create=True)
    box.add(b"To: a@mau.example\n\nmot\n")
    came: list[bytes] = []

    async def take(raw: bytes) -> bytes:
        if fails:
            raise LookupError
        came.append(raw)
        return b""

    if fails:
        with pytest.raises(LookupError):
            await read_once(tmp_path / "box", take)
    else:
        assert await read_once(tmp_path / "box", take) == 1
    assert (len(came), len(box)) == ((0, 1) if fails else (1, 0))
