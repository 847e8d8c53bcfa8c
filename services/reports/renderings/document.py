"""The consolidated report as an official paper (Decree 30/2020/NĐ-CP, Appendix I): outline and annexes, filled in."""

import re

from services.reports.renderings import listings, matrix, narrative, summaries, wording
from services.reports.renderings.paper import Annex, Block, Kind, Paper
from shared.contracts.plan import Count
from shared.contracts.report import ConsolidatedReport

# Number, date and signature stay blank: a person signs.
NUMBER = "Số:         /{}"
DATE = "ngày      tháng      năm        "
# What fits in one line of the left block, in characters.
ISSUER_LINE = 26
# The left block abbreviates it, in either spelling, as official papers do.
PEOPLES_COMMITTEE = re.compile(r"[UỦ][ỷy] ban nhân dân", re.IGNORECASE)


def compose(report: ConsolidatedReport) -> Paper:
    """What the paper says, in order; the same report gives the same paper."""
    form = report.form
    number = NUMBER.format(form.number_suffix.lstrip("/"))
    return Paper(
        parent=PEOPLES_COMMITTEE.sub("UBND", report.recipient.name).upper(),
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
            *narrative.outlook(),
            _part("V. KIẾN NGHỊ"),
            *narrative.proposals(report),
        ),
        signer="[CHỨC VỤ CỦA NGƯỜI KÝ]",
        receivers=(*(f"- {one.lstrip('- ').rstrip(';.')};" for one in form.receivers), _archive(form.archive)),
        annexes=(
            Annex("I", "KẾT QUẢ THEO CƠ QUAN VÀ NHIỆM VỤ", tuple(matrix.grids(report)), landscape=True),
            Annex(
                "II",
                "CƠ QUAN, ĐƠN VỊ CHƯA HOÀN THÀNH, ĐƯỢC MIỄN HOẶC GIA HẠN THỰC HIỆN",
                (listings.owing(report), listings.excuses(report)),
                landscape=True,
            ),
            Annex(
                "III",
                "KẾT QUẢ THEO THÁNG",
                (summaries.months(report, Count.EXPLICIT), summaries.months(report, Count.IMPLIED)),
            ),
        ),
    )


def balanced(name: str) -> tuple[str, ...]:
    """The name in one line, or broken between words into two lines as even as they can be."""
    words = name.split()
    if len(name) <= ISSUER_LINE or len(words) < 2:
        return (name,)
    breaks = ((" ".join(words[:n]), " ".join(words[n:])) for n in range(1, len(words)))
    return min(breaks, key=lambda lines: abs(len(lines[0]) - len(lines[1])))


def _part(text: str) -> Block:
    return Block(Kind.PART, text)


def _archive(archive: str) -> str:
    text = archive.lstrip("- ").rstrip(".")
    return f"- {text}." if text.startswith("Lưu") else f"- Lưu: {text}."
