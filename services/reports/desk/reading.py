"""What the desk's pages read: the report of a plan as of today, from a view that has taken in all of the log."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date

from services.reports.choose_plan import choose_day
from services.reports.desk.desk_store import DeskStore
from services.reports.read_report import reading
from services.reports.store import Store
from shared.contracts.duties import OccurrenceKey
from shared.contracts.plan import PlanPublished
from shared.contracts.report import ConsolidatedReport
from shared.mongo import Mongo, Session
from shared.outcomes import Rejected


class NothingYet(Rejected):
    """There is no plan, or no day, to show anything of."""


@dataclass(frozen=True)
class Read:
    """A report, and the revision of the plan that it was made of."""

    plan: PlanPublished
    report: ConsolidatedReport


@dataclass(frozen=True)
class Source:
    """`beside` has what the report only counts. `caught_up` returns when the view holds what the log holds, or raises
    Retry."""

    store: Store
    beside: DeskStore
    mongo: Mongo
    caught_up: Callable[[], Awaitable[None]]

    async def read(self, plan: str | None = None, as_of: date | None = None) -> Read:
        """Raises NothingYet, Rejected for an unknown plan or day, Retry where the view can't be read now."""
        await self.caught_up()
        async with reading(plan or await self._newest(), as_of, self.store, self.mongo) as found:
            return Read(found.plan, found.report)

    async def plans(self) -> list[PlanPublished]:
        """The newest revision of each plan, the newest year first."""
        revisions = await self.mongo.transact(self.store.plans)
        last = {plan.plan: plan for plan in revisions}
        return sorted(last.values(), key=lambda plan: (-plan.year, plan.plan))

    async def plan_of(self, duty: str, agency: str, period: str) -> str | None:
        """The plan that has such an occurrence: that of the period's year, or else the only one; None where none has it
        or several do."""
        plans = await self.plans()
        keys = [OccurrenceKey(plan=one.plan, duty=duty, agency=agency, period=period) for one in plans]
        having = await self.beside.plans_of(keys)
        of_year = [one.plan for one in plans if one.plan in having and period.startswith(f"{one.year:04}")]
        return next((few[0] for few in (of_year, having) if len(few) == 1), None)

    async def _newest(self) -> str:
        """The plan of today's year where there is one, else the newest."""

        async def last_day(session: Session) -> date | None:
            return await self.store.last_day(session)

        plans, day = await self.plans(), await self.mongo.transact(last_day)
        if not plans or day is None:
            raise NothingYet("no plan, or no day, has been published yet")
        today = choose_day(None, day)
        return next((plan.plan for plan in plans if plan.year == today.year and plan.day <= today), plans[0].plan)
