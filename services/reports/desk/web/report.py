"""The consolidated report: its documents to download, and the parts that a person writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from starlette.responses import Response

from services.reports.answer_report import Document, ReportQuestion, answer_report
from services.reports.desk.reading import Source
from services.reports.desk.typed import TEXT, Wrong, read_day, read_narrative
from services.reports.desk.web.access import Page, Visit
from services.reports.desk.web.paths import REPORT
from services.reports.desk.web.rendering import HEADERS, Renderer, see
from services.reports.desk.web.shown import Shown, plan_page, shown
from services.reports.renderings.formats import Render
from services.reports.write_narrative import WrittenMeanwhile, write_narrative
from shared.attachment import disposition
from shared.contracts.narrative import NARRATIVE, NarrativeWritten, Part
from shared.contracts.officers import Role
from shared.contracts.report import FORMATS
from shared.mongo import Mongo
from shared.outbox import Outbox
from shared.outcomes import Rejected

DOWNLOAD = REPORT + "/tai-ve"
WRITE = REPORT + "/noi-dung"
AS_OF, FORMAT, AFTER = "ngay", "dang", "sau"
_FORMATS = [
    ("docx", "Word (DOCX)", "để chỉnh sửa, trình ký"),
    ("pdf", "PDF", "cùng bản trình bày"),
    ("xlsx", "Excel (XLSX)", "bảng số liệu"),
    ("html", "Trang web (HTML)", "một tệp, đọc ngoại tuyến"),
    ("json", "JSON", "cho chương trình"),
]
_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
}
assert set(_TYPES) == set(FORMATS)


@dataclass(frozen=True)
class ReportPages:
    render: Renderer
    source: Source
    renders: Mapping[str, Render]
    mongo: Mongo
    outbox: Outbox

    def pages(self) -> list[Page]:
        part = WRITE + "/{part}"
        return [
            Page("GET", REPORT, Role.VIEWER, self.show),
            Page("POST", DOWNLOAD, Role.OFFICER, self.download),
            Page("GET", part, Role.VIEWER, self.read),
            Page("POST", part, Role.OFFICER, self.write),
        ]

    async def show(self, visit: Visit) -> Response:
        return await self._page(visit, {FORMAT: "docx"}, [])

    async def download(self, visit: Visit) -> Response:
        typed = {name: visit.form.get(name, "") for name in (AS_OF, FORMAT)}
        day = read_day(typed[AS_OF]) if typed[AS_OF].strip() else None
        wrong = []
        if typed[AS_OF].strip() and day is None:
            wrong.append(Wrong(AS_OF, "Nhập ngày/tháng/năm, ví dụ 30/06/2023, hoặc để trống."))
        if typed[FORMAT] not in FORMATS:
            wrong.append(Wrong(FORMAT, "Chọn một dạng tài liệu."))
        of = await shown(visit, self.source, self.render)
        if day is not None and not of.plan.day <= day <= of.as_of:
            first, last = (f"{one:%d/%m/%Y}" for one in (of.plan.day, of.as_of))
            wrong.append(Wrong(AS_OF, f"Chọn ngày từ {first} đến {last}: chỉ báo cáo được về ngày đã qua."))
        if wrong:
            return await self._page(visit, typed, wrong, 422)
        return _attached(await self._document(of, day, typed[FORMAT]), typed[FORMAT])

    async def _document(self, of: Shown, day: date | None, form: str) -> Document:
        question = ReportQuestion(plan=of.plan.plan, as_of=day or of.as_of, format=form)
        return await answer_report(question, self.source.store, self.mongo, self.outbox, self.renders)

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
        after = visit.form.get(AFTER, "")
        try:
            await write_narrative(
                of.plan.plan,
                part,
                text,
                visit.who.email,
                of.as_of,
                int(after) if after.isascii() and after.isdecimal() and len(after) < 10 else 0,
                self.source.store,
                self.mongo,
                self.outbox,
            )
        except WrittenMeanwhile as meanwhile:
            theirs = Wrong("", f"{meanwhile.theirs.author} vừa sửa phần này. Xin đọc bản mới bên dưới, rồi gửi lại.")
            return self._part_page(visit, of, part, meanwhile.theirs, visit.form.get(TEXT, ""), [theirs], 409)
        return see(of.to(REPORT))

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


def _part(visit: Visit) -> Part:
    name = visit.request.path_params["part"]
    if name not in list(Part):
        raise Rejected(f"the report has no part {name[:50]!r}")
    return Part(name)


def _attached(document: Document, form: str) -> Response:
    headers = {**HEADERS, "Content-Disposition": disposition(document.name, form), "Dondoc-Sha256": document.sha256}
    return Response(document.data, headers=headers, media_type=_TYPES[form])
