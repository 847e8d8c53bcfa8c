"""A year of sample outputs for any plan: most in time, some late, missing, made up for, extra or wrong.

Deterministic: the same plan gives the same year. Nothing here knows a province.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from deploy.demo.events import Decide, Post, Step, output, posted
from deploy.demo.reviews import Delivered, reviews
from services.assignments.rules import Assignment, Assignments
from shared.contracts.duties import ExcuseKind, Occurrence
from shared.contracts.plan import Agency, Count, Duty, Frequency, PlanPublished
from shared.workdays import WorkingDays

SEED = 2023
# Shares of occurrences, of 1.
MISSING = 0.05
LATE = 0.07
MADE_UP = 0.03
EXTRA = 0.03
REUSED = 0.02  # whose address is that of the period before
TROUBLED_MISSING = 0.45  # of the few agencies whose year goes badly
TROUBLED_ONE_IN = 13
UNTAGGED = 0.3
OFF_LENGTH = 0.06
CONTINUOUS_EVERY_DAYS = 24
LAST_WEEKS = timedelta(weeks=5)
LAST_DAYS = timedelta(days=15)  # after the year: late registrations and the last reminders


@dataclass(frozen=True)
class Year:
    """What happens on which day, in order; `first` and `last` are the days to publish."""

    first: date
    last: date
    steps: dict[date, list[Step]]


def sample_year(plan: PlanPublished, assignments: Assignments) -> Year:
    """The year of a plan. Every agency's share of luck hangs on the seed and its place in the plan."""
    return _Author(plan, assignments).year()


