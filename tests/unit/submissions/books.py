"""What is owed, for tests of matching: a sample plan and the book of who may deliver what."""

from datetime import date, timedelta

from services.submissions.book import Book, Due, Obligation
from shared import periods
from shared.contracts.duties import OccurrenceKey
from shared.contracts.outputs import OutputSubmitted
from shared.contracts.plan import Contact, Count, Duration, Duty, Frequency, PlanPublished, ReportForm

PLAN = "mau-2026"
TODAY = date(2026, 3, 2)


def duty(id_: str, frequency: Frequency, channel: str | None = None, duration: Duration | None = None) -> Duty:
    return Duty(
        id=id_,
        clause=id_,
        title=f"Nhiệm vụ {id_} (mẫu)",
        heading="h",
        count=Count.EXPLICIT,
        frequency=frequency,
        lead="dai",
        performers=("dai",),
        channel=channel,
        duration=duration,
    )


RADIO = duty("radio", Frequency.WEEKLY, "radio", Duration(shortest=4, longest=6, text="05 phút"))
LOCAL = duty("local", Frequency.MONTHLY, "loudspeaker", Duration(shortest=10, longest=15, text="10-15 phút"))
TV = duty("tv", Frequency.MONTHLY, "tv")
CLIP = duty("clip", Frequency.YEARLY, "tv")
GUIDE = duty("guide", Frequency.QUARTERLY)
NEWS = duty("news", Frequency.CONTINUOUS, "web")
DUTIES = (RADIO, LOCAL, TV, CLIP, GUIDE, NEWS)


def plan(id_: str = PLAN, duties: tuple[Duty, ...] = DUTIES) -> PlanPublished:
    return PlanPublished(
        plan=id_,
        revision=1,
        day=date(2026, 1, 1),
        year=2026,
        title="Kế hoạch mẫu",
        number=None,
        issued_on=None,
        coordinator="so-a",
        recipient="ubnd",
        time_zone="Asia/Ho_Chi_Minh",
        effective_from=date(2026, 1, 1),
        chase_from=date(2026, 1, 1),
        contact=Contact(name="Mẫu", phone="0", email="mau@so-a.example"),
        report=ReportForm(place="Mẫu", number_suffix="BC", receivers=(), archive="VT"),
        kinds={},
        headings={"h": "Mẫu"},
        topics={"II.1": "Chỉ đạo", "II.2": "Thủ tục"},
        channels={"radio": "Phát thanh", "loudspeaker": "Cơ sở", "tv": "Truyền hình", "web": "Trang tin"},
        agencies=(),
        duties=duties,
        days_off=(),
        days_on=(),
    )


def owed(
    what: Duty,
    *names: str,
    agency: str = "dai",
    jointly_with: tuple[str, ...] = (),
    plan_id: str = PLAN,
    within: timedelta = timedelta(days=7),
) -> Obligation:
    """That agency owes the duty in these periods, each to be registered by a week after its end."""
    dues = {}
    for period in map(periods.parse, names):
        key = OccurrenceKey(plan=plan_id, duty=what.id, agency=agency, period=period.name)
        dues[period.name] = Due(key, period.start, period.end, period.end + within)
    return Obligation(plan_id, what, agency, (agency, *jointly_with), dues)


WEEKS = tuple(period.name for period in periods.of_year(2026, "weekly"))
MONTHS = tuple(period.name for period in periods.of_year(2026, "monthly"))


def book(*obligations: Obligation, plans: tuple[PlanPublished, ...] = (plan(),)) -> Book:
    """Station `dai` owes radio and television; district `huyen` its loudspeakers; unless told otherwise."""
    usual = (owed(RADIO, *WEEKS), owed(TV, *MONTHS), owed(LOCAL, *MONTHS, agency="huyen"))
    return Book(plans, obligations or usual)


def output(**fields: object) -> OutputSubmitted:
    """An output of 11 February, a Wednesday, unless told otherwise."""
    return OutputSubmitted.model_validate({"title": "Mẫu", "published_on": "2026-02-11"} | fields)
