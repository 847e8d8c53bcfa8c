"""Show who would be mailed what on a day, and why; nothing is decided, written or sent."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from email import message_from_bytes, policy

from services.notifier.bounces.unreachable import Marked, Reachable
from services.notifier.letters.drafting import draft
from services.notifier.letters.line import Reminded
from services.notifier.letters.news import NOTHING, News
from services.notifier.letters.waiting import told
from services.notifier.office_hours import opening
from services.notifier.officers.choosing import agency_of, choose_plan
from services.notifier.officers.foresee import Foreseen, Known, foresee
from services.notifier.officers.left_alone import left_alone, why_closed
from services.notifier.officers.officer_store import OfficerStore
from services.notifier.officers.officer_words import answer_words, why_now
from services.notifier.overdue import besides, overdue_by_recipient
from services.notifier.policy import working_days
from services.notifier.rules import Digest, is_unreached, telling
from services.notifier.sending.attempt import NO_ADDRESS, RETURNED
from services.notifier.store import Store
from shared.contracts.duties import OccurrenceKey
from shared.contracts.ledger import standing
from shared.contracts.plan import PlanPublished
from shared.contracts.reminder_preview import PreviewedItem, PreviewedMail, ReminderPreview
from shared.mongo import Mongo, Session
from shared.outcomes import Rejected
from shared.question import Question
from shared.vietnamese import agency_name, duty_title

# Each working day in between is decided over all that is owed.
MOST_AHEAD = timedelta(days=92)
MOST_MAILS = 500
# By occurrence the recipients at which a reminder of it arrived.
Reached = dict[OccurrenceKey, set[str]]
# Signs the links in mails that nobody sends. No service goes by it, so they open nothing.
_NO_SECRET = "a link in a previewed mail acts for nobody"  # noqa: S105


@dataclass(frozen=True)
class Sender:
    """From whom mails come, with which address the links in them begin, and where the coordinator's desk is."""

    mail_from: str
    public_url: str
    desk: str


class PreviewQuestion(Question):
    """Which day and plan (None: the only one); `agency` None is all. `mails` asks for the messages themselves."""

    as_of: date
    plan: str | None = None
    agency: str | None = None
    mails: bool = False


async def preview_reminders(
    question: PreviewQuestion, store: Store, officers: OfficerStore, mongo: Mongo, sender: Sender
) -> ReminderPreview:
    """The day's mails, and what is left alone.

    Raises Rejected for an unknown plan or agency, a day too far ahead, or more mails than fit an answer.
    """
    plan = choose_plan(await store.plans(), question.plan)
    agency = agency_of([plan], question.agency)

    async def look(session: Session) -> tuple[Known, News, Reached]:
        known = await officers.known(plan, session)
        reached = await store.threads.reached({one.mark.occurrence for one in known.done}, session)
        return known, await officers.news(known, question.as_of, session), reached

    known, news, reached = await mongo.transact(look)
    if known.handled is not None and question.as_of > known.handled + MOST_AHEAD:
        last = known.handled + MOST_AHEAD
        raise Rejected(f"{question.as_of} lies too far ahead: the calendar stands at {known.handled}; ask until {last}")
    marked = await store.returned.every()
    # Addresses from which mail came back aren't written to; whom to urge doesn't depend on them.
    known = replace(known, plan=Reachable().of(known.plan, marked))
    # In a thread, so that whoever is mailed meanwhile doesn't wait.
    return await asyncio.to_thread(_preview, known, news, reached, question, agency, sender, marked)


def _preview(
    known: Known,
    news: News,
    reached: Reached,
    question: PreviewQuestion,
    agency: str | None,
    sender: Sender,
    marked: Sequence[Marked],
) -> ReminderPreview:
    plan, day = known.plan, question.as_of
    foreseen = foresee(known, day)
    for one in foreseen.done:
        # As if every mail of a day to come went out and arrived.
        if known.handled is not None and one.day > known.handled and not one.mark.passed:
            reached.setdefault(one.mark.occurrence, set()).add(one.mark.recipient)
    digests = foreseen.decision.digests
    digests = telling(digests, plan, day) if news else digests
    overdue = overdue_by_recipient(plan, foreseen.accounts, day, day)
    named = {one.key for digest in digests for one in overdue.get(digest.recipient, ())}
    digests = tuple(digest for digest in digests if agency is None or _concerns(digest, agency))
    if question.mails and len(digests) > MOST_MAILS:
        raise Rejected(f"{len(digests)} mails are more than fit an answer; ask for an agency")
    return ReminderPreview(
        plan=plan.plan,
        title=plan.title,
        as_of=day,
        handled=known.handled,
        closed=why_closed(plan, day),
        mails=tuple(_mails(plan, digests, news, reached, foreseen, overdue, question, sender, marked)),
        left_alone=tuple(
            left for left in left_alone(plan, foreseen, named, day) if agency in (None, left.occurrence.agency)
        ),
    )


def _concerns(digest: Digest, agency: str) -> bool:
    return agency == digest.recipient or any(item.occurrence.agency == agency for item in digest.items)


def _mails(
    plan: PlanPublished,
    digests: Iterable[Digest],
    news: News,
    reached: Reached,
    foreseen: Foreseen,
    overdue: Mapping[str, Sequence[Reminded]],
    question: PreviewQuestion,
    sender: Sender,
    marked: Sequence[Marked],
) -> Iterable[PreviewedMail]:
    accounts = {account.key: account for account in foreseen.accounts}
    returned = {one.agency for one in marked}
    workdays, dead = working_days(plan), (sender.public_url, _NO_SECRET)
    for digest in digests:
        due, items = [], []
        for item in digest.items:
            at = item.occurrence
            now = standing(accounts[at].facts, digest.day)
            assert now is not None
            due.append(Reminded(at, item.rung, now, is_unreached(plan, item, now, digest.day, reached)))
            distance = workdays.between(now.register_by, digest.day)
            items.append(
                PreviewedItem(
                    occurrence=at,
                    title=duty_title(plan, at.duty),
                    rung=item.rung,
                    due=now.due,
                    register_by=now.register_by,
                    working_days=distance,
                    why=why_now(now.register_by, distance),
                    answer=answer_words(now.answers),
                )
            )
        heard = news if digest.recipient == plan.coordinator else NOTHING
        late = besides(overdue.get(digest.recipient, ()), due)
        mail = draft(
            digest, due, plan, opening(plan, digest.day), sender.mail_from, dead, sender.desk, None, late, heard
        ).mail
        yield PreviewedMail(
            recipient=digest.recipient,
            name=agency_name(plan, digest.recipient),
            to=mail.to,
            cc=mail.cc,
            subject=str(message_from_bytes(mail.body, policy=policy.default)["Subject"] or ""),
            items=tuple(items),
            news=told(plan, heard),
            unsendable=None if mail.to else RETURNED if digest.recipient in returned else NO_ADDRESS,
            mail=mail.body.decode("ascii") if question.mails and mail.to else None,
        )
