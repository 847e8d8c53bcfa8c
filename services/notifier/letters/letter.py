"""What a digest says: the content of the mail before it takes a form. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from urllib.parse import quote

from services.notifier.letters.actions import Links
from services.notifier.letters.line import Line, Reminded, is_to_sign, line
from services.notifier.letters.news import NOTHING, News
from services.notifier.letters.text import one_line
from services.notifier.letters.waiting import Waiting, came_back, waiting
from services.notifier.letters.wording import count, full_date, moment
from services.notifier.recipients import usable
from shared.contracts import plan as contracts
from shared.contracts.plan import PlanPublished
from shared.contracts.reminders import Rung
from shared.telephone import dialled
from shared.vietnamese import agency_name

HEADINGS = {
    Rung.ESCALATED: "Quá hạn kéo dài",
    Rung.OVERDUE: "Quá hạn",
    Rung.UPCOMING: "Sắp đến hạn ghi nhận",
}
# Not "reminded of before": what was sent back lately, or lies between the rungs of the plan's policy, was not.
BESIDES = "Các kỳ quá hạn khác"
BESIDES_NOTE = "Các kỳ sau không đến lượt nhắc hôm nay nhưng đã quá hạn từ trước và đến nay vẫn chưa được ghi nhận."
COPIED = (
    "Thư này đồng gửi cơ quan chỉ đạo hoặc lãnh đạo đơn vị để biết, chỉ đạo. Việc ghi nhận, trả lời là của cơ quan, "
    "đơn vị được nhắc: ai dùng liên kết trong thư cũng được ghi nhận là làm thay cơ quan, đơn vị đó."
)
_LONGEST_TITLE_IN_SUBJECT = 90
_LONGEST_TITLE_IN_PREVIEW = 60
_LONGEST_PREVIEW = 200
_LONGEST_CONTACT = 254


@dataclass(frozen=True)
class Section:
    """`brief` where its lines are printed in the short form from the first on."""

    heading: str
    note: str
    lines: tuple[Line, ...]
    brief: bool = False


@dataclass(frozen=True)
class Owing:
    """An agency in the draft letter, and what it owes."""

    agency: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Contact:
    """Whom to call or write to, `email` empty where mail comes back from it; `dial` and `mailto` are where links lead,
    empty where data hold nothing fit for one."""

    name: str
    phone: str
    dial: str
    email: str
    mailto: str


@dataclass(frozen=True)
class Letter:
    """Everything that the mail prints, each text on one line. `preview` is what a list of mails shows after the
    subject, `links_until` the last day of the links, `draft` what the coordinator may sign, `returned` the
    addresses from which mail came back, each with its agency and the reason; `waiting` the answers that the coordinator
    is to confirm, `more` how many others there are, and `desk` where it does that."""

    subject: str
    preview: str
    plan: str
    coordinator: str
    recipient: str
    summary: str
    as_of: str
    links_until: str
    sections: tuple[Section, ...]
    draft: tuple[Owing, ...]
    contact: Contact
    returned: tuple[str, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    more: int = 0
    desk: str = ""

    @property
    def own(self) -> tuple[Line, ...]:
        """What the recipient itself is reminded of, and what else is overdue for it."""
        return tuple(line for section in self.sections for line in section.lines)

    @property
    def to_coordinator(self) -> bool:
        """Whether the coordinator writes to itself: then the system reports, and nobody urges."""
        return self.recipient == self.coordinator

    @property
    def addressee(self) -> str:
        """Who is greeted."""
        return f"Bộ phận theo dõi Kế hoạch, {self.recipient}" if self.to_coordinator else self.recipient

    @property
    def opening(self) -> str:
        """How the sentence begins that ends with the plan's name."""
        return (
            "Hệ thống báo cáo tình hình thực hiện"
            if self.to_coordinator
            else f"{self.coordinator} xin nhắc việc thực hiện"
        )

    @property
    def addressed(self) -> tuple[str, ...]:
        """Everybody whom the draft addresses, once: who owes, and who may deliver it as well."""
        return _addressed(self.draft)


