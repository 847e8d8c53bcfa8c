"""What a link shows and whether it can still be used. Looking changes nothing: mail scanners open every link."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.submissions.intake import Intake
from services.submissions.link_events import told_id
from services.submissions.store import Store
from shared.contracts.agency_answers import AnswerGiven
from shared.contracts.ledger import Standing, State, standing
from shared.contracts.outputs import OutputRecorded
from shared.contracts.plan import Duty, PlanPublished
from shared.contracts.registry import decode
from shared.signed_links import Link

Told = OutputRecorded | AnswerGiven


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
    """A link on the day `today`, the last one of the calendar. `told` is what it was used for, if it was."""

    link: Link
    plan: PlanPublished
    duty: Duty
    stands: Standing
    today: date
    told: Told | None

    @property
    def closed(self) -> Closed | None:
        if self.today > self.link.until:
            return Closed.EXPIRED
        if self.told is not None:
            return Closed.USED
        if self.stands.state is State.EXCUSED:
            return Closed.EXCUSED
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
    return Opened(link, book.plans[at.plan], obligation.duty, stands, today, await find_told(link, store))


async def find_told(link: Link, store: Store) -> Told | None:
    """What the link was used for; None where it wasn't. An output that another program posted under its id and that
    was refused counts for nothing."""
    name = told_id(link)
    stored = (await store.receipts([name])).get(name)
    event = decode(stored[1], {})[1] if stored else None
    return event if isinstance(event, Told) else None