class _Author:
    def __init__(self, plan: PlanPublished, assignments: Assignments) -> None:
        self._plan = plan
        self._assignments = assignments
        self._duties = {duty.id: duty for duty in plan.duties}
        self._agencies = {agency.id: agency for agency in plan.agencies}
        self._days = WorkingDays(frozenset(plan.days_off), frozenset(plan.days_on))
        self._random = Random(SEED)  # noqa: S311 - samples, not secrets
        self._first = date(plan.year, 1, 1)
        self._last = date(plan.year, 12, 31) + LAST_DAYS
        self._steps: dict[date, list[Step]] = {}
        counted = list(dict.fromkeys(agency for (_, agency), a in assignments.items() if a.occurrences))
        self._troubled = set(counted[TROUBLED_ONE_IN - 1 :: TROUBLED_ONE_IN])
        self._decided: set[tuple[str, str, str]] = set()
        self._addresses: dict[tuple[str, str], str] = {}
        self._in_time: list[Delivered] = []
        self._extra: list[Delivered] = []

    def year(self) -> Year:
        self._decisions()
        for assignment in self._assignments.values():
            duty = self._duties[assignment.duty]
            for due in assignment.occurrences:
                self._deliver(duty, assignment, due)
            if duty.frequency is Frequency.CONTINUOUS:
                self._continuous(duty, assignment.agency)
        self._wrong_ones()
        self._reviews()
        return Year(self._first, self._last, dict(sorted(self._steps.items())))

    def _on(self, day: date, step: Step) -> None:
        if self._first <= day <= self._last:
            self._steps.setdefault(day, []).append(step)

    def _deliver(self, duty: Duty, assignment: Assignment, due: Occurrence) -> None:
        chance = self._random
        luck = chance.random()
        missing = TROUBLED_MISSING if assignment.agency in self._troubled else MISSING
        key = (duty.id, assignment.agency, due.period)
        if key in self._decided or luck < missing:
            return
        published = self._within(due)
        if luck < missing + LATE:
            registered = self._days.after(due.register_by, chance.randint(1, 12))
        elif luck < missing + LATE + MADE_UP and duty.frequency in {Frequency.WEEKLY, Frequency.MONTHLY}:
            published = self._days.after(due.register_by, chance.randint(1, 6))
            registered = self._days.after(published, 1)
            self._on(registered, self._output(duty, assignment.agency, due, published, "bù", period=due.period))
            return
        else:
            registered = self._days.after(published, chance.randint(0, 2))
        # Half of those whose channel tells the duty don't name it.
        named = duty.id if duty.channel is None or self._is_ambiguous(duty, assignment.agency) else None
        post = self._output(duty, assignment.agency, due, published, "", duty=named)
        self._on(registered, post)
        if registered <= due.register_by:
            self._in_time.append(Delivered(registered, due, post))
        if chance.random() < EXTRA and duty.frequency is Frequency.MONTHLY:
            extra = self._output(duty, assignment.agency, due, published, "thêm", duty=duty.id)
            self._on(self._days.after(registered, 1), extra)
            self._extra.append(Delivered(self._days.after(registered, 1), due, extra))

    def _within(self, due: Occurrence) -> date:
        """A working day in the latter half of the period, and of a long one in its last weeks; or its last day."""
        first = max(due.start + (due.end - due.start) / 2, due.end - LAST_WEEKS)
        open_days = [d for n in range((due.end - first).days + 1) if (d := first + timedelta(days=n)) in self._days]
        return self._random.choice(open_days) if open_days else due.end

    def _is_ambiguous(self, duty: Duty, agency: str) -> bool:
        mine = [d for d, a in self._assignments if a == agency and self._duties[d].channel == duty.channel]
        return len(mine) != 1

    def _output(self, task: Duty, agency: str, due: Occurrence, published: date, mark: str, **more: str | None) -> Post:
        chance = self._random
        identity = "-".join(part for part in (task.id, agency, due.period, mark and _ascii(mark)) if part)
        minutes = None
        if task.duration is not None:
            stretch = 1.5 if chance.random() < OFF_LENGTH else 1.0
            minutes = round((task.duration.shortest + task.duration.longest) / 2 * stretch, 1)
        topics = None
        if chance.random() > UNTAGGED and self._plan.topics:
            topics = sorted(chance.sample(sorted(self._plan.topics), k=min(2, len(self._plan.topics))))
        if "period" in more:
            more["duty"] = task.id
        return output(
            agency,
            identity,
            f"{task.title} – kỳ {due.period}" + (f" ({mark})" if mark else ""),
            published,
            channel=task.channel,
            url=self._address(task, agency, identity),
            duration_minutes=minutes,
            topics=topics,
            **more,
        )

    def _address(self, task: Duty, agency: str, identity: str) -> str:
        new = f"https://{agency}.example/san-pham/{identity}".lower()
        before = self._addresses.setdefault((task.id, agency), new)
        if self._random.random() < REUSED:
            return before
        self._addresses[task.id, agency] = new
        return new

    def _continuous(self, duty: Duty, agency: str) -> None:
        day = self._first + timedelta(days=self._random.randint(0, 6 * CONTINUOUS_EVERY_DAYS))
        while day <= date(self._plan.year, 12, 31):
            if day in self._days:
                identity = f"{duty.id}-{agency}-{day}"
                url = f"https://{agency}.example/tin/{identity}".lower()
                self._on(
                    day, output(agency, identity, f"{duty.title}, tin ngày {day:%d/%m}", day, duty=duty.id, url=url)
                )
            day += timedelta(days=self._random.randint(CONTINUOUS_EVERY_DAYS, 8 * CONTINUOUS_EVERY_DAYS))

    def _decisions(self) -> None:
        """An exemption, a nothing-to-report and an extension, each of the first occurrence that fits."""
        counted = [a for a in self._assignments.values() if self._duties[a.duty].count is Count.EXPLICIT]
        monthly = [a for a in counted if self._duties[a.duty].frequency is Frequency.MONTHLY and len(a.occurrences) > 6]
        yearly = [a for a in counted if self._duties[a.duty].frequency is Frequency.YEARLY]
        if monthly:
            exempted, nothing = monthly[-1], monthly[len(monthly) // 2]
            self._excuse(exempted, exempted.occurrences[6], ExcuseKind.EXEMPTION, "Thiết bị hư hỏng do bão")
            self._excuse(nothing, nothing.occurrences[1], ExcuseKind.NOTHING_TO_REPORT, "Không phát sinh nội dung")
        if yearly:
            extended = yearly[len(yearly) // 2]
            due = extended.occurrences[0]
            until = self._days.after(due.end, 7)
            fields = self._fields(extended, due, "Chờ số liệu cuối năm") | {"until": until.isoformat()}
            self._on(self._days.after(due.end, -2), Decide("extend", fields))
            self._decided.add((extended.duty, extended.agency, due.period))
            post = self._output(self._duties[extended.duty], extended.agency, due, until, "gia hạn", duty=extended.duty)
            self._on(until, post)

    def _excuse(self, assignment: Assignment, due: Occurrence, kind: ExcuseKind, reason: str) -> None:
        self._on(
            self._days.after(due.end, -3), Decide("excuse", self._fields(assignment, due, reason) | {"kind": kind})
        )
        self._decided.add((assignment.duty, assignment.agency, due.period))

    def _fields(self, assignment: Assignment, due: Occurrence, reason: str) -> dict[str, str]:
        coordinator = self._agencies[self._plan.coordinator]
        return {
            "plan": self._plan.plan,
            "duty": assignment.duty,
            "agency": assignment.agency,
            "period": due.period,
            "approver": f"Lãnh đạo {coordinator.short_name} (mẫu)",
            "document": f"00{len(self._decided) + 1}/{coordinator.abbreviation or 'CV'}-MẪU",
            "reason": f"{reason} (mẫu)",
        }

    def _reviews(self) -> None:
        reviewer = f"Cán bộ {self._agencies[self._plan.coordinator].short_name} (mẫu)"
        for day, step in reviews(self._in_time, self._extra, self._days, reviewer):
            self._on(day, step)

    def _wrong_ones(self) -> None:
        for day, step in wrong_ones(self._plan, self._assignments, self._steps):
            self._on(day, step)


def wrong_ones(
    plan: PlanPublished, assignments: Assignments, steps: dict[date, list[Step]]
) -> Iterator[tuple[date, Step]]:
    """What integrators get wrong in their first weeks; one of each kind, and one right event posted again."""
    day = date(plan.year, 3, 15)
    counted = [a for a in assignments.values() if a.occurrences]
    agency, other = counted[0].agency, counted[-1]
    stranger = next(a for a in reversed(plan.agencies) if _owes_nothing(a, assignments))
    right = {"title": "[MẪU] Bài viết", "published_on": day.isoformat()}
    yield day, posted(other.agency, "wrong-not-owed", {**right, "duty": _not_owed(plan, other.agency, assignments)})
    yield day, posted(agency, "wrong-future", {**right, "duty": counted[0].duty, "published_on": f"{plan.year}-12-24"})
    yield day, posted(stranger.id, "wrong-stranger", {**right, "duty": counted[0].duty})
    yield day, posted(agency, "wrong-no-duty", right)
    yield day, posted(agency, "wrong-field", {**right, "duty": counted[0].duty, "publishedOn": "15/03/2023"})
    yield day, posted(agency, "wrong-date", {**right, "duty": counted[0].duty, "published_on": "15/03/2023"})
    yield day, posted(agency, "wrong-type", right, "vn.dondoc.output.posted.v1")
    yield day, Post(agency, "đây không phải JSON".encode(), "wrong-not-json")
    yield day, Post(agency, "Bài viết bằng mã cũ: Quảng bá".encode("utf-16"), "wrong-not-utf8")
    first = min(steps)
    again = next(step for step in steps[first] if isinstance(step, Post))
    yield first + timedelta(days=7), again


def _owes_nothing(agency: Agency, assignments: Assignments) -> bool:
    return all(agency.id not in (owing, *a.jointly_with) for (_, owing), a in assignments.items())


def _not_owed(plan: PlanPublished, agency: str, assignments: Assignments) -> str:
    return next(duty.id for duty in plan.duties if (duty.id, agency) not in assignments)


def _ascii(mark: str) -> str:
    return {"bù": "bu", "thêm": "them", "gia hạn": "gia-han"}[mark]
