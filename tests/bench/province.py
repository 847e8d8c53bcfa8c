"""A plan of as many agencies as are wanted, and its year of outputs: the same in every run."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from shared import periods
from shared.contracts.base import Event
from shared.contracts.days import CalendarDay
from shared.contracts.duties import DutyAssigned, Occurrence, OccurrenceKey
from shared.contracts.outputs import OutputRecorded, OutputReviewed, Submission
from shared.contracts.plan import Agency, Count, Duty, Frequency, PlanPublished
from tests.unit.reports.sample import AGENCIES as SAMPLES
from tests.unit.reports.sample import plan_with

PLAN = "mau-bench"
YEAR = 2023
LAST_DAY = date(YEAR, 12, 29)
COORDINATOR = SAMPLES[1]
CHANNELS = {"web": "Trang thông tin điện tử", "radio": "Phát thanh", "tv": "Truyền hình", "press": "Báo in"}
TOPICS = {f"II.{n}": f"Nội dung mẫu {n}" for n in range(1, 11)}
DUTIES = {
    "C.1": Frequency.CONTINUOUS,
    "C.2": Frequency.CONTINUOUS,
    "M.1": Frequency.MONTHLY,
    "Q.1": Frequency.QUARTERLY,
    "Y.1": Frequency.YEARLY,
}
# Of so many outputs one is made for a duty that recurs, one is registered late, and one is sent back.
RECURRING, LATE, SENT_BACK = 3, 20, 50
NOTABLE = 60
REGISTER_WITHIN = timedelta(days=7)
REVIEWED_AFTER = timedelta(days=2)


def plan_of(agencies: int) -> PlanPublished:
    """Every agency performs every duty."""
    bodies = [
        Agency(id=f"xa-{n:04}", kind="centre", name=f"Ủy ban nhân dân xã Mẫu {n:04}", short_name=f"xã Mẫu {n:04}")
        for n in range(agencies)
    ]
    performers = tuple(body.id for body in bodies)
    duties = [
        Duty(
            id=name,
            clause=name,
            title=f"Sản phẩm mẫu của nhiệm vụ {name} để đo tốc độ",
            heading="web" if name.startswith("C") else "press",
            count=Count.NONE if frequency is Frequency.CONTINUOUS else Count.EXPLICIT,
            frequency=frequency,
            lead=COORDINATOR.id,
            performers=performers,
            channel="web",
        )
        for name, frequency in DUTIES.items()
    ]
    return plan_with(
        plan=PLAN, agencies=(*SAMPLES[:2], *bodies), duties=tuple(duties), topics=TOPICS, channels=CHANNELS
    )


def published(plan: PlanPublished) -> Iterator[tuple[str, Event]]:
    """The plan, who owes what, and the calendar's last day, with the events' ids."""
    yield f"plan/{plan.plan}", plan
    for duty in plan.duties:
        due = tuple(_due(period) for period in _periods(duty))
        for agency in duty.performers if due else ():
            title = duty.title
            told = DutyAssigned(
                plan=plan.plan, revision=1, day=plan.day, duty=duty.id, agency=agency, title=title, occurrences=due
            )
            yield f"assigned/{duty.id}/{agency}", told
    yield f"day/{LAST_DAY}", CalendarDay(date=LAST_DAY)


def _periods(duty: Duty) -> list[periods.Period]:
    return [] if duty.frequency is Frequency.CONTINUOUS else list(periods.of_year(YEAR, duty.frequency))


def _due(period: periods.Period) -> Occurrence:
    by = period.end + REGISTER_WITHIN
    return Occurrence(period=period.name, start=period.start, end=period.end, register_by=by)


def year_of(plan: PlanPublished, first: int, last: int) -> Iterator[tuple[str, OutputRecorded | OutputReviewed]]:
    """The outputs numbered from `first` to before `last`, by day of registration, and what an officer said of some."""
    chance = Random(first)
    owed = [(duty, _periods(duty)) for duty in plan.duties]
    every, recurring = [duty for duty, dues in owed if not dues], [(duty, dues) for duty, dues in owed if dues]
    begin = plan.day
    notable = max(1, (last - first) // NOTABLE)
    for number in range(first, last):
        day = begin + (LAST_DAY - begin) * (number - first) // (last - first)
        agency = chance.choice(plan.duties[0].performers)
        if number % RECURRING:
            output = _output(number, agency, chance.choice(every), None, day, chance)
        else:
            duty, dues = chance.choice(recurring)
            late = chance.randrange(LATE) == 0
            now = [due for due in dues if (due.end < day if late else due.start <= day <= due.end)]
            output = _output(number, agency, duty, now[-1] if now else dues[0], day, chance)
        yield f"recorded/{output.output}", output
        if number % SENT_BACK == 0 or number % notable == 0:
            yield f"reviewed/{output.output}", _review(output, notable=number % SENT_BACK != 0)


def one_day(plan: PlanPublished, first: int, count: int) -> Iterator[tuple[str, OutputRecorded]]:
    """So many more, all for one occurrence of one agency, all registered on one day."""
    duty = next(duty for duty in plan.duties if duty.frequency is Frequency.MONTHLY)
    chance, period = Random(first), _periods(duty)[5]
    for number in range(first, first + count):
        output = _output(number, duty.performers[0], duty, period, period.end, chance)
        yield f"recorded/{output.output}", output


def _output(
    number: int, agency: str, duty: Duty, period: periods.Period | None, day: date, chance: Random
) -> OutputRecorded:
    key = OccurrenceKey(plan=PLAN, duty=duty.id, agency=agency, period=period.name) if period else None
    made = max(day - timedelta(days=chance.randrange(3)), period.start) if period else day
    return OutputRecorded(
        agency=agency,
        submission=Submission(source=f"/sample/integrator/{agency}", id=str(number)),
        output=f"{number:032x}",
        plan=PLAN,
        duty=duty.id,
        occurrence=key,
        day=day,
        title=f"[MẪU] {duty.title} – tin số {number}",
        published_on=made,
        channel=chance.choice([None, *CHANNELS]),
        url=f"https://{agency}.example/san-pham/{day}/{number}",
        topics=tuple(sorted(chance.sample(sorted(TOPICS), k=2))),
    )


def _review(output: OutputRecorded, *, notable: bool) -> OutputReviewed:
    return OutputReviewed(
        agency=output.agency,
        output=output.output,
        occurrence=output.occurrence,
        day=min(output.day + REVIEWED_AFTER, LAST_DAY),
        review=1,
        accepted=notable,
        notable=notable,
        reviewer="Cán bộ (mẫu)",
        reason="mẫu",
    )
