"""Follow-ups thread under the first mail, and carry links and answers: real MongoDB, real SMTP conversation."""

from datetime import date
from email import message_from_bytes, policy
from email.message import Message

from services.notifier.letters.ids import message_id
from shared.contracts.agency_answers import AnswerGiven, AnswerKind
from shared.mongo import Mongo
from shared.signed_links import Purpose, read_link
from tests.harness.postman import Postman
from tests.harness.services import LINK_SECRET
from tests.integration.notifier_desk import ESCALATED, GONE, MONTH, NEXT, OVERDUE, Desk, at_work
from tests.unit.notifier.sample import key

RADIO = key("III.1-radio", "tt-a", "2023-W08")
SIGNED = date(2023, 3, 21)


async def mailed(desk: Desk, *days: date) -> list[Message]:
    """What went out on these days."""
    for day in days:
        await desk.turn(day)
        await desk.send()
    found = []
    for envelope in desk.postman.taken:
        assert isinstance(envelope.content, bytes)
        found.append(message_from_bytes(envelope.content, policy=policy.default))
    return found


async def test_a_follow_up_names_the_first(mongo: Mongo) -> None:
    """The first mail about an occurrence begins a thread; the next one, with another line besides, goes on with it; the
    coordinator's has none of its own to follow."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH)
        await mailed(desk, OVERDUE)
        await desk.owe(RADIO)
        first, second, signed = await mailed(desk, ESCALATED, SIGNED)
        assert first["Message-ID"] == message_id(f"mau-2023/tt-a/{OVERDUE}", "nhac-viec@mau.example")
        assert first["References"] is None
        assert second["References"] == second["In-Reply-To"] == first["Message-ID"]
        assert signed["References"] is None


async def test_a_mail_that_nobody_has_begins_no_thread(mongo: Mongo) -> None:
    """One that the server refused isn't followed up."""
    async with at_work(mongo, Postman(rcpt=[GONE, GONE, None])) as desk:
        await desk.owe(MONTH)
        [only] = await mailed(desk, OVERDUE, ESCALATED)
        assert only["References"] is None


async def test_the_links_are_of_this_mail(mongo: Mongo) -> None:
    """They say to which mailboxes it went and which mail it was, as the secret of the house signs it."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH)
        [mail] = await mailed(desk, OVERDUE)
        [address] = [line for line in desk.mails()[0][1].split() if "/thu/ghi-nhan/" in line]
        link = read_link(Purpose.SUBMIT, address.rpartition("/")[2], LINK_SECRET)
        assert address.startswith("https://dondoc.example/thu/ghi-nhan/")
        assert (link.agency, link.occurrence) == ("tt-a", MONTH)
        assert ", ".join(link.mailboxes) == ", ".join(a.addr_spec for a in mail["To"].addresses)
        assert mail["Message-ID"].startswith(f"<{link.mail}@")


async def test_an_answer_stops_nothing_and_is_shown(mongo: Mongo) -> None:
    """Who answered is still reminded, and reads that the answer waits for the coordinator."""
    async with at_work(mongo) as desk:
        await desk.owe(MONTH)
        await mailed(desk, OVERDUE)
        kind = AnswerKind.NOTHING_TO_REPORT
        await desk.tell(
            AnswerGiven(
                agency="tt-a", occurrence=MONTH, day=NEXT, kind=kind, reason="mẫu", mailboxes=("a@mau.example",)
            )
        )
        await mailed(desk, ESCALATED)
        assert (
            "Đã trả lời “không phát sinh” ngày 09/03/2023, chờ Sở ĐP xác nhận."
            in dict(desk.mails())["tt-a@mau.example"]
        )
