"""The ladder of reminders: what is mailed to whom on a day. Pure; which rung comes when is the plan's policy
(`policy.py`), how it is climbed is decided here: this service's README and docs/decisions/0015-reminders.md.

The last rung, for_signature, goes to the coordinator alone, and after it there is silence.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from services.notifier.letters.ids import short_id
from services.notifier.policy import earliest_step, last_mail_days, mails_on, quiet, silence, steps_of, working_days
from services.notifier.recipients import recipient_of
from shared.contracts.duties import OccurrenceKey
from shared.contracts.ledger import Account, Standing, standing
from shared.contracts.plan import PlanPublished
from shared.contracts.reminders import ReminderItem, Rung
from shared.workdays import WorkingDays

LADDER = tuple(Rung)


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


def decide(plan: PlanPublished, accounts: Iterable[Account], done: Iterable[Mark], day: date) -> Decision:
    """The digests of the day. `done` holds all marks of the accounts' occurrences; nothing on a
    day off or in a quiet period."""
    if not mails_on(plan, day):
        return Decision()
    workdays = working_days(plan)
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


def telling(digests: Sequence[Digest], plan: PlanPublished, day: date) -> tuple[Digest, ...]:
    """The day's digests where the coordinator has news to hear: in its one mail, or in one for this alone."""
    mailed = plan.coordinator in {one.recipient for one in digests}
    return (*digests, *(() if mailed else (Digest(plan.plan, plan.coordinator, day, ()),)))


def doubtful(plan: PlanPublished, accounts: Iterable[Account], done: Iterable[Mark], until: date) -> tuple[Mark, ...]:
    """The rungs that may have been mailed by the end of the day `until` without our knowing: all that were due.

    They count as mailed, so that later rungs follow.
    """
    known, everybody = list(done), list(accounts)
    found: list[Mark] = []
    for last in last_mail_days(plan, until):
        # The letter for signature comes a working day after the agency's own mail at the earliest: hence again.
        while marks := decide(plan, everybody, known, last).marks:
            found += marks
            known += marks
    return tuple(found)


def is_chased(plan: PlanPublished, now: Standing) -> bool:
    """Whether it is owed, and its period didn't end before the plan took effect or the system went live."""
    return now.owed and now.due >= max(plan.chase_from, plan.effective_from)


def horizon(plan: PlanPublished, day: date) -> date:
    """The latest `register_by` of which anything may be due on a day."""
    # A day more than the first rung needs, for a `register_by` that is a day off itself.
    return working_days(plan).after(day, 1 - min(earliest_step(plan), 0))


def due_rungs(
    plan: PlanPublished, who: str, period: str, register_by: date, workdays: WorkingDays, day: date
) -> tuple[Rung, ...]:
    """The rungs whose day has come for what `who` owes, the lowest first."""
    steps = steps_of(plan, who, period).items()
    return tuple(rung for rung, step in steps if workdays.after(register_by, step) <= day)


def still_due(plan: PlanPublished, item: ReminderItem, now: Standing, day: date, recipient: str) -> bool:
    """Whether what was decided before still holds for the recipient: an extension since moves the rungs, it doesn't
    only excuse; and the plan's policy may be another by now."""
    if not is_chased(plan, now):
        return False
    asked = owners(item.occurrence, now)
    if item.rung is not Rung.FOR_SIGNATURE:
        asked = tuple(who for who in asked if recipient_of(plan, who, day) == recipient) or asked
    elif quiet(plan, day, recipient) is not None:
        return False
    workdays = working_days(plan)
    return any(
        item.rung in due_rungs(plan, who, item.occurrence.period, now.register_by, workdays, day)
        for who in asked
        if is_urged(plan, who, day)
    )


def owners(key: OccurrenceKey, now: Standing) -> tuple[str, ...]:
    """Who owes it, each once."""
    return tuple(dict.fromkeys((key.agency, *now.jointly_with)))


def is_urged(plan: PlanPublished, who: str, day: date) -> bool:
    """Whether anybody is reminded on that day of what `who` owes."""
    return silence(plan, who) is None and quiet(plan, day, who) is None


def is_unreached(
    plan: PlanPublished, item: ReminderItem, now: Standing, day: date, reached: Mapping[OccurrenceKey, Set[str]]
) -> bool:
    """Whether a letter is to be signed about what somebody owes of whom it isn't known that a reminder of it arrived.
    `reached` are the recipients of whom it is, by occurrence."""
    if item.rung is not Rung.FOR_SIGNATURE:
        return False
    asked = {recipient_of(plan, who, day) for who in owners(item.occurrence, now)}
    return not asked <= reached.get(item.occurrence, frozenset())


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
    if any(mark.rung is Rung.FOR_SIGNATURE for mark in done):
        return
    urged: dict[str, tuple[Rung, ...]] = {}
    for who in owners(key, now):
        due = due_rungs(plan, who, key.period, now.register_by, workdays, day)
        if due and is_urged(plan, who, day):
            urged.setdefault(recipient_of(plan, who, day), due)
    # Who owes hears of it before the coordinator is asked to sign a letter about it: after a long downtime, or when
    # an output is sent back long after its date.
    signed = (
        any(Rung.FOR_SIGNATURE in due for due in urged.values())
        and any(not mark.passed for mark in done)
        and quiet(plan, day, plan.coordinator) is None
    )
    for recipient, due in urged.items():
        own = tuple(rung for rung in due if rung is not Rung.FOR_SIGNATURE)
        if own == (Rung.UPCOMING,) and day > now.register_by:
            continue  # it isn't upcoming any more
        reached = {mark.rung for mark in done if mark.recipient == recipient}
        highest = max(map(LADDER.index, reached), default=-1)
        for rung in own:
            if rung not in reached and (signed or LADDER.index(own[-1]) > highest):
                yield Mark(key, rung, recipient, passed=signed or rung is not own[-1])
    if signed:
        yield Mark(key, Rung.FOR_SIGNATURE, plan.coordinator)
