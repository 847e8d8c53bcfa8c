"""Read the view and build a report from it, for whoever answers questions about a plan."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from services.reports.build_report import build_report
from services.reports.choose_plan import choose_day, choose_plan
from services.reports.compare import Beside, choose_other, comparison_of
from services.reports.duty_lines import Duties
from services.reports.output_lines import output_line
from services.reports.remembered import Remembered
from services.reports.store import Store
from shared.contracts.plan import PlanPublished
from shared.contracts.report import ConsolidatedReport, OutputLine
from shared.mongo import Mongo, NoMoment, Session
from shared.outcomes import Retry

REBUILDING = "the view is being rebuilt; try again when `dondoc rebuild reports` has ended"
TRY_AGAIN_AFTER = timedelta(seconds=10)


@dataclass(frozen=True)
class Reading:
    """A report, and the moment that it is of: as long as that is held, the outputs that it counts can be listed."""

    plan: PlanPublished
    report: ConsolidatedReport
    _store: Store
    _moment: Session

    async def outputs(self) -> AsyncIterator[OutputLine]:
        """Every output that the report counts, and those that were sent back, by day of registration and id."""
        duties, as_of = Duties(self.plan), self.report.as_of
        async for output, reviews in self._store.outputs.recorded(self.plan.plan, as_of, self._moment):
            yield output_line(output, reviews, duties, as_of)


@dataclass(frozen=True)
class Chosen:
    """What a question is about, at one moment: a plan as of a day, and the `other` that it stands beside."""

    plan: PlanPublished
    day: date
    other: tuple[PlanPublished, date] | None
    moment: Session


@asynccontextmanager
async def chosen(
    wanted: str | None, as_of: date | None, store: Store, mongo: Mongo, beside: Beside | None = None
) -> AsyncIterator[Chosen]:
    """A plan (None: the only one, or that of the year) as of a day (None: the calendar's last).

    Raises WrongField for what isn't known or can't be compared, Retry while the view is being rebuilt.
    """
    # One moment: a revision, a day or a rebuild that begins meanwhile can't stand beside figures from before it.
    try:
        async with mongo.moment() as moment:
            if await store.is_rebuilding(moment):
                raise Retry(TRY_AGAIN_AFTER, REBUILDING)
            last, plans = await store.last_day(moment), await store.plans(moment)
            day = choose_day(as_of, last)
            plan = choose_plan(plans, wanted, day)
            other = choose_other(beside, plans, plan, day, last) if beside is not None else None
            yield Chosen(plan, day, other, moment)
    except NoMoment as error:
        raise Retry(TRY_AGAIN_AFTER, f"the database can't show one moment now: {error}") from None


@asynccontextmanager
async def reading(
    wanted: str | None, as_of: date | None, store: Store, mongo: Mongo, beside: Beside | None = None
) -> AsyncIterator[Reading]:
    """The report of what is chosen; raises what `chosen` raises."""
    async with chosen(wanted, as_of, store, mongo, beside) as of:
        report = await _report(of.plan, of.day, store, of.moment)
        if of.other is not None:
            other = await _report(*of.other, store, of.moment)
            report = report.model_copy(update={"comparison": comparison_of(other)})
        yield Reading(of.plan, report, store, of.moment)


# One alone: that of 5,000 agencies takes hundreds of megabytes.
_BUILT = Remembered[ConsolidatedReport](most=1)


async def _report(plan: PlanPublished, day: date, store: Store, moment: Session) -> ConsolidatedReport:
    view = await store.view(plan.plan, day, moment)
    # In a thread: the service's heartbeats and other answers go on meanwhile.
    return await asyncio.to_thread(_BUILT.get, None, build_report, plan, view, day)


async def read_report(wanted: str | None, as_of: date | None, store: Store, mongo: Mongo) -> ConsolidatedReport:
    """The report alone; as `reading`."""
    async with reading(wanted, as_of, store, mongo) as found:
        return found.report
