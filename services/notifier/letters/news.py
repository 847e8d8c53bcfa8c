"""What the coordinator hears besides reminders, in its one mail of the day: each thing once. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from services.notifier.bounces.unreachable import Marked
from shared.contracts.duties import OccurrenceKey
from shared.contracts.ledger import Account, Answered, standing

# A mail that lists more is read by nobody; what is left comes with the next one.
MOST_ANSWERS = 20


@dataclass(frozen=True)
class Reply:
    """An agency's answer about an occurrence that is still owed, which waits to be confirmed."""

    about: OccurrenceKey
    answer: Answered


@dataclass(frozen=True)
class News:
    """The addresses from which mail came back, and the answers that wait; `more` answers wait for another mail."""

    returned: tuple[Marked, ...] = ()
    replies: tuple[Reply, ...] = ()
    more: int = 0

    def __bool__(self) -> bool:
        return bool(self.returned or self.replies)


NOTHING: News = News()


def news(returned: Sequence[Marked], waiting: Iterable[Reply], mails: int = 0) -> News:
    """The oldest answers first. What there is to tell once so many more mails have told of it: all that came back, and
    the first answers, go into the next one."""
    replies = sorted(waiting, key=lambda one: (one.answer.day, str(one.about), one.answer.event))
    left = replies[mails * MOST_ANSWERS :]
    return News(() if mails else tuple(returned), tuple(left[:MOST_ANSWERS]), len(left[MOST_ANSWERS:]))


def replies_in(account: Account) -> list[Reply]:
    """All answers about the occurrence, if it is owed."""
    now = standing(account.facts, date.max)
    return [Reply(account.key, answer) for answer in now.answers] if now is not None and now.owed else []
