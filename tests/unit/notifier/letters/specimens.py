"""Mails as the plan of 2023 brings them, and some that no plan should bring: for tests and for pictures."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from zoneinfo import ZoneInfo

from services.assignments.resolve import resolve
from services.notifier.letters.drafting import draft
from services.notifier.letters.line import Reminded
from services.notifier.letters.mail import Mail
from services.notifier.rules import Digest, arranged, working_days
from shared import periods
from shared.contracts.agency_answers import AnswerKind
from shared.contracts.duties import OccurrenceKey
from shared.contracts.ledger import Answered, Assigned, Extended, Fact
from shared.contracts.plan import Agency, PlanPublished
from shared.contracts.reminders import ReminderItem, Rung
from tests.unit.assignments.sample import OF_2023, plan_of
from tests.unit.notifier.sample import now

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PLAN = resolve(plan_of(OF_2023), 1, date(2023, 1, 1))
SENDER = "nhac-viec@dondoc.example"
LINKS = ("https://dondoc.quangngai.example", "a sample secret that signs the links of this test")
DESK = "https://noi-bo.quangngai.example/ban-dieu-hanh/"
FIRST = "<0123456789abcdef0123456789abcdef@dondoc.example>"
# That of the media type of DOCX; all others are within 78.
LONGEST_LINE = 85
HOSTILE = (
    "x\r\nBcc: lay-trom@xau.example\r\n\r\n",
    '<script>alert(1)</script>"><img src=x onerror=alert(1)>',
    "{{7*7}} {% raw %} {# #} <!--{{ 7*7 }}-->",
    "\u202egnoưhk\u202c\u200f\u2067 trái \x00\x1b\ufffe\ud800",
    "Dài" + "ắ" * 10_000,
    "A, lay-trom@xau.example; B <lay-trom@xau.example>",
    ".\r\n.\r\nMAIL FROM:<lay-trom@xau.example>",
    "=?utf-8?q?=0D=0ABcc:_lay-trom@xau.example?=",
    "END:VEVENT\\nEND:VCALENDAR;X=1,2:3",
    "",
)


def owed(duty: str, agency: str, period: str, *facts: Fact, jointly: Sequence[str] = ()) -> tuple[OccurrenceKey, Fact]:
    """An occurrence of the plan, due as the plan says."""
    span = periods.parse(period)
    register_by = working_days(PLAN).after(span.end, 5)
    first = Assigned(
        event="giao",
        day=date(2023, 1, 1),
        revision=1,
        start=span.start,
        end=span.end,
        register_by=register_by,
        jointly_with=tuple(jointly),
    )
    return OccurrenceKey(plan=PLAN.plan, duty=duty, agency=agency, period=period), first


def answered(agency: str, day: date, kind: AnswerKind = AnswerKind.NOTHING_TO_REPORT) -> Answered:
    """The fact that an agency answered a reminder."""
    return Answered(event=f"tra-loi-{day}", day=day, agency=agency, kind=kind, reason="mẫu")


def mail(
    recipient: str,
    day: date,
    *items: tuple[tuple[OccurrenceKey, Fact], Rung, *tuple[Fact, ...]],
    plan: PlanPublished = PLAN,
    first: str | None = None,
    unreached: Collection[str] = (),
    besides: Sequence[tuple[OccurrenceKey, Fact]] = (),
) -> Mail:
    """The digest of a day, each item an occurrence, its rung, and what is known of it besides; no reminder is known to
    have arrived at agencies that are `unreached`. What is overdue `besides` has no rung that day."""
    at = datetime.combine(day, datetime.min.time().replace(hour=8), ZONE)
    known = {
        key: Reminded(key, rung, now([fact, *more], day), key.agency in unreached) for (key, fact), rung, *more in items
    }
    order = arranged(plan, [ReminderItem(occurrence=key, rung=one.rung) for key, one in known.items()])
    digest = Digest(plan.plan, recipient, day, order)
    late = [Reminded(key, None, now([fact], day)) for key, fact in besides]
    return draft(digest, [known[one.occurrence] for one in order], plan, at, SENDER, LINKS, DESK, first, late).mail


def one_overdue() -> Mail:
    """A monthly duty of a district's centre, a day late."""
    return mail(
        "tt-vhtt-h-binh-son", date(2023, 3, 8), (owed("III.11a", "tt-vhtt-h-binh-son", "2023-02"), Rung.OVERDUE)
    )


def upcoming() -> Mail:
    """The same before its day."""
    return mail(
        "tt-vhtt-h-binh-son", date(2023, 3, 2), (owed("III.11a", "tt-vhtt-h-binh-son", "2023-02"), Rung.UPCOMING)
    )


def overdue_besides() -> Mail:
    """One that comes due, of a centre that owes two from before."""
    centre = "tt-vhtt-h-son-ha"
    late = [owed("III.11a", centre, month) for month in ("2023-02", "2023-05")]
    return mail(centre, date(2023, 7, 4), (owed("III.11a", centre, "2023-06"), Rung.UPCOMING), besides=late)


def escalated() -> Mail:
    """A week later, with the directing body on Cc, after the agency answered."""
    late = owed("III.11a", "tt-vhtt-h-binh-son", "2023-02")
    said = answered("tt-vhtt-h-binh-son", date(2023, 3, 9))
    return mail("tt-vhtt-h-binh-son", date(2023, 3, 14), (late, Rung.ESCALATED, said), first=FIRST)


