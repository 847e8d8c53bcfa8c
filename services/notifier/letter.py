"""What a digest says: the content of the mail before it takes a form. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from services.notifier.recipients import name_of
from services.notifier.text import one_line
from services.notifier.unreachable import Marked
from services.notifier.wording import delay, full_date, moment, period_name, period_words
from shared.contracts.duties import OccurrenceKey
from shared.contracts.ledger import Standing
from shared.contracts.plan import PlanPublished
from shared.contracts.reminders import Rung

HEADINGS = {
    Rung.ESCALATED: "Quá hạn kéo dài",
    Rung.OVERDUE: "Quá hạn",
    Rung.UPCOMING: "Sắp đến hạn ghi nhận",
}
COPIED = " – đồng gửi cơ quan chỉ đạo hoặc lãnh đạo đơn vị"
_LONGEST_TITLE_IN_SUBJECT = 90


@dataclass(frozen=True)
class Reminded:
    """An occurrence that the mail names, on which rung, and how it stands at the moment of sending."""

    key: OccurrenceKey
    rung: Rung
    now: Standing


@dataclass(frozen=True)
class Line:
    """An occurrence in words. `owner` is the agency that owes it, `others` those that may deliver it as well."""

    title: str
    clause: str
    period: str
    short_period: str
    owner: str
    others: tuple[str, ...]
    due: str
    register_by: str
    delay: str
    late: bool
    extension: str


@dataclass(frozen=True)
class Section:
    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Owing:
    """An agency in the draft letter, and what it owes."""

    agency: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Letter:
    """Everything that the mail prints, each text on one line. `draft` is what the coordinator may sign,
    `returned` the addresses from which mail came back, each with its agency and the reason."""

    subject: str
    plan: str
    coordinator: str
    recipient: str
    as_of: str
    sections: tuple[Section, ...]
    draft: tuple[Owing, ...]
    contact_name: str
    contact_phone: str
    contact_email: str
    returned: tuple[str, ...] = ()

    @property
    def own(self) -> int:
        """How many occurrences the recipient itself is reminded of."""
        return sum(len(section.lines) for section in self.sections)

    @property
    def addressed(self) -> tuple[str, ...]:
        """Everybody whom the draft addresses, once: who owes, and who may deliver it as well."""
        return _addressed(self.draft)


def write(
    plan: PlanPublished,
    recipient: str,
    reminded: Sequence[Reminded],
    at: datetime,
    *,
    copied: bool,
    returned: Sequence[Marked] = (),
) -> Letter:
    """The letter to a recipient. `reminded` is in the order to print, and empty only where there are addresses
    `returned`; `at` is the local time; `copied` tells whether the mail has a Cc, which what is escalated then speaks
    of."""
    sections = tuple(
        Section(
            heading + (COPIED if copied and rung is Rung.ESCALATED else ""),
            tuple(_line(plan, one, at) for one in reminded if one.rung is rung),
        )
        for rung, heading in HEADINGS.items()
        if any(one.rung is rung for one in reminded)
    )
    signed = sorted(
        (one for one in reminded if one.rung is Rung.FOR_SIGNATURE), key=lambda one: name_of(plan, one.key.agency)
    )
    draft = tuple(
        Owing(agency, tuple(lines))
        for agency, lines in groupby((_line(plan, one, at) for one in signed), key=lambda line: line.owner)
    )
    return Letter(
        subject=f"[Nhắc việc] {_subject(sections, draft, len(returned), at)}",
        plan=_plan_words(plan),
        coordinator=one_line(name_of(plan, plan.coordinator)),
        recipient=one_line(name_of(plan, recipient)),
        as_of=moment(at),
        sections=sections,
        draft=draft,
        contact_name=one_line(plan.contact.name),
        contact_phone=one_line(plan.contact.phone),
        contact_email=one_line(plan.contact.email),
        returned=tuple(one_line(f"{one.address} ({name_of(plan, one.agency)}): {one.reason}") for one in returned),
    )


def _line(plan: PlanPublished, one: Reminded, at: datetime) -> Line:
    duty = plan.duty_by_id.get(one.key.duty)
    extension = one.now.extension
    return Line(
        title=one_line(duty.title if duty is not None else one.key.duty),
        clause=one_line(duty.clause if duty is not None else one.key.duty),
        period=period_words(one.key.period),
        short_period=period_name(one.key.period),
        owner=one_line(name_of(plan, one.key.agency)),
        others=tuple(one_line(name_of(plan, other)) for other in one.now.jointly_with),
        due=full_date(one.now.due),
        register_by=full_date(one.now.register_by),
        delay=delay(one.now.register_by, at.date()),
        late=at.date() > one.now.register_by,
        extension=one_line(extension.document) if extension is not None else "",
    )


def _subject(sections: Sequence[Section], draft: Sequence[Owing], returned: int, at: datetime) -> str:
    own = [line for section in sections for line in section.lines]
    if len(own) == 1 and not draft and not returned:
        line = own[0]
        title = one_line(line.title, _LONGEST_TITLE_IN_SUBJECT)
        return f"{title}, {line.short_period}: {line.delay}"
    parts = list(_tally(own))
    if draft:
        owed = sum(len(owing.lines) for owing in draft)
        parts.insert(0, f"trình ký công văn đôn đốc ({owed} kỳ của {len(_addressed(draft))} cơ quan)")
    if returned:
        parts.append(f"{returned} địa chỉ bị trả lại thư")
    return f"{', '.join(parts)}, tính đến {full_date(at.date())}"


def _addressed(draft: Sequence[Owing]) -> tuple[str, ...]:
    owing = [name for one in draft for name in (one.agency, *(other for line in one.lines for other in line.others))]
    return tuple(dict.fromkeys(owing))


def _tally(own: Sequence[Line]) -> Iterable[str]:
    late = sum(line.late for line in own)
    if late:
        yield f"{late} kỳ quá hạn"
    if len(own) > late:
        yield f"{len(own) - late} kỳ sắp đến hạn"


def _plan_words(plan: PlanPublished) -> str:
    words = plan.title
    if plan.number:
        words += f", số {plan.number}"
    if plan.issued_on:
        words += f", ngày {full_date(plan.issued_on)}"
    return one_line(words)
