"""Read the view and build a report from it, for whoever answers questions about a plan."""

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta

from services.reports.build_report import build_report
from services.reports.choose_plan import choose_day, choose_plan
from services.reports.store import Store, View
from shared.contracts.plan import PlanPublished
from shared.contracts.report import ConsolidatedReport
from shared.mongo import Mongo, Session
from shared.outcomes import Retry

REBUILDING = "the view is being rebuilt; try again when `dondoc rebuild reports` has ended"
TRY_AGAIN_AFTER = timedelta(seconds=10)


@dataclass(frozen=True)
class Reading:
    """A report, and what it was made from."""

    plan: PlanPublished
    view: View
    report: ConsolidatedReport


async def read_report(wanted: str | None, as_of: date | None, store: Store, mongo: Mongo) -> Reading:
    """The report of a plan (None: the only one, or that of the year) as of a day (None: the calendar's last).

    Raises Rejected for a plan or a day that isn't known, Retry while the view is being rebuilt.
    """

    async def read(session: Session) -> tuple[PlanPublished, date, View]:
        if await store.is_rebuilding(session):
            raise Retry(TRY_AGAIN_AFTER, REBUILDING)
        day = choose_day(as_of, await store.last_day(session))
        plan = choose_plan(await store.plans(session), wanted, day)
        return plan, day, await store.view(plan.plan, session)

    # One snapshot: a revision, a day or a rebuild that begins meanwhile can't stand beside figures from before it.
    plan, day, view = await mongo.transact(read)
    # In a thread: the service's heartbeats and other answers go on meanwhile.
    report = await asyncio.to_thread(build_report, plan, view.accounts, view.outputs, view.reviews, day)
    return Reading(plan, view, report)
