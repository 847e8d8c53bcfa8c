"""The plan as of today at a glance, and down to agency and duty."""

from collections import defaultdict
from dataclasses import dataclass

from starlette.responses import Response

from services.reports.desk.figures import bars, heat_rows, overdue
from services.reports.desk.outputs import Wanted
from services.reports.desk.reading import NothingYet, Source
from services.reports.desk.web import words
from services.reports.desk.web.access import Page, Visit
from services.reports.desk.web.paths import AGENCIES, OVERDUE, OVERVIEW
from services.reports.desk.web.rendering import Renderer
from services.reports.desk.web.shown import Pager, page_number, plan_page, shown
from services.reports.rules import completion
from shared.contracts.officers import Role
from shared.outcomes import Rejected

MOST_ROWS = 100
FIRST_OVERDUE = 15


@dataclass(frozen=True)
class OverviewPages:
    render: Renderer
    source: Source

    def pages(self) -> list[Page]:
        return [
            Page("GET", OVERVIEW, Role.VIEWER, self.overview),
            Page("GET", OVERDUE, Role.VIEWER, self.overdue),
            Page("GET", AGENCIES, Role.VIEWER, self.agencies),
            Page("GET", AGENCIES + "/{agency}", Role.VIEWER, self.agency),
            Page("GET", AGENCIES + "/{agency}/{duty}", Role.VIEWER, self.duty),
        ]

    async def overview(self, visit: Visit) -> Response:
        try:
            of = await shown(visit, self.source, self.render)
        except NothingYet:
            return self.render.page("notice.html.j2", visit, here=OVERVIEW, words=words.NOTHING_YET, enter=False)
        number, late = page_number(visit), overdue(of.report)
        rows, count = heat_rows(of.report, (number - 1) * MOST_ROWS, MOST_ROWS)
        return plan_page(
            self.render,
            "overview.html.j2",
            visit,
            of,
            OVERVIEW,
            rows=rows,
            pager=Pager(number, -(-count // MOST_ROWS), of.to(OVERVIEW)),
            overdue=late[:FIRST_OVERDUE],
            more=max(0, len(late) - FIRST_OVERDUE),
            completion=completion,
            bars=bars,
            levels=words.LEVELS,
        )

    async def overdue(self, visit: Visit) -> Response:
        of = await shown(visit, self.source, self.render)
        number, late = page_number(visit), overdue(of.report)
        return plan_page(
            self.render,
            "overdue.html.j2",
            visit,
            of,
            OVERVIEW,
            overdue=late[(number - 1) * MOST_ROWS : number * MOST_ROWS],
            count=len(late),
            pager=Pager(number, -(-len(late) // MOST_ROWS), of.to(OVERDUE)),
        )

    async def agencies(self, visit: Visit) -> Response:
        of = await shown(visit, self.source, self.render)
        number, lines = page_number(visit), of.report.agencies
        return plan_page(
            self.render,
            "agencies.html.j2",
            visit,
            of,
            AGENCIES,
            agencies=lines[(number - 1) * MOST_ROWS : number * MOST_ROWS],
            pager=Pager(number, -(-len(lines) // MOST_ROWS), of.to(AGENCIES)),
            completion=completion,
        )

    async def agency(self, visit: Visit) -> Response:
        of, name = await shown(visit, self.source, self.render), visit.request.path_params["agency"]
        line = next((one for one in of.report.agencies if one.id == name), None)
        if line is None:
            raise Rejected(f"there is no agency {name[:100]!r}")
        owes = defaultdict(list)
        for occurrence in of.report.occurrences:
            if name in (occurrence.agency, *occurrence.jointly_with):
                owes[occurrence.duty].append(occurrence)
        duties = [one for one in of.plan.duties if one.id in owes or name in one.performers]
        return plan_page(
            self.render,
            "agency.html.j2",
            visit,
            of,
            AGENCIES,
            line=line,
            duties=duties,
            owes=owes,
            completion=completion,
        )

    async def duty(self, visit: Visit) -> Response:
        of, params = await shown(visit, self.source, self.render), visit.request.path_params
        agency, duty = params["agency"], params["duty"]
        task = of.plan.duty_by_id.get(duty)
        owes = [one for one in of.report.occurrences if one.duty == duty and agency in (one.agency, *one.jointly_with)]
        if not owes and (task is None or agency not in task.performers):
            raise Rejected(f"{agency[:100]!r} has no duty {duty[:100]!r}")
        number = page_number(visit)
        wanted = Wanted(agency=agency, duty=duty)
        outputs, count = await self.source.beside.outputs(of.plan.plan, wanted, (number - 1) * MOST_ROWS, MOST_ROWS)
        return plan_page(
            self.render,
            "duty.html.j2",
            visit,
            of,
            AGENCIES,
            agency=agency,
            duty=duty,
            task=task,
            owes=owes,
            outputs=outputs,
            count=count,
            pager=Pager(number, -(-count // MOST_ROWS), of.to(AGENCIES, agency, duty)),
        )