def write(
    plan: PlanPublished,
    links: Links,
    reminded: Sequence[Reminded],
    at: datetime,
    *,
    copied: bool,
    besides: Sequence[Reminded] = (),
    news: News = NOTHING,
    desk: str = "",
) -> Letter:
    """The letter to `links.recipient`. `reminded` is in the order to print, and empty only where there are `news`;
    `besides` is what else is overdue, so that what the mail counts is all; `at` is the local time; `copied` tells
    whether the mail has a Cc, of which what is escalated speaks; `desk` is where answers are confirmed."""
    sections = tuple(
        Section(
            heading,
            COPIED if copied and rung is Rung.ESCALATED else "",
            tuple(line(plan, one, at, links) for one in there),
        )
        for rung, heading in HEADINGS.items()
        if (there := [one for one in reminded if not is_to_sign(plan, one) and _stage(one) is rung])
    )
    if besides:
        lines = tuple(line(plan, one, at, links) for one in besides)
        # What has its turn stays the first thing that is read, however much has piled up.
        sections = (*sections, Section(BESIDES, BESIDES_NOTE, lines, brief=True))
    signed = sorted(
        (one for one in reminded if is_to_sign(plan, one)), key=lambda one: agency_name(plan, one.key.agency)
    )
    draft = tuple(
        Owing(agency, tuple(lines))
        for agency, lines in groupby((line(plan, one, at, links) for one in signed), key=lambda line: line.owner)
    )
    own = [line for section in sections for line in section.lines]
    return Letter(
        subject=f"[Nhắc việc] {_subject(own, draft, news, at)}",
        preview=one_line(_preview(own, draft), _LONGEST_PREVIEW),
        plan=plan_words(plan),
        coordinator=one_line(agency_name(plan, plan.coordinator)),
        recipient=one_line(agency_name(plan, links.recipient)),
        summary=_summary(own, draft, news),
        as_of=moment(at),
        links_until=full_date(links.until),
        sections=sections,
        draft=draft,
        contact=_contact(plan.contact),
        returned=came_back(plan, news.returned),
        waiting=waiting(plan, news.replies),
        more=news.more,
        desk=desk,
    )


def _stage(one: Reminded) -> Rung | None:
    """Under which heading it stands; what the coordinator owes itself stays where it was, since nobody signs for it."""
    return Rung.ESCALATED if one.rung is Rung.FOR_SIGNATURE else one.rung


def plan_words(plan: PlanPublished) -> str:
    """The plan's title, with number and date where they are known."""
    words = plan.title
    if plan.number:
        words += f", số {plan.number}"
    if plan.issued_on:
        words += f", ngày {full_date(plan.issued_on)}"
    return one_line(words)


def _subject(own: Sequence[Line], draft: Sequence[Owing], news: News, at: datetime) -> str:
    if len(own) == 1 and not draft and not news:
        [only] = own
        return f"{one_line(only.title, _LONGEST_TITLE_IN_SUBJECT)}, {only.short_period}: {only.delay}"
    parts = list(_tally(own, str))
    if draft:
        owed = sum(len(owing.lines) for owing in draft)
        parts.insert(0, f"trình ký công văn đôn đốc ({owed} kỳ của {len(_addressed(draft))} cơ quan)")
    parts += _heard(news, str)
    return f"{', '.join(parts)}, tính đến {full_date(at.date())}"


def _summary(own: Sequence[Line], draft: Sequence[Owing], news: News) -> str:
    parts = [", ".join(_tally(own, count))] if own else []
    if draft:
        owed = sum(len(owing.lines) for owing in draft)
        parts.append(f"{count(owed)} kỳ của {count(len(_addressed(draft)))} cơ quan cần công văn đôn đốc")
    return "; ".join([*parts, *_heard(news, count)])


def _heard(news: News, counted: Callable[[int], str]) -> Iterable[str]:
    if news.replies:
        yield f"{counted(len(news.replies) + news.more)} trả lời mới chờ xác nhận"
    if news.returned:
        yield f"{counted(len(news.returned))} địa chỉ bị trả lại thư"


def _preview(own: Sequence[Line], draft: Sequence[Owing]) -> str:
    if len(own) == 1 and not draft:
        return f"Hạn ghi nhận {own[0].register_by}. Ghi nhận ngay trong thư này, không cần tài khoản."
    first = (f"{one_line(one.title, _LONGEST_TITLE_IN_PREVIEW)}, {one.short_period}: {one.delay}" for one in own[:3])
    return "; ".join([*(["Dự thảo công văn kèm theo"] if draft else []), *first])


def _addressed(draft: Sequence[Owing]) -> tuple[str, ...]:
    owing = [name for one in draft for name in (one.agency, *(other for line in one.lines for other in line.others))]
    return tuple(dict.fromkeys(owing))


def _tally(own: Sequence[Line], counted: Callable[[int], str]) -> Iterable[str]:
    late = sum(line.late for line in own)
    if late:
        yield f"{counted(late)} kỳ quá hạn"
    if len(own) > late:
        yield f"{counted(len(own) - late)} kỳ sắp đến hạn"


@lru_cache(maxsize=16)  # a plan's stands in each mail of a morning
def _contact(given: contracts.Contact) -> Contact:
    return Contact(
        name=one_line(given.name, _LONGEST_CONTACT),
        phone=one_line(given.phone, _LONGEST_CONTACT),
        dial=dialled(given.phone),
        email=one_line(given.email, _LONGEST_CONTACT),
        mailto=quote(given.email, safe="@") if usable(given.email) else "",
    )
