"""A small plan of an invented province, and a year of days driven through the ladder."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from services.notifier.letters.actions import Links
from services.notifier.rules import Decision, Digest, Mark, decide
from shared import periods
from shared.contracts.duties import DutyAssigned, DutyExtended, ExcuseKind, Occurrence, OccurrenceKey
from shared.contracts.ledger import Account, Assigned, Delivered, Excused, Extended, Fact, Standing, standing
from shared.contracts.outputs import OutputRecorded, Submission
from shared.contracts.plan import Agency, Contact, Count, Duty, Frequency, PlanPublished, ReportForm
from shared.workdays import WorkingDays

PLAN = "mau-2023"
NEW_YEAR = date(2023, 1, 2)
TET = tuple(date(2023, 1, 20) + timedelta(days=n) for n in range(7))
WORKED_SATURDAY = date(2023, 2, 4)
WORKDAYS = WorkingDays(frozenset((NEW_YEAR, *TET)), frozenset({WORKED_SATURDAY}))

COORDINATOR = Agency(
    id="dieu-phoi", kind="so", name="Sở Điều phối (mẫu)", short_name="Sở ĐP", emails=("dp@mau.example",)
)
DISTRICT = Agency(
    id="huyen-a", kind="huyen", name="UBND huyện A (mẫu)", short_name="Huyện A", emails=("a@mau.example",)
)
CENTRE = Agency(
    id="tt-a",
    kind="trung-tam",
    name="Trung tâm Truyền thông - Văn hóa - Thể thao huyện A (mẫu)",
    short_name="TT A",
    emails=("tt-a@mau.example", "tt-a-2@mau.example"),
    head_emails=("giam-doc-tt-a@mau.example",),
    parent="huyen-a",
)
RADIO = Agency(
    id="dai",
    kind="dai",
    name="Đài Phát thanh và Truyền hình (mẫu)",
    short_name="Đài",
    emails=("dai@mau.example",),
    head_emails=("giam-doc-dai@mau.example",),
)
PAPER = Agency(id="bao", kind="bao", name="Báo, “Mẫu” & <Thử>", short_name="Báo", emails=("bao@mau.example",))


def duty(id_: str, title: str, frequency: Frequency, *performers: str, joint: bool = False) -> Duty:
    """A duty of the sample plan."""
    return Duty(
        id=id_,
        clause=id_,
        title=title,
        heading="III",
        count=Count.EXPLICIT,
        frequency=frequency,
        lead=performers[0],
        performers=performers,
        joint=joint,
    )


DUTIES = (
    duty("III.1-radio", "Chuyên mục phát thanh", Frequency.WEEKLY, "dai"),
    duty("III.2", "Phát thanh cơ sở", Frequency.MONTHLY, "tt-a"),
    duty("III.3", "Bản tin số", Frequency.QUARTERLY, "dieu-phoi"),
    duty("V.7", "Tọa đàm", Frequency.YEARLY, "bao", "dai", joint=True),
)


def plan(**changes: object) -> PlanPublished:
    """The sample plan, with fields changed."""
    fields: dict[str, object] = {
        "plan": PLAN,
        "revision": 1,
        "day": date(2023, 1, 1),
        "year": 2023,
        "title": "Kế hoạch tuyên truyền năm 2023 (mẫu)",
        "number": None,
        "issued_on": None,
        "coordinator": "dieu-phoi",
        "recipient": "dieu-phoi",
        "time_zone": "Asia/Ho_Chi_Minh",
        "effective_from": date(2023, 1, 1),
        "chase_from": date(2023, 1, 1),
        "contact": Contact(name="Nguyễn Thị Mẫu", phone="0255 000 0000", email="lien-he@mau.example"),
        "report": ReportForm(place="Mẫu", number_suffix="BC-SĐP", receivers=(), archive="VT"),
        "kinds": {},
        "headings": {"III": "Hình thức"},
        "topics": {},
        "channels": {},
        "agencies": (COORDINATOR, DISTRICT, CENTRE, RADIO, PAPER),
        "duties": DUTIES,
        "days_off": tuple(sorted(WORKDAYS.off)),
        "days_on": tuple(sorted(WORKDAYS.on)),
    }
    return PlanPublished.model_validate({**fields, **changes})


def links(recipient: str) -> Links:
    """What the links of a mail to that recipient have in common."""
    return Links("https://dondoc.example", "s" * 32, recipient, "m" * 32, ("a@mau.example",), date(2023, 5, 13))


def key(duty_id: str, agency: str, period: str) -> OccurrenceKey:
    """An occurrence of the sample plan."""
    return OccurrenceKey(plan=PLAN, duty=duty_id, agency=agency, period=period)


def assigned(period: str, *jointly_with: str, register_by: date | None = None) -> Assigned:
    """The fact that a period is owed, from the first day of the year."""
    span = periods.parse(period)
    return Assigned(
        event=f"assigned-{period}",
        day=date(2023, 1, 1),
        revision=1,
        start=span.start,
        end=span.end,
        register_by=register_by or WORKDAYS.after(span.end, 5),
        jointly_with=jointly_with,
    )


def delivered(day: date, output: str = "san-pham-1") -> Delivered:
    """The fact that an output was registered on a day."""
    return Delivered(event=f"delivered-{output}", day=day, output=output, published_on=day)


def excused(day: date) -> Excused:
    """The fact that there is nothing to report."""
    return Excused(
        event="excused",
        day=day,
        revision=2,
        kind=ExcuseKind.NOTHING_TO_REPORT,
        approver="Mẫu",
        document="01/mẫu",
        reason="mẫu",
    )


def extended(day: date, to: date) -> Extended:
    """The fact that an occurrence is due later."""
    return Extended(
        event="extended",
        day=day,
        revision=3,
        end=to,
        register_by=WORKDAYS.after(to, 5),
        approver="Mẫu",
        document="02/CV-mẫu",
        reason="mẫu",
    )


def account(at: OccurrenceKey, *facts: Fact) -> Account:
    """An account of these facts."""
    return Account(at, frozenset(facts))


def now(facts: Iterable[Fact], day: date) -> Standing:
    """How an occurrence of these facts stands; it must be in the plan."""
    found = standing(facts, day)
    assert found is not None
    return found


def year_of_duties() -> Iterator[Account]:
    """Every occurrence of the sample plan's year."""
    for one in DUTIES:
        first, *others = one.performers
        for period in periods.of_year(2023, one.frequency):
            yield account(key(one.id, first, period.name), assigned(period.name, *others))


