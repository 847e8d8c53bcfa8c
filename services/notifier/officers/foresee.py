"""What a day brings or brought, without deciding it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from services.notifier.policy import mails_on
from services.notifier.rules import Decision, Mark, decide, doubtful, horizon
from shared.contracts.ledger import Account, standing
from shared.contracts.plan import PlanPublished
from shared.workdays import DAY


@dataclass(frozen=True)
class Done:
    """A rung that is done, and on which day."""

    mark: Mark
    day: date


@dataclass(frozen=True)
class Known:
    """What the service knows of a plan: `handled` is the last day that it decided, `doubt` the last one on which mails
    may have gone out that it doesn't know of, after a restore."""

    plan: PlanPublished
    accounts: Sequence[Account]
    done: Sequence[Done]
    handled: date | None
    doubt: date | None = None


@dataclass(frozen=True)
class Foreseen:
    """A day's decision, with what was known and done when it began."""

    decision: Decision
    accounts: Sequence[Account]
    done: Sequence[Done]


def foresee(known: Known, day: date) -> Foreseen:
    """What the day decides.

    After the last one that was handled each day in between is decided as well, as if nothing were delivered meanwhile
    and every mail went out. Another day goes by what was known and done when it began, and by the plan of now.
    """
    if known.handled is None or day <= known.handled:
        accounts = [_before(account, day) for account in known.accounts]
        done = [one for one in known.done if one.day < day]
        return Foreseen(decide(known.plan, accounts, _marks(done), day), accounts, done)
    done, doubt = list(known.done), known.doubt
    # What isn't owed now isn't owed later, and dates don't move: most of a year's accounts need no second look.
    registered = [(account, _owed_by(account, day)) for account in known.accounts]
    turn = known.handled
    while True:
        turn += DAY
        last = horizon(known.plan, turn)
        owed = [account for account, by in registered if by is not None and by <= last]
        if doubt is not None:
            done += [Done(mark, turn) for mark in doubtful(known.plan, owed, _marks(done), min(doubt, turn))]
            doubt = doubt if turn <= doubt else None
        decision = decide(known.plan, owed, _marks(done), turn)
        if turn == day:
            return Foreseen(decision, known.accounts, done)
        done += [Done(mark, turn) for mark in decision.marks]


def mails_before(known: Known, day: date) -> int | None:
    """How many mails may tell the coordinator its news between the last day that was handled and this one's; None where
    this one tells none: nothing goes out on it, or it is gone by."""
    if known.handled is None or day <= known.handled or not mails_on(known.plan, day):
        return None
    between = (known.handled + DAY * number for number in range(1, (day - known.handled).days))
    return sum(mails_on(known.plan, turn) for turn in between)


def _marks(done: Iterable[Done]) -> list[Mark]:
    return [one.mark for one in done]


def _before(account: Account, day: date) -> Account:
    return Account(account.key, frozenset(fact for fact in account.facts if fact.day < day))


def _owed_by(account: Account, day: date) -> date | None:
    """Its `register_by`; None where it isn't owed."""
    now = standing(account.facts, day)
    return now.register_by if now is not None and now.owed else None
