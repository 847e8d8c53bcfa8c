"""The draft of the *công văn đôn đốc* that the coordinator may sign, as an official letter (Decree 30/2020/NĐ-CP,
Appendix I): who owes what, as DOCX for the officer who completes it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from services.notifier.letters.letter import Letter
from services.notifier.letters.line import UNREACHED, Line
from services.notifier.letters.mime import File
from services.notifier.letters.text import one_line
from services.notifier.recipients import directing
from shared.contracts.plan import PlanPublished
from shared.decree.blanks import DATE, NUMBER, SIGNER, balanced, parent_block, receivers
from shared.decree.docx import templates, write_docx
from shared.decree.units import twips
from shared.vietnamese import agency_name

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# Who is asked, each on a line; more are named in the list alone.
MOST_ADDRESSED = 12
STAR = "(*)"
# Within a sentence.
_WITHIN = f"{UNREACHED[0].lower()}{UNREACHED[1:]}"
# The columns' widths in mm: together the width between the margins.
WIDTHS = (10, 42, 53, 25, 20, 15)


@dataclass(frozen=True)
class Row:
    """An occurrence in the list, numbered from one."""

    number: int
    agency: str
    line: Line
    period: str
    days: int


@dataclass(frozen=True)
class DraftLetter:
    """Everything that is printed. `about` stands below the number, `found` is what the list shows; `doubts` are what
    the officer weighs before the letter goes to be signed, and isn't part of it."""

    parent: str
    issuer: tuple[str, ...]
    number: str
    place: str
    about: str
    addressed: tuple[str, ...]
    plan: str
    coordinator: str
    found: str
    rows: tuple[Row, ...]
    doubts: tuple[str, ...]
    contact: str
    signer: str
    receivers: tuple[str, ...]


def draft_letter(letter: Letter, plan: PlanPublished, day: date) -> DraftLetter:
    """What the letter says; `letter.draft` is not empty."""
    coordinator = next((body for body in plan.agencies if body.id == plan.coordinator), None)
    abbreviation = one_line(coordinator.abbreviation or "") if coordinator is not None else ""
    lines = [line for owing in letter.draft for line in owing.lines]
    starred = not all(one.unreached for one in lines)
    contact = letter.contact
    email = f", thư điện tử {contact.email}" if contact.email else ""
    return DraftLetter(
        parent=parent_block(one_line(agency_name(plan, plan.recipient))),
        issuer=balanced(letter.coordinator.upper()),
        number=NUMBER.format(f"{abbreviation}-…" if abbreviation else "…"),
        place=f"{one_line(plan.report.place)}, {DATE}",
        about=f"V/v đôn đốc thực hiện {one_line(plan.title)}",
        addressed=_addressed(letter),
        plan=letter.plan,
        coordinator=letter.coordinator,
        found=f"Đến {letter.as_of}, các cơ quan, đơn vị sau {_found(lines)}:",
        rows=tuple(_row(number, one, day, starred) for number, one in enumerate(lines, 1)),
        doubts=tuple(_doubts(lines)),
        contact=f"{contact.name}, điện thoại {contact.phone}{email}",
        signer=SIGNER,
        receivers=receivers(("Như trên", *_informed(plan, lines, day)), one_line(plan.report.archive)),
    )


def docx(paper: DraftLetter, day: date) -> File:
    """The letter as a file."""
    return File(f"cong-van-don-doc-{day}.docx", TYPE, write_docx(_TEMPLATES, paper, paper.about, day))


def _found(lines: Sequence[Line]) -> str:
    """How those on the list stand: that they were reminded is said of those alone whom a reminder reached."""
    unreached = [one for one in lines if one.unreached]
    owed = "chưa ghi nhận kết quả thực hiện đối với các kỳ đã quá hạn"
    if not unreached:
        return f"đã được nhắc việc bằng thư điện tử nhưng {owed}"
    if len(unreached) == len(lines):
        return f"{owed}; đối với các kỳ này, {_WITHIN}"
    return (
        f"{owed}. Các kỳ không có dấu {STAR} đã được nhắc việc bằng thư điện tử; đối với các kỳ có dấu {STAR}, "
        f"{_WITHIN}"
    )


def _row(number: int, one: Line, day: date, starred: bool) -> Row:
    period = f"{one.period} {STAR}" if one.unreached and starred else one.period
    return Row(number, "; ".join((one.owner, *one.others)), one, period, (day - one.of.now.register_by).days)


def _doubts(lines: Sequence[Line]) -> Iterator[str]:
    yield from (f"{one.title}, {one.period}: {one.answered}." for one in lines if one.answered)
    check = "kiểm tra địa chỉ thư điện tử trong kế hoạch, liên hệ bằng cách khác"
    for one in dict.fromkeys("; ".join((one.owner, *one.others)) for one in lines if one.unreached):
        yield f"{one}: {_WITHIN}; {check}."


def _addressed(letter: Letter) -> tuple[str, ...]:
    named = letter.addressed
    return named if len(named) <= MOST_ADDRESSED else ("Các cơ quan, đơn vị (theo danh sách nêu tại Công văn này)",)


def _informed(plan: PlanPublished, lines: list[Line], day: date) -> Iterator[str]:
    """Who reads it besides: the plan's recipient, and the bodies that direct who owes."""
    owing = {who: None for one in lines for who in (one.of.key.agency, *one.of.now.jointly_with)}
    above = dict.fromkeys(directing(plan, who, day) for who in owing)
    if plan.recipient != plan.coordinator:
        yield f"{one_line(agency_name(plan, plan.recipient))} (để báo cáo)"
    for body in above:
        if body is not None and body not in (*owing, plan.coordinator, plan.recipient):
            yield f"{one_line(agency_name(plan, body))} (để chỉ đạo)"


_TEMPLATES = templates(Path(__file__).with_name("draft_letter_parts"))
_TEMPLATES.globals.update(widths=[twips(width) for width in WIDTHS])
