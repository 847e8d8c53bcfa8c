"""Read the view and build a report from it, for whoever answers questions about a plan."""

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta

from services.reports.build_report import build_report
from services.reports.choose_plan import choose_day, choose_plan
from services.reports.store import Store, View
from shared.contracts.plan import PlanPublished
from shared.contracts.report import ConsolidatedReport
from shared.mongo import Mongo
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
    if await store.is_rebuilding():
        raise Retry(TRY_AGAIN_AFTER, REBUILDING)
    day = choose_day(as_of, await store.last_day())
    plan = choose_plan(await store.plans(), wanted, day)
    view = await mongo.transact(lambda session: store.view(plan.plan, session))
    # In a thread: the service's heartbeats and other answers go on meanwhile.
    report = await asyncio.to_thread(build_report, plan, view.accounts, view.outputs, view.reviews, day)
    return Reading(plan, view, report)
