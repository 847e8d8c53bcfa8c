"""The consolidated report: its documents to ask for, those that were issued, and the parts that a person writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from services.reports.answer_report import ReportQuestion
from services.reports.choose_plan import WrongField
from services.reports.compare import SameReport
from services.reports.desk.reading import Source
from services.reports.desk.typed import TEXT, Wrong, read_after, read_day, read_narrative
from services.reports.desk.web.access import Page, Visit
from services.reports.desk.web.paths import MAKING, REPORT
from services.reports.desk.web.rendering import Renderer, see
from services.reports.desk.web.shown import Shown, plan_page, shown
from services.reports.issued_store import IssuedStore
from services.reports.jobs.begin_jobs import Jobs
from services.reports.jobs.job_store import TooMany
from services.reports.write_narrative import WrittenMeanwhile, write_narrative
from shared.contracts.narrative import NARRATIVE, NarrativeWritten, Part
from shared.contracts.officers import Role
from shared.contracts.report import FORMATS
from shared.mongo import Mongo
from shared.outbox import Outbox
from shared.outcomes import Rejected

ISSUE = REPORT + "/lap"
WRITE = REPORT + "/noi-dung"
AS_OF, FORMAT = "ngay", "dang"
BESIDE_DAY, BESIDE_PLAN = "so-voi-ngay", "so-voi-ke-hoach"
# What the fields of a question are called here.
_FIELDS = {"as_of": AS_OF, "format": FORMAT, "compare_to": BESIDE_DAY, "compare_plan": BESIDE_PLAN}
_FORMATS = [
    ("docx", "Word (DOCX)", "để chỉnh sửa, trình ký"),
    ("pdf", "PDF", "cùng bản trình bày"),
    ("xlsx", "Excel (XLSX)", "bảng số liệu"),
    ("html", "Trang web (HTML)", "một tệp, đọc ngoại tuyến"),
    ("json", "JSON", "cho chương trình"),
]
assert {name for name, *_ in _FORMATS} == set(FORMATS)
# As many as an officer looks for; all of them are at the HTTP API.
_SHOWN = 20


@dataclass(frozen=True)
class ReportPages:
    render: Renderer
    source: Source
    jobs: Jobs
    kept: IssuedStore
    mongo: Mongo
    outbox: Outbox

    def pages(self) -> list[Page]:
        part = WRITE + "/{part}"
        return [
            Page("GET", REPORT, Role.VIEWER, self.show),
            Page("POST", ISSUE, Role.OFFICER, self.issue),
            Page("GET", part, Role.VIEWER, self.read),
            Page("POST", part, Role.OFFICER, self.write),
        ]

    async def show(self, visit: Visit) -> Response:
        return await self._page(visit, {FORMAT: "docx"}, [])

    async def issue(self, visit: Visit) -> Response:
        typed = {name: visit.form.get(name, "") for name in _FIELDS.values()}
        days, wrong = _read_days(typed)
        if wrong:
            return await self._page(visit, typed, wrong, 422)
        of = await shown(visit, self.source, self.render)
        question = ReportQuestion(
            plan=of.plan.plan,
            as_of=days[AS_OF] or of.as_of,
            format=typed[FORMAT],
            compare_to=days[BESIDE_DAY],
            compare_plan=typed[BESIDE_PLAN] or None,
        )
        try:
            job = await self.jobs.ask(question, visit.who.email)
        except WrongField as refusal:
            return await self._page(visit, typed, [_in_vietnamese(refusal, of)], 422)
        except TooMany:
            busy = Wrong("", "Đang có nhiều báo cáo chờ lập. Xin thử lại sau ít phút.")
            return await self._page(visit, typed, [busy], 429)
        return see(of.to(MAKING, job.id))

    async def read(self, visit: Visit) -> Response:
        of, part = await shown(visit, self.source, self.render), _part(visit)
        stands = await self._stands(of, part)
        return self._part_page(visit, of, part, stands, stands.text if stands else "", [])

    async def _stands(self, of: Shown, part: Part) -> NarrativeWritten | None:
        """What was written last for the part, be it that it was taken away."""
        written = await self.mongo.transact(lambda session: self.source.store.narrative(of.plan.plan, session))
        return max((one for one in written if one.part == part), key=lambda one: one.revision, default=None)

    async def write(self, visit: Visit) -> Response:
        of, part = await shown(visit, self.source, self.render), _part(visit)
        text, wrong = read_narrative(visit.form)
        if wrong:
            stands = await self._stands(of, part)
            return self._part_page(visit, of, part, stands, visit.form.get(TEXT, ""), wrong, 422)
        try:
            await write_narrative(
                of.plan.plan,
                part,
                text,
                visit.who.email,
                of.as_of,
                read_after(visit.form),
                self.source.store,
                self.mongo,
                self.outbox,
            )
        except WrittenMeanwhile as meanwhile:
            theirs = Wrong("", f"{meanwhile.theirs.author} vừa sửa phần này. Xin đọc bản mới bên dưới, rồi gửi lại.")
            return self._part_page(visit, of, part, meanwhile.theirs, visit.form.get(TEXT, ""), [theirs], 409)
        return of.done(REPORT)

    async def _page(self, visit: Visit, typed: dict[str, str], wrong: Sequence[Wrong], status: int = 200) -> Response:
        of = await shown(visit, self.source, self.render)
        return plan_page(
            self.render,
            "report.html.j2",
            visit,
            of,
            REPORT,
            status,
            typed=typed,
            wrong=wrong,
            formats=_FORMATS,
            others=[(one.plan, one.title) for one in of.plans if one.plan != of.plan.plan],
            issued=(await self.kept.listed(of.plan.plan, None)).reports[:_SHOWN],
            may_issue=visit.may(Role.OFFICER),
        )

    def _part_page(
        self,
        visit: Visit,
        of: Shown,
        part: Part,
        stands: NarrativeWritten | None,
        typed: str,
        wrong: Sequence[Wrong],
        status: int = 200,
    ) -> Response:
        return plan_page(
            self.render,
            "narrative.html.j2",
            visit,
            of,
            REPORT,
            status,
            title=NARRATIVE[part],
            stands=stands,
            typed={TEXT: typed},
            wrong=wrong,
            may_write=visit.may(Role.OFFICER),
        )


def _read_days(typed: Mapping[str, str]) -> tuple[dict[str, date | None], list[Wrong]]:
    """The days of the form, None for what is left empty."""
    given = {name: typed[name] for name in (AS_OF, BESIDE_DAY) if typed[name].strip()}
    days = {name: read_day(text) for name, text in given.items()}
    example = "Nhập ngày/tháng/năm, ví dụ 30/06/2023, hoặc để trống."
    wrong = [Wrong(name, example) for name, day in days.items() if day is None]
    return {AS_OF: None, BESIDE_DAY: None, **days}, wrong


def _in_vietnamese(refusal: WrongField, of: Shown) -> Wrong:
    """What can't be reported on or compared, at its field."""
    field = _FIELDS.get(refusal.field, "")
    if isinstance(refusal, SameReport):
        return Wrong(field, "Không thể so sánh báo cáo với chính nó. Chọn ngày khác hoặc kế hoạch khác.")
    last = f"{of.as_of:%d/%m/%Y}"
    text = {
        AS_OF: f"Chọn ngày đã qua, đến {last}, không trước ngày công bố kế hoạch.",
        FORMAT: "Chọn một dạng tài liệu.",
        BESIDE_DAY: f"Chọn ngày khác, đến {last}, không trước ngày công bố kế hoạch để so sánh.",
        BESIDE_PLAN: "Chọn kế hoạch khác, hoặc nhập ngày để so sánh.",
        # Of no field of the form: the plan, and whether there is a day yet.
        "": "Chưa có số liệu để lập báo cáo.",
    }
    return Wrong(field, text[field])


def _part(visit: Visit) -> Part:
    name = visit.request.path_params["part"]
    if name not in list(Part):
        raise Rejected(f"the report has no part {name[:50]!r}")
    return Part(name)