def mixed() -> Mail:
    """Eleven lines of all rungs, one extended."""
    day = date(2023, 6, 8)
    weeks = [(owed("III.10b-radio", "dai-ptth", f"2023-W{week}"), Rung.ESCALATED) for week in (16, 18, 19, 20)]
    late = [(owed("III.10b-radio", "dai-ptth", "2023-W21"), Rung.OVERDUE)]
    months = [(owed("III.10b-tv", "dai-ptth", f"2023-0{month}"), Rung.OVERDUE) for month in (1, 2, 3, 4, 5)]
    moved = Extended(
        event="gia-han",
        day=date(2023, 5, 3),
        revision=4,
        end=date(2023, 6, 6),
        register_by=date(2023, 6, 13),
        approver="Phó Giám đốc",
        document="45/STTTT-BCXB",
        reason="mẫu",
    )
    extended = (owed("III.10b-tv", "dai-ptth", "2023-06"), Rung.UPCOMING, moved)
    return mail("dai-ptth", day, *weeks, *late, *months, extended)


def joint() -> Mail:
    """A talk that two bodies owe together; the other one has answered."""
    talk = owed("V.7-toa-dam", "bao-quang-ngai", "2023", jointly=["dai-ptth"])
    said = answered("bao-quang-ngai", date(2024, 1, 9), AnswerKind.ALREADY_DONE)
    return mail("dai-ptth", date(2024, 1, 9), (talk, Rung.OVERDUE, said))


def for_signature(unreached: Collection[str] = ()) -> Mail:
    """The coordinator's: a draft letter to three bodies, and its own newsletter."""
    day = date(2023, 3, 21)
    said = answered("tt-vhtt-h-son-tay", date(2023, 3, 15))
    return mail(
        "so-tttt",
        day,
        (owed("III.5", "so-tttt", "2023-02"), Rung.ESCALATED),
        (owed("III.11a", "tt-vhtt-h-binh-son", "2023-01"), Rung.FOR_SIGNATURE),
        (owed("III.11a", "tt-vhtt-h-binh-son", "2023-02"), Rung.FOR_SIGNATURE),
        (owed("III.11a", "tt-vhtt-h-son-tay", "2023-02"), Rung.FOR_SIGNATURE, said),
        (owed("III.10b-radio", "dai-ptth", "2023-W07"), Rung.FOR_SIGNATURE),
        unreached=unreached,
    )


def abolished() -> Mail:
    """The district hears for its centre, which is no more."""
    gone = date(2023, 6, 30)
    agencies = tuple(
        body.model_copy(update={"valid_until": gone}) if body.id == "tt-vhtt-h-ly-son" else body
        for body in PLAN.agencies
    )
    plan = PLAN.model_copy(update={"agencies": agencies})
    return mail(
        "ubnd-h-ly-son", date(2023, 8, 8), (owed("III.11a", "tt-vhtt-h-ly-son", "2023-07"), Rung.OVERDUE), plan=plan
    )


def hostile_plan(name: str, title: str, contact: str, document: str) -> PlanPublished:
    """The plan with such names, titles, contact and numbers of documents."""

    def renamed(body: Agency) -> Agency:
        changed = {"name": name, "short_name": name, "abbreviation": name}
        return body.model_copy(update=changed) if body.id in ("dai-ptth", "so-tttt") else body

    return PLAN.model_copy(
        update={
            "title": title,
            "number": document,
            "agencies": tuple(renamed(body) for body in PLAN.agencies),
            "duties": tuple(duty.model_copy(update={"title": title, "clause": title}) for duty in PLAN.duties),
            "contact": PLAN.contact.model_copy(update={"name": contact, "phone": contact, "email": contact}),
            "report": PLAN.report.model_copy(update={"place": name, "archive": document}),
        }
    )


def hostile(
    name: str = HOSTILE[1], title: str = HOSTILE[4], contact: str = HOSTILE[2], document: str = HOSTILE[3]
) -> Mail:
    """A mail whose data try to be something else."""
    moved = Extended(
        event="gia-han",
        day=date(2023, 3, 1),
        revision=4,
        end=date(2023, 3, 6),
        register_by=date(2023, 3, 13),
        approver=name,
        document=document,
        reason=name,
    )
    return mail(
        "so-tttt",
        date(2023, 3, 28),
        (owed("III.5", "so-tttt", "2023-02"), Rung.OVERDUE, moved),
        (owed("III.10b-tv", "dai-ptth", "2023-02"), Rung.FOR_SIGNATURE, answered("dai-ptth", date(2023, 3, 9))),
        plan=hostile_plan(name, title, contact, document),
        first=FIRST,
    )


def sixty() -> Mail:
    """After a long downtime: sixty lines."""
    weeks = [f"2023-W{week:02}" for week in range(1, 49)]
    months = [f"2023-{month:02}" for month in range(1, 13)]
    return mail(
        "dai-ptth",
        date(2024, 1, 10),
        *((owed("III.10b-radio", "dai-ptth", week), Rung.ESCALATED) for week in weeks),
        *((owed("III.10b-tv", "dai-ptth", month), Rung.ESCALATED) for month in months),
    )


SPECIMENS = {
    made.__name__: made
    for made in (
        *(one_overdue, upcoming, overdue_besides, escalated, mixed, joint, for_signature, abolished, hostile, sixty),
    )
}


def read(mail: Mail) -> EmailMessage:
    """The mail as another program reads it."""
    message = message_from_bytes(mail.body, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def part(mail: Mail, kind: str) -> str:
    """The text of its part `plain` or `html`."""
    body = read(mail).get_body((kind,))
    assert body is not None
    content = body.get_content()
    assert isinstance(content, str)
    return content
