"""The consolidated report as an official paper (Decree 30/2020/NĐ-CP, Appendix I): outline and annexes, filled in."""

from services.reports.renderings import comparing, listings, matrix, narrative, summaries, wording
from services.reports.renderings.charts import charts
from services.reports.renderings.drawing import draw
from services.reports.renderings.paper import Annex, Block, Kind, Paper
from shared.contracts.plan import Count
from shared.contracts.report import ConsolidatedReport
from shared.decree.blanks import DATE, NUMBER, SIGNER, balanced, parent_block, receivers


def compose(report: ConsolidatedReport) -> Paper:
    """What the paper says, in order; the same report gives the same paper. Parts that no officer wrote are marked."""
    form = report.form
    number = NUMBER.format(form.number_suffix.lstrip("/"))
    return Paper(
        author=report.coordinator.name,
        parent=parent_block(report.recipient.name),
        issuer=balanced(report.coordinator.name.upper()),
        number=number,
        place=f"{form.place}, {DATE}",
        subject=f"Kết quả thực hiện {report.title}",
        addressee=report.recipient.name,
        as_of=wording.as_of(report.as_of),
        reference=f"{number[:1].lower()}{number[1:].replace(':', '')} {DATE}của {report.coordinator.name}",
        blocks=(
            _part("I. CHỈ ĐẠO, TRIỂN KHAI"),
            *narrative.directing(report),
            _part("II. KẾT QUẢ THEO TỪNG HÌNH THỨC"),
            *narrative.results(report),
            _part("III. ĐÁNH GIÁ"),
            *narrative.assessment(report),
            _part("IV. PHƯƠNG HƯỚNG NĂM SAU"),
            *narrative.outlook(report),
            _part("V. KIẾN NGHỊ"),
            *narrative.proposals(report),
        ),
        signer=SIGNER,
        receivers=receivers(form.receivers, form.archive),
        annexes=(
            Annex(
                "I",
                "KẾT QUẢ THEO CƠ QUAN VÀ NHIỆM VỤ",
                (*matrix.grids(report), *comparing.duties(report)),
                landscape=True,
            ),
            Annex(
                "II",
                _reported_title(report),
                (listings.owing(report), listings.excuses(report), *listings.reporting(report)),
                landscape=True,
            ),
            Annex(
                "III",
                "KẾT QUẢ THEO THÁNG",
                (summaries.months(report, Count.EXPLICIT), summaries.months(report, Count.IMPLIED)),
            ),
            Annex("IV", "BIỂU ĐỒ", drawings=tuple(draw(chart) for chart in charts(report))),
        ),
    )


def _reported_title(report: ConsolidatedReport) -> str:
    """Of annex II, which tells who reported where the plan asks for reports."""
    told = "CƠ QUAN, ĐƠN VỊ CHƯA HOÀN THÀNH, ĐƯỢC MIỄN HOẶC GIA HẠN THỰC HIỆN"
    return f"{told}; VIỆC GỬI BÁO CÁO" if report.reporting.lines else told


def _part(text: str) -> Block:
    return Block(Kind.PART, text)