def days(first: date, last: date) -> Iterator[date]:
    """Every day from first to last, both included."""
    for n in range((last - first).days + 1):
        yield first + timedelta(days=n)


@dataclass
class Year:
    """What the ladder did, day after day; each day's marks are done for the next."""

    digests: list[Digest] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    def live(
        self,
        accounts: Iterable[Account],
        over: Iterable[date],
        of: Callable[[date], PlanPublished] = lambda _: plan(),
    ) -> "Year":
        """Decide each of the days."""
        accounts = list(accounts)
        for day in over:
            decision: Decision = decide(of(day), accounts, self.marks, day)
            self.digests += decision.digests
            self.marks += decision.marks
        return self

    def mailed(self, at: OccurrenceKey) -> list[tuple[date, str, str]]:
        """Day, recipient and rung of every mail that named the occurrence."""
        return [
            (digest.day, digest.recipient, item.rung.value)
            for digest in self.digests
            for item in digest.items
            if item.occurrence == at
        ]


def assigned_event(at: OccurrenceKey, *jointly_with: str, revision: int = 1) -> DutyAssigned:
    """The event that the occurrence is owed."""
    fact = assigned(at.period)
    due = Occurrence(period=at.period, start=fact.start, end=fact.end, register_by=fact.register_by)
    return DutyAssigned(
        plan=at.plan,
        revision=revision,
        day=fact.day,
        duty=at.duty,
        agency=at.agency,
        title="mẫu",
        jointly_with=jointly_with,
        occurrences=(due,),
    )


def extended_event(at: OccurrenceKey, day: date, to: date) -> DutyExtended:
    """The event that the occurrence is due later, told on a day."""
    told = extended(day, to).model_dump(exclude={"fact", "event"})
    return DutyExtended(plan=at.plan, duty=at.duty, agency=at.agency, period=at.period, **told)


def recorded_event(at: OccurrenceKey, day: date) -> OutputRecorded:
    """The event that an output was recorded for the occurrence."""
    return OutputRecorded(
        agency=at.agency,
        submission=Submission(source="/mau", id="1"),
        output="san-pham-1",
        plan=at.plan,
        duty=at.duty,
        occurrence=at,
        day=day,
        title="Sản phẩm mẫu",
        published_on=day,
    )
