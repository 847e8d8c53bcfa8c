"""What the coordinator hears besides reminders, in its mail's words: answers that wait, mail that came back. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.notifier.bounces.unreachable import Marked
from services.notifier.letters.news import News, Reply
from services.notifier.letters.text import one_line
from services.notifier.letters.wording import full_date, period_words
from services.notifier.officers.officer_words import HOW, confirming
from shared.contracts.plan import PlanPublished
from shared.vietnamese import ANSWERS, agency_name, duty_title

_LONGEST_CLAUSE = 80


@dataclass(frozen=True)
class Waiting:
    """One answer, each text on one line: whose, about what, what was said and why, how it is confirmed, and the command
    that does it, empty where none does."""

    agency: str
    title: str
    clause: str
    period: str
    said: str
    reason: str
    how: str
    command: str


def told(plan: PlanPublished, news: News) -> tuple[str, ...]:
    """The news in short, a line for each."""
    answers = [f"{one.agency} trả lời {one.said}: {one.title}, {one.period}" for one in waiting(plan, news.replies)]
    more = [f"{news.more} trả lời khác, ở thư của ngày làm việc sau"] if news.more else []
    return (*answers, *more, *(f"thư bị trả lại từ {one}" for one in came_back(plan, news.returned)))


def came_back(plan: PlanPublished, returned: Sequence[Marked]) -> tuple[str, ...]:
    """The addresses from which mail came back, each with its agency and the reason."""
    return tuple(one_line(f"{one.address} ({agency_name(plan, one.agency)}): {one.reason}") for one in returned)


def waiting(plan: PlanPublished, replies: Sequence[Reply]) -> tuple[Waiting, ...]:
    """In their order."""
    duties = {duty.id: duty for duty in plan.duties}
    found = []
    for one in replies:
        duty, answer = duties.get(one.about.duty), one.answer
        found.append(
            Waiting(
                agency=one_line(agency_name(plan, answer.agency)),
                title=one_line(duty_title(plan, one.about.duty)),
                clause=one_line(duty.clause if duty is not None else one.about.duty, _LONGEST_CLAUSE),
                period=period_words(one.about.period),
                said=f"“{ANSWERS[answer.kind]}”, ngày {full_date(answer.day)}",
                reason=one_line(answer.reason),
                how=HOW[answer.kind],
                command=confirming(one.about, answer) or "",
            )
        )
    return tuple(found)
