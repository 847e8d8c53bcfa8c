"""Put down what an agency answers to a reminder by a link, once; the coordinator decides what follows from it."""

from datetime import date

from services.submissions.link_events import told_id
from shared.contracts.agency_answers import AnswerGiven, AnswerKind
from shared.mongo import DuplicateKeyError, Mongo, Session
from shared.outbox import Outbox, Stamped
from shared.signed_links import Link, Purpose

KINDS = {
    Purpose.NOTHING_TO_REPORT: AnswerKind.NOTHING_TO_REPORT,
    Purpose.ALREADY_DONE: AnswerKind.ALREADY_DONE,
}


async def answer_by_link(link: Link, reason: str, today: date, mongo: Mongo, outbox: Outbox) -> None:
    """Write the answer to the log, unless the link was used before: the first answer stays. Raises one of Unavailable.

    `today` is the last day of the calendar. The outbox is where it is kept; its unique ids let one of several win.
    """
    answer = AnswerGiven(
        agency=link.agency,
        occurrence=link.occurrence,
        day=today,
        kind=KINDS[link.purpose],
        reason=reason,
        mailboxes=link.mailboxes,
    )
    told = Stamped(told_id(link), answer)

    async def write(session: Session) -> None:
        if not await outbox.known([told.id], session):
            await outbox.add([told], session)

    try:
        await mongo.transact(write)
    except DuplicateKeyError:
        return  # another post of the same link was faster
    outbox.wake()
