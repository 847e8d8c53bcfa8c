"""What pages about a plan share: the reading, the names in it, and addresses that keep to the plan."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from starlette.responses import Response

from services.reports.desk.reading import Read, Source
from services.reports.desk.web.access import RECORDED, Visit
from services.reports.desk.web.paths import OCCURRENCE, OUTPUTS, address
from services.reports.desk.web.rendering import Renderer, see
from shared.contracts.duties import OccurrenceKey
from shared.contracts.plan import PlanPublished
from shared.contracts.report import ConsolidatedReport
from shared.outcomes import Rejected
from shared.vietnamese import agency_name, alphabetical, duty_title

PAGE = "trang"
FURTHEST = 1_000_000


@dataclass(frozen=True)
class Shown:
    """One reading, as templates use it. `chosen` is the plan that the address names, or that has what it names, where
    there are several; None where it is the one that is shown to who chooses none."""

    read: Read
    plans: Sequence[PlanPublished]
    chosen: str | None
    base: str

    @property
    def plan(self) -> PlanPublished:
        return self.read.plan

    @property
    def report(self) -> ConsolidatedReport:
        return self.read.report

    @property
    def as_of(self) -> date:
        return self.read.report.as_of

    @cached_property
    def agencies(self) -> list[tuple[str, str]]:
        """Id and name of every agency, by name."""
        return sorted(
            ((line.id, line.name) for line in self.read.report.agencies), key=lambda one: alphabetical(one[1])
        )

    def agency(self, name: str) -> str:
        return agency_name(self.plan, name)

    def duty(self, name: str) -> str:
        return duty_title(self.plan, name)

    def to(self, *parts: str, **query: object) -> str:
        """An address of the desk: a path of ours, and segments of whatever text."""
        return address(self.base, self.chosen, *parts, **query)

    def other(self, plan: str, path: str) -> str:
        """The address of a path of ours in another plan."""
        return address(self.base, plan, path)

    def occurrence(self, key: OccurrenceKey) -> str:
        """The address of an occurrence; it names its plan."""
        return self.to(OCCURRENCE, key.duty, key.agency, key.period)

    def output(self, name: str) -> str:
        return self.to(OUTPUTS, name)

    def done(self, *parts: str) -> Response:
        """To the page of that address after an action, which says that it was recorded."""
        return see(self.to(*parts, **{RECORDED: 1}))


@dataclass(frozen=True)
class Pager:
    """Which part of a list is shown, from one on; `address` leads to another."""

    number: int
    last: int
    address: str

    def to(self, number: int) -> str:
        return f"{self.address}{'&' if '?' in self.address else '?'}{PAGE}={number}"


async def shown(
    visit: Visit, source: Source, render: Renderer, named: Callable[[], Awaitable[str | None]] | None = None
) -> Shown:
    """What the request is about. `named` tells the plan that has what the address names, for one that names no plan.
    Raises what `Source.read` raises."""
    wanted = visit.plan
    if wanted is None and named is not None:
        await source.caught_up()
        wanted = await named()
    read, plans = await source.read(wanted), await source.plans()
    return Shown(read, plans, wanted if len(plans) > 1 else visit.plan, render.base)


def page_number(visit: Visit) -> int:
    """Which part of a list is asked for. Raises Rejected for what is none."""
    text = visit.request.query_params.get(PAGE, "1")
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(FURTHEST)) and 0 < int(text) <= FURTHEST):
        raise Rejected(f"there is no page {text[:20]!r}")
    return int(text)


def plan_page(
    render: Renderer, template: str, visit: Visit, of: Shown, here: str, status: int = 200, **more: object
) -> Response:
    """A page about a plan."""
    return render.page(template, visit, status, here=here, plan=of.chosen, of=of, report=of.report, **more)
