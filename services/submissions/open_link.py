"""What a link shows and whether it can still be used. Looking changes nothing: mail scanners open every link.

An output is taken while it is owed, and also where the occurrence was answered for or excused: nothing locks. An
answer is taken once a mail, and only while the occurrence is owed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.submissions.intake import Intake
from services.submissions.link_events import answers_begin, told_id
from services.submissions.store import RECEIPT, Store
from shared.contracts.agency_answers import AnswerGiven
from shared.contracts.base import Event
from shared.contracts.ledger import Standing, State, standing
from shared.contracts.outputs import OutputRecorded
from shared.contracts.plan import Duty, PlanPublished
from shared.contracts.registry import decode
from shared.signed_links import Link, Purpose

Told = OutputRecorded | AnswerGiven
# Of outputs of one occurrence and of answers about it: what is left over is counted.
MOST_SHOWN = 3


class NotOwed(Exception):
    """The plan no longer asks the link's agency for the occurrence, or there is no such plan."""


class Closed(StrEnum):
    """Why a link can't be used any more."""

    EXPIRED = "expired"
    USED = "used"
    MET = "met"
    EXCUSED = "excused"


@dataclass(frozen=True)
class Opened:
    """A link on the day `today`, the last one of the calendar. `told` is what it was used for, if it was.

    `registered` are the first outputs that count for the occurrence, `answers` the last ones that its agency gave about
    it by links, without `told`."""

    link: Link
    plan: PlanPublished
    duty: Duty
    stands: Standing
    today: date
    told: Told | None
    registered: tuple[OutputRecorded, ...] = ()
    answers: tuple[AnswerGiven, ...] = ()

    @property
    def closed(self) -> Closed | None:
        if self.today > self.link.until:
            return Closed.EXPIRED
        if self.told is not None:
            return Closed.USED
        if self.stands.state is State.EXCUSED:
            return None if self.link.purpose is Purpose.SUBMIT else Closed.EXCUSED
        return None if self.stands.owed else Closed.MET

    @property
    def others(self) -> tuple[str, ...]:
        """The agencies that owe it together with the link's own."""
        together = (self.link.occurrence.agency, *self.stands.jointly_with)
        return tuple(agency for agency in together if agency != self.link.agency)


async def open_link(link: Link, intake: Intake, store: Store) -> Opened:
    """The link as of now. Raises NotOwed, Retry where the copy of the plans lags, one of Unavailable."""
    book, at = await intake.book(), link.occurrence
    mine = (one for one in book.of(link.agency) if (one.plan, one.duty.id, one.agency) == (at.plan, at.duty, at.agency))
    obligation = next(mine, None)
    today = await store.last_day()
    if obligation is None or at.period not in obligation.dues or today is None:
        raise NotOwed
    stands = standing(await store.facts(at), today)
    if stands is None:
        raise NotOwed
    told = await find_told(link, store)
    names = [RECEIPT + output for output in stands.outputs[:MOST_SHOWN]]
    receipts = await store.receipts(names)
    registered = [_read(receipts[name][1]) for name in names if name in receipts]
    answers = [_read(body) for body in await store.bodies(answers_begin(link))]
    return Opened(
        link,
        book.plans[at.plan],
        obligation.duty,
        stands,
        today,
        told,
        tuple(one for one in registered if isinstance(one, OutputRecorded) and one != told),
        _last(one for one in answers if isinstance(one, AnswerGiven) and one != told),
    )


async def find_told(link: Link, store: Store) -> Told | None:
    """What the link was used for; None where it wasn't. An output that another program posted under its id and that
    was refused counts for nothing."""
    name = told_id(link)
    stored = (await store.receipts([name])).get(name)
    event = _read(stored[1]) if stored else None
    return event if isinstance(event, Told) else None


def _read(body: bytes) -> Event:
    return decode(body, {})[1]


def _last(answers: Iterable[AnswerGiven]) -> tuple[AnswerGiven, ...]:
    return tuple(sorted(answers, key=lambda one: one.day)[-MOST_SHOWN:])
