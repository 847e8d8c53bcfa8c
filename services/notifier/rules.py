"""The ladder of reminders: what is mailed to whom on a day. Pure; the plan leaves how to urge to its coordinator
(clause V.1), so the steps are decisions: this service's README and docs/decisions/0015-reminders.md.

Rungs of an occurrence, in working days from `register_by`: upcoming −3 (a month or longer), overdue +1,
escalated +5, for_signature +10; the last one goes to the coordinator alone, and after it there is silence.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from services.notifier.ids import short_id
from services.notifier.recipients import recipient_of
from shared import periods
from shared.contracts.duties import OccurrenceKey
from shared.contracts.ledger import Account, Standing, standing
from shared.contracts.plan import PlanPublished
from shared.contracts.reminders import ReminderItem, Rung
from shared.workdays import DAY, WorkingDays

# Working days after `register_by`, before it if negative.
OFFSETS = {Rung.UPCOMING: -3, Rung.OVERDUE: 1, Rung.ESCALATED: 5, Rung.FOR_SIGNATURE: 10}
LADDER = tuple(OFFSETS)


@dataclass(frozen=True)
class Mark:
    """A rung that is done for an occurrence and a recipient: mailed, or `passed` over because a higher one was due."""

    occurrence: OccurrenceKey
    rung: Rung
    recipient: str
    passed: bool = False


@dataclass(frozen=True)
class Digest:
    """The one mail of a recipient on a day."""

    plan: str
    recipient: str
    day: date
    items: tuple[ReminderItem, ...]

    @property
    def key(self) -> str:
        return f"{self.plan}/{self.recipient}/{self.day}"

    @property
    def short(self) -> str:
        """32 characters for where the key is too long: in the Message-ID, in links, in what servers report."""
        return short_id(self.key)


@dataclass(frozen=True)
class Decision:
    """What a day brings: the digests by recipient, and every rung that is done by them."""

    digests: tuple[Digest, ...] = ()
    marks: tuple[Mark, ...] = ()


def working_days(plan: PlanPublished) -> WorkingDays:
    """The working days of a plan."""
    return WorkingDays(frozenset(plan.days_off), frozenset(plan.days_on))


def decide(plan: PlanPublished, accounts: Iterable[Account], done: Iterable[Mark], day: date) -> Decision:
    """The digests of the day. `done` holds all marks of the accounts' occurrences; nothing on a day off."""
    workdays = working_days(plan)
    if day not in workdays:
        return Decision()
    known: dict[OccurrenceKey, list[Mark]] = defaultdict(list)
    for mark in done:
        known[mark.occurrence].append(mark)
    marks: list[Mark] = []
    for account in accounts:
        now = standing(account.facts, day)
        if now is not None and is_chased(plan, now):
            marks += _step(plan, account.key, now, known[account.key], workdays, day)
    mailed: dict[str, list[ReminderItem]] = defaultdict(list)
    for mark in marks:
        if not mark.passed:
            mailed[mark.recipient].append(ReminderItem(occurrence=mark.occurrence, rung=mark.rung))
    digests = (Digest(plan.plan, who, day, arranged(plan, items)) for who, items in sorted(mailed.items()))
    return Decision(tuple(digests), tuple(marks))


def doubtful(plan: PlanPublished, accounts: Iterable[Account], done: Iterable[Mark], until: date) -> tuple[Mark, ...]:
    """The rungs that may have been mailed by the end of the day `until` without our knowing: all that were due.

    They count as mailed, so that later rungs follow.
    """
    workdays = working_days(plan)
    last = workdays.after(until + DAY, -1)
    known, everybody = list(done), list(accounts)
    found: list[Mark] = []
    # The letter for signature comes a working day after the agency's own mail at the earliest: hence again.
    while marks := decide(plan, everybody, known, last).marks:
        found += marks
        known += marks
    return tuple(found)


def is_chased(plan: PlanPublished, now: Standing) -> bool:
    """Whether it is owed, and its period didn't end before the plan took effect or the system went live."""
    return now.owed and now.due >= max(plan.chase_from, plan.effective_from)


def due_rungs(key: OccurrenceKey, register_by: date, workdays: WorkingDays, day: date) -> tuple[Rung, ...]:
    """The rungs whose day has come, the lowest first."""
    short = periods.parse(key.period).kind == "weekly"
    return tuple(
        rung
        for rung, offset in OFFSETS.items()
        if not (short and rung is Rung.UPCOMING) and workdays.after(register_by, offset) <= day
    )


def still_due(plan: PlanPublished, item: ReminderItem, now: Standing, day: date) -> bool:
    """Whether what was decided before still holds: an extension since moves the rungs, it doesn't only excuse."""
    due = due_rungs(item.occurrence, now.register_by, working_days(plan), day)
    return is_chased(plan, now) and item.rung in due


def arranged(plan: PlanPublished, items: Iterable[ReminderItem]) -> tuple[ReminderItem, ...]:
    """The order in which a mail names them: the highest rung first, then as in the plan, by agency and period."""
    place = {duty.id: number for number, duty in enumerate(plan.duties)}

    def position(item: ReminderItem) -> tuple[int, int, str, str, str]:
        at = item.occurrence
        return -LADDER.index(item.rung), place.get(at.duty, len(place)), at.duty, at.agency, at.period

    return tuple(sorted(items, key=position))


def _step(
    plan: PlanPublished, key: OccurrenceKey, now: Standing, done: list[Mark], workdays: WorkingDays, day: date
) -> Iterator[Mark]:
    """The marks that one occurrence gets on a day: at most one rung is mailed, lower ones are passed over."""
    due = due_rungs(key, now.register_by, workdays, day)
    if not due or any(mark.rung is Rung.FOR_SIGNATURE for mark in done):
        return
    own = tuple(rung for rung in due if rung is not Rung.FOR_SIGNATURE)
    # Who owes hears of it before the coordinator is asked to sign a letter about it: after a long downtime, or when
    # an output is sent back long after its date.
    signed = due[-1] is Rung.FOR_SIGNATURE and any(not mark.passed for mark in done)
    for recipient in dict.fromkeys(recipient_of(plan, who, day) for who in (key.agency, *now.jointly_with)):
        reached = {mark.rung for mark in done if mark.recipient == recipient}
        highest = max(map(LADDER.index, reached), default=-1)
        for rung in own:
            if rung not in reached and (signed or LADDER.index(own[-1]) > highest):
                yield Mark(key, rung, recipient, passed=signed or rung is not own[-1])
    if signed:
        yield Mark(key, Rung.FOR_SIGNATURE, plan.coordinator)
