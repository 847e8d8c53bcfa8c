"""Outputs: which wait for a look, one with its evidence, and the look itself."""

from dataclasses import dataclass
from datetime import timedelta

from nats.aio.client import Client
from starlette.responses import Response, StreamingResponse

from services.reports.desk.outputs import Seen, Wanted
from services.reports.desk.reading import Source
from services.reports.desk.typed import ACCEPT, NOTABLE, REASON, SEND_BACK, VERDICT, Wrong, read_after, read_review
from services.reports.desk.web import words
from services.reports.desk.web.access import Page, Visit
from services.reports.desk.web.asking import REFUSED, ask_owner, shows
from services.reports.desk.web.paths import OUTPUTS
from services.reports.desk.web.rendering import HEADERS, Renderer
from services.reports.desk.web.shown import Pager, Shown, page_number, plan_page, shown
from services.reports.looked import Looked
from shared.ask import Refused, ask_for_file, request_body
from shared.attachment import content_disposition
from shared.contracts.evidence import FileType
from shared.contracts.officers import Role
from shared.outcomes import Overtaken, Rejected

EVIDENCE = "dondoc.submissions.evidence"
# A large video is put where it can be read from first.
FILE_WITHIN = timedelta(minutes=2)
MOST_ROWS = 50
ALL = "all"
_VERDICTS = [
    (ACCEPT, "Chấp nhận", ""),
    (NOTABLE, "Chấp nhận, và nêu trong báo cáo là sản phẩm tiêu biểu", ""),
    (SEND_BACK, "Trả lại để sửa", "Kỳ chưa được tính là đã thực hiện; cơ quan được báo cùng lý do."),
]


@dataclass(frozen=True)
class OutputPages:
    render: Renderer
    source: Source
    nc: Client

    def pages(self) -> list[Page]:
        one = OUTPUTS + "/{output}"
        return [
            Page("GET", OUTPUTS, Role.VIEWER, self.listed),
            Page("GET", one, Role.VIEWER, self.show),
            Page("POST", one, Role.OFFICER, self.review),
            Page("GET", one + "/tep/{evidence}", Role.VIEWER, self.evidence),
        ]

    async def listed(self, visit: Visit) -> Response:
        of, query = await shown(visit, self.source, self.render), visit.request.query_params
        looked, agency = query.get("xem-xet") or Looked.WAITING.value, query.get("co-quan") or None
        if looked != ALL and looked not in list(Looked):
            raise Rejected(f"there is no state {looked[:50]!r} of a look")
        number = page_number(visit)
        wanted = Wanted(looked=None if looked == ALL else Looked(looked), agency=agency)
        found, count = await self.source.beside.outputs(of.plan.plan, wanted, (number - 1) * MOST_ROWS, MOST_ROWS)
        address = of.to(OUTPUTS, **{"xem-xet": looked, "co-quan": agency})
        return plan_page(
            self.render,
            "outputs.html.j2",
            visit,
            of,
            OUTPUTS,
            outputs=found,
            count=count,
            looked=looked,
            agency=agency,
            states=[*words.LOOKED.items(), (ALL, "Tất cả")],
            pager=Pager(number, -(-count // MOST_ROWS), address),
        )

    async def show(self, visit: Visit) -> Response:
        of = await self._shown(visit)
        seen = await self._find(of, visit)
        waiting = await self._waits(of, seen) if visit.follows_an_action else None
        return self._page(visit, of, seen, {}, [], waiting=waiting)

    async def _waits(self, of: Shown, seen: Seen) -> str | None:
        """Another output that waits for a look, to go on with."""
        found, _ = await self.source.beside.outputs(of.plan.plan, Wanted(looked=Looked.WAITING), most=2)
        return next((one.output.output for one in found if one.output.output != seen.output.output), None)

    async def review(self, visit: Visit) -> Response:
        of = await self._shown(visit)
        asked, wrong = read_review((await self._find(of, visit)).output.output, visit.form, visit.who.email)
        if not wrong:
            try:
                told, wrong = await ask_owner(self.nc, asked)
                if not wrong:
                    await shows(lambda: self._is_reviewed(visit, told["review"]))
                    return of.done(OUTPUTS, visit.request.path_params["output"])
            except Overtaken as meanwhile:  # by a review that may not be in our view yet
                wrong = [Wrong("", REFUSED, meanwhile.reason)]
                await shows(lambda: self._is_reviewed(visit, read_after(visit.form) + 1))
        typed = {field: visit.form.get(field, "") for field in (VERDICT, REASON)}
        seen, status = await self._find(of, visit), 422
        if seen.last > read_after(visit.form):
            by = seen.reviews[-1].reviewer
            wrong, status = [Wrong("", f"{by} vừa ghi một kết quả xem xét. Xin đọc bên dưới, rồi gửi lại.")], 409
        return self._page(visit, of, seen, typed, wrong, status)

    async def evidence(self, visit: Visit) -> Response:
        """A file that shows the output, to be saved: nothing in it runs here."""
        of = await self._shown(visit)
        seen, wanted = await self._find(of, visit), visit.request.path_params["evidence"]
        if wanted not in seen.output.evidence:
            raise Rejected(f"the output names no file {wanted[:100]!r}")
        question = request_body(evidence=wanted, agency=seen.output.agency)
        try:
            file = await ask_for_file(self.nc, EVIDENCE, question, FILE_WITHIN)
        except Refused as refusal:
            raise Rejected(refusal.text) from None
        headers = {**HEADERS, "Content-Disposition": content_disposition(file.name, FileType(file.type))}
        return StreamingResponse(file.pieces, headers=headers, media_type=file.type)

    async def _is_reviewed(self, visit: Visit, review: int) -> bool:
        seen = await self._find(await self._shown(visit), visit)
        return any(one.review >= review for one in seen.reviews)

    async def _shown(self, visit: Visit) -> Shown:
        name = visit.request.path_params["output"]
        return await shown(visit, self.source, self.render, lambda: self.source.beside.plan_of_output(name))

    async def _find(self, of: Shown, visit: Visit) -> Seen:
        name = visit.request.path_params["output"]
        found = await self.source.beside.output(of.plan.plan, name)
        if found is None:
            raise Rejected(f"there is no output {name[:100]!r}")
        return found

    def _page(
        self,
        visit: Visit,
        of: Shown,
        seen: Seen,
        typed: dict[str, str],
        wrong: list[Wrong],
        status: int = 200,
        waiting: str | None = None,
    ) -> Response:
        return plan_page(
            self.render,
            "output.html.j2",
            visit,
            of,
            OUTPUTS,
            status,
            seen=seen,
            waiting=waiting,
            typed=typed,
            wrong=wrong,
            verdicts=_VERDICTS,
            may_review=visit.may(Role.OFFICER),
        )
