"""List what became of the reminders, which answers of agencies wait for somebody to confirm them, and which addresses
aren't mailed any more."""

from collections.abc import Iterator, Sequence
from datetime import date

from pydantic import Field

from services.notifier.bounces.unreachable import Marked, Reachable
from services.notifier.officers.choosing import agency_of
from services.notifier.officers.officer_store import OfficerStore, Wanted
from services.notifier.officers.officer_words import confirming
from services.notifier.recipients import Addresses, addresses
from services.notifier.sending.queue import Queued
from services.notifier.store import Store
from shared.contracts.ledger import Account, standing
from shared.contracts.plan import PlanPublished
from shared.contracts.reminder_list import (
    ListedAddress,
    ListedReminder,
    MailState,
    MarkedAddress,
    ReminderList,
    Tally,
    WaitingAnswer,
)
from shared.question import Question
from shared.vietnamese import agency_name, duty_title

MOST = 10_000


class ListQuestion(Question):
    """`agency` is the recipient, and who answered; `since` the first day; `most` how many reminders."""

    agency: str | None = None
    state: MailState | None = None
    since: date | None = None
    most: int = Field(1_000, ge=1, le=MOST)


async def list_reminders(question: ListQuestion, store: Store, officers: OfficerStore) -> ReminderList:
    """The newest first. Raises Rejected for an agency that no plan knows."""
    reachable, marked = Reachable(), await store.returned.every()
    plans = {plan.plan: reachable.of(plan, marked) for plan in await store.plans()}
    agency = agency_of(list(plans.values()), question.agency)
    found, more = await officers.digests(Wanted(agency, question.state, question.since), question.most)
    answers = [
        answer for account in await officers.answered() for answer in _answers(plans.get(account.key.plan), account)
    ]
    return ReminderList(
        as_of=await store.last_day(),
        reminders=tuple(_listed(plans.get(queued.digest.plan), queued) for queued in found),
        more=more,
        tallies=tuple(
            Tally(recipient=who, name=_name(plans.get(plan), who), last_day=last, states=states)
            for plan, who, last, states in await officers.tallies(agency, question.since)
        ),
        answers=tuple(
            sorted((one for one in answers if agency in (None, one.agency)), key=lambda one: one.day, reverse=True)
        ),
        marked=tuple(_marked(plans.get(one.plan), one) for one in marked if agency in (None, one.agency)),
    )


def _marked(plan: PlanPublished | None, one: Marked) -> MarkedAddress:
    name = _name(plan, one.agency)
    return MarkedAddress(address=one.address, plan=one.plan, agency=one.agency, name=name, reason=one.reason, at=one.at)


def _listed(plan: PlanPublished | None, queued: Queued) -> ListedReminder:
    digest, mail = queued.digest, queued.frozen
    if mail is not None:
        where = Addresses(mail.to, mail.cc)
    elif plan is not None:
        # Nothing is fixed yet: where it would go now.
        where = addresses(plan, digest.recipient, frozenset(item.rung for item in digest.items), digest.day)
    else:
        where = Addresses(())
    return ListedReminder(
        plan=digest.plan,
        recipient=digest.recipient,
        name=_name(plan, digest.recipient),
        day=digest.day,
        state=MailState(queued.state),
        attempts=queued.attempts,
        next_try=queued.next_try,
        reason=queued.reason,
        message_id=mail.message_id if mail is not None else None,
        addresses=(*_mailboxes(where.to, False, queued), *_mailboxes(where.cc, True, queued)),
        items=digest.items,
    )


def _name(plan: PlanPublished | None, agency: str) -> str:
    return agency_name(plan, agency) if plan is not None else agency


def _mailboxes(given: Sequence[str], copy: bool, queued: Queued) -> Iterator[ListedAddress]:
    for one in given:
        yield ListedAddress(
            address=one,
            carbon_copy=copy,
            accepted=one in queued.accepted,
            refused=queued.refused.get(one),
            bounced=queued.bounced.get(one),
        )


def _answers(plan: PlanPublished | None, account: Account) -> list[WaitingAnswer]:
    now = standing(account.facts, date.max)
    if plan is None or now is None:
        return []
    return [
        WaitingAnswer(
            occurrence=account.key,
            agency=answer.agency,
            name=agency_name(plan, answer.agency),
            title=duty_title(plan, account.key.duty),
            day=answer.day,
            kind=answer.kind,
            reason=answer.reason,
            confirm=confirming(account.key, answer),
        )
        for answer in now.answers
    ]
