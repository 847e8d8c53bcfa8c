"""What is overdue for whom on a day, whatever was mailed about it before. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Set
from datetime import date

from services.notifier.letters.line import Reminded
from services.notifier.recipients import recipient_of
from services.notifier.rules import is_chased, is_urged, owners
from shared.contracts.ledger import Account, standing
from shared.contracts.plan import PlanPublished


def overdue_by_recipient(
    plan: PlanPublished, accounts: Iterable[Account], day: date, today: date
) -> dict[str, list[Reminded]]:
    """By the recipient that a reminder of it has, what is overdue on the `day` as known `today`, the oldest first.
    What is never chased, and what a silent or quiet agency owes, isn't in it."""
    place = {duty.id: number for number, duty in enumerate(plan.duties)}
    found: dict[str, list[Reminded]] = defaultdict(list)
    for account in accounts:
        now = standing(account.facts, today)
        if now is None or now.register_by >= day or not is_chased(plan, now):
            continue
        urged = (who for who in owners(account.key, now) if is_urged(plan, who, day))
        for recipient in {recipient_of(plan, who, day) for who in urged}:
            found[recipient].append(Reminded(account.key, None, now))
    for several in found.values():
        several.sort(key=lambda one: (one.now.register_by, place.get(one.key.duty, len(place)), str(one.key)))
    return found


def besides(overdue: Iterable[Reminded], reminded: Iterable[Reminded]) -> list[Reminded]:
    """What is overdue and not reminded of by itself."""
    named = {one.key for one in reminded}
    return [one for one in overdue if one.key not in named]


def whose(plan: PlanPublished, recipients: Set[str], day: date) -> set[str]:
    """Under which agencies' names there may be anything that these are reminded of: their own, those for which they
    stand in, and those with whom either owes something jointly."""
    gone = (body.id for body in plan.agencies if body.valid_until is not None and body.valid_until < day)
    owing = {*recipients, *(who for who in gone if recipient_of(plan, who, day) in recipients)}
    joint = (duty.performers for duty in plan.duties if duty.joint and not owing.isdisjoint(duty.performers))
    return owing.union(*joint)
