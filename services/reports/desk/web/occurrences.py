"""One occurrence: how it stands, why, and the decisions about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from nats.aio.client import Client
from starlette.responses import Response

from services.reports.desk.outputs import Wanted
from services.reports.desk.reading import Source
from services.reports.desk.typed import (
    APPROVER,
    DECISION,
    DOCUMENT,
    EXTEND,
    PROLONG,
    REASON,
    UNTIL,
    Wrong,
    read_after,
    read_decision,
)
from services.reports.desk.web.access import Page, Visit
from services.reports.desk.web.asking import REFUSED, ask_owner, shows
from services.reports.desk.web.paths import AGENCIES, DECISIONS, OCCURRENCE
from services.reports.desk.web.rendering import Renderer
from services.reports.desk.web.shown import Pager, Shown, page_number, plan_page, shown
from services.reports.renderings.wording import EXCUSES
from shared.contracts.duties import ExcuseKind, OccurrenceKey
from shared.contracts.ledger import OWED, Account, Answered, Excused, Extended
from shared.contracts.officers import Role
from shared.contracts.report import OccurrenceLine
from shared.outcomes import Overtaken, Rejected

_KINDS = [
    (ExcuseKind.NOTHING_TO_REPORT.value, EXCUSES[ExcuseKind.NOTHING_TO_REPORT], "Kỳ không phải thực hiện."),
    (ExcuseKind.EXEMPTION.value, EXCUSES[ExcuseKind.EXEMPTION], "Kỳ không phải thực hiện."),
    (EXTEND, EXCUSES[None], "Kỳ phải thực hiện đến thời hạn mới."),
]
_revision = attrgetter("revision")
MOST_ROWS = 50
_FIELDS = (DECISION, DOCUMENT, APPROVER, REASON, UNTIL)


@dataclass(frozen=True)
class OccurrencePages:
    render: Renderer
    source: Source
    nc: Client

    def pages(self) -> list[Page]:
        path = OCCURRENCE + "/{duty}/{agency}/{period}"
        return [
            Page("GET", path, Role.VIEWER, self.show),
            Page("POST", path, Role.OFFICER, self.decide),
            Page("GET", DECISIONS, Role.VIEWER, self.decisions),
        ]

    async def show(self, visit: Visit) -> Response:
        return await self._page(visit, await self._shown(visit), {}, [])

    async def decide(self, visit: Visit) -> Response:
        of = await self._shown(visit)
        key, after = _key(_line(of, visit)), read_after(visit.form)
        asked, wrong = read_decision(key, visit.form, visit.who.email)
        if not wrong:
            try:
                told, wrong = await ask_owner(self.nc, asked)
                if not wrong:
                    await shows(lambda: self._is_decided(key, told["revision"]))
                    return of.done(OCCURRENCE, key.duty, key.agency, key.period)
                if asked.subject == PROLONG:
                    wrong = [_of_the_day(one, of.plan.year) for one in wrong]
            except Overtaken as meanwhile:  # by a decision that may not be in our view yet
                wrong = [Wrong("", REFUSED, meanwhile.reason)]
                await shows(lambda: self._is_decided(key, after + 1))
        status, last = 422, max(papers(await self.source.beside.account(key)), key=_revision, default=None)
        if last is not None and last.revision > after:
            by = last.decided_by or last.approver
            wrong, status = [Wrong("", f"{by} vừa ghi một quyết định. Xin đọc bên dưới, rồi gửi lại nếu vẫn cần.")], 409
            of = await self._shown(visit)
        return await self._page(visit, of, {name: visit.form.get(name, "") for name in _FIELDS}, wrong, status)

    async def decisions(self, visit: Visit) -> Response:
        """The documents in force, and what agencies answered that waits for one."""
        of = await shown(visit, self.source, self.render)
        owed = {_key(line) for line in of.report.occurrences if line.state in OWED}
        waiting = [
            (account.key, max(answers(account), key=lambda one: (one.day, one.event)))
            for account in await self.source.beside.answered(of.plan.plan)
            if account.key in owed
        ]
        waiting.sort(key=lambda one: (one[1].day, str(one[0])))
        return plan_page(self.render, "decisions.html.j2", visit, of, DECISIONS, waiting=waiting)

    async def _shown(self, visit: Visit) -> Shown:
        return await shown(visit, self.source, self.render, lambda: self.source.plan_of(**visit.request.path_params))

    async def _is_decided(self, key: OccurrenceKey, revision: int) -> bool:
        await self.source.caught_up()
        return any(paper.revision >= revision for paper in papers(await self.source.beside.account(key)))

    async def _page(
        self, visit: Visit, of: Shown, typed: dict[str, str], wrong: list[Wrong], status: int = 200
    ) -> Response:
        line = _line(of, visit)
        key = _key(line)
        number, wanted = page_number(visit), Wanted(occurrence=key)
        outputs, count = await self.source.beside.outputs(of.plan.plan, wanted, (number - 1) * MOST_ROWS, MOST_ROWS)
        account = await self.source.beside.account(key)
        decided = sorted(papers(account), key=_revision, reverse=True)
        return plan_page(
            self.render,
            "occurrence.html.j2",
            visit,
            of,
            AGENCIES,
            status,
            line=line,
            outputs=outputs,
            count=count,
            pager=Pager(number, -(-count // MOST_ROWS), of.occurrence(key)),
            answers=sorted(answers(account), key=lambda one: (one.day, one.event)),
            papers=decided,
            in_force=in_force(decided),
            last=decided[0].revision if decided else 0,
            typed=typed,
            wrong=wrong,
            kinds=_KINDS,
            may_decide=visit.may(Role.OFFICER),
        )


def answers(account: Account) -> list[Answered]:
    """What agencies answered to reminders."""
    return [fact for fact in account.facts if isinstance(fact, Answered)]


def papers(account: Account) -> list[Excused | Extended]:
    """Every decision, in force or not."""
    return [fact for fact in account.facts if isinstance(fact, Excused | Extended)]


def in_force(papers: Sequence[Excused | Extended]) -> set[int]:
    """The revisions of the decisions that hold: of exemptions the last one, and of extensions."""
    last = {paper.fact: paper.revision for paper in sorted(papers, key=_revision)}
    return set(last.values())


def _of_the_day(wrong: Wrong, year: int) -> Wrong:
    """What the owner refuses of an extension is the new day: all else of the question comes from the plan."""
    if not wrong.quoted:
        return wrong
    text = f"Chọn ngày sau ngày kết thúc của kỳ theo kế hoạch, chậm nhất 31/12/{year + 1}. Hệ thống trả lời:"
    return Wrong(UNTIL, text, wrong.quoted)


def _line(of: Shown, visit: Visit) -> OccurrenceLine:
    """Raises Rejected for an occurrence that isn't in the plan."""
    key = OccurrenceKey(plan=of.plan.plan, **visit.request.path_params)
    for line in of.report.occurrences:
        if (line.duty, line.agency, line.period) == (key.duty, key.agency, key.period):
            return line
    raise Rejected(f"there is no occurrence {str(key)[:200]!r}")


def _key(line: OccurrenceLine) -> OccurrenceKey:
    return OccurrenceKey(plan=line.plan, duty=line.duty, agency=line.agency, period=line.period)
