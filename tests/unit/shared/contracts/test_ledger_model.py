"""The whole ledger as a state machine: whatever happens in whatever order, told in any order and more than once, the
accounts agree with a notebook kept by hand (docs/decisions/0001 and 0007)."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.assignments.difference import difference
from services.assignments.resolve import resolve
from services.assignments.rules import Assignment, extended
from services.reports.build_report import View, build_report
from services.reports.tallies import tallies_of
from services.submissions.book import Book, Due, Obligation
from services.submissions.rules import NoMatch, match
from shared import periods
from shared.contracts.base import Event
from shared.contracts.duties import DutyExcused, DutyExtended, ExcuseKind, Occurrence, OccurrenceKey
from shared.contracts.ledger import Account, Delivered, Reviewed, State, facts_of, fold, standing
from shared.contracts.outputs import Flag, OutputRecorded, OutputReviewed, OutputSubmitted, Submission
from shared.contracts.report import Counts
from tests.unit.assignments.sample import SMALL, plan_of
from tests.unit.shared.contracts.notebook import Line, figures, owner

DAY = timedelta(days=1)
NEW_YEAR = date(2026, 1, 1)
PLAN_FILE = plan_of(SMALL)
PLAN = resolve(PLAN_FILE, 1, NEW_YEAR)
DUTY, AGENCY = "I.1", "so-a"
PERIODS = ("2026-01", "2026-02")
PAPER = {"approver": "ubnd", "document": "01/CV (mẫu)", "reason": "mẫu"}
MOST_TELLINGS = 3

some_period = st.sampled_from(PERIODS)
# How many days the plan takes off the end, gives to register, and lets pass before the start; None: not in the plan.
some_dates = st.sampled_from([(0, 5, 0), (6, 3, 0), (0, 5, 4), None])
END, REGISTER_BY, START = range(3)
some_moment = st.sampled_from([END, REGISTER_BY, START])
counted = st.integers(0, 999)


def key(period: str) -> OccurrenceKey:
    return OccurrenceKey(plan=PLAN.plan, duty=DUTY, agency=AGENCY, period=period)


class Ledger(RuleBasedStateMachine):
    """Two months of one duty. `told` are the events in the order in which they happened, with repeats."""

    def __init__(self) -> None:
        super().__init__()
        self.today, self.revision = NEW_YEAR, 0
        self.told: list[tuple[str, Event]] = []
        self.lines = {period: Line() for period in PERIODS}
        self.places: dict[str, tuple[str, int]] = {}
        self.assignment: Assignment | None = None
        self.past: dict[date, tuple[dict[str, State | None], dict[str, int]]] = {}

    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._publish(Assignment(duty=DUTY, agency=AGENCY, title="Mẫu", occurrences=()))

    @rule(changes=st.dictionaries(some_period, some_dates, max_size=2), partners=st.sampled_from([(), ("ubnd",)]))
    def publish(self, changes: dict[str, tuple[int, int, int] | None], partners: tuple[str, ...]) -> None:
        """The plan again: periods come, go, or get other dates; with other partners all of them are said again."""
        assert self.assignment is not None
        dues = {due.period: due for due in self.assignment.occurrences}
        for name, dates in changes.items():
            dues.pop(name, None)
            if dates is not None:
                span, (shorter, longer, later) = periods.parse(name), dates
                end = span.end - shorter * DAY
                due = Occurrence(period=name, start=span.start + later * DAY, end=end, register_by=end + longer * DAY)
                dues[name] = due
        self._publish(
            self.assignment.model_copy(update={"occurrences": tuple(dues.values()), "jointly_with": partners})
        )

    @rule(period=some_period, dates=some_dates, between=st.integers(0, 2))
    def change_and_take_back(self, period: str, dates: tuple[int, int, int] | None, between: int) -> None:
        """A plan that was changed by mistake is put right, at once or days later."""
        before = self.assignment
        assert before is not None
        self.publish({period: dates}, before.jointly_with)
        self.pass_days(between)
        self._publish(before)

    @rule(count=st.integers(1, 20))
    def pass_days(self, count: int) -> None:
        for _ in range(count):
            self._note()
            self.today += DAY

    @rule(period=some_period, moment=some_moment, beside=st.sampled_from([0, 1]))
    def pass_days_until_it_matters(self, period: str, moment: int, beside: int) -> None:
        """To the last day on which something may be done in time, or to the day after."""
        until = self._date(period, moment) + beside * DAY
        self.pass_days(max(0, (until - self.today).days))

    @rule(period=some_period, kind=st.sampled_from(ExcuseKind))
    def excuse(self, period: str, kind: ExcuseKind) -> None:
        if self.lines[period].in_plan:
            self.lines[period].excused = True
            self._tell(DutyExcused(**self._decided(period), kind=kind, **PAPER))

    @rule(period=some_period, longer=st.integers(1, 40))
    def extend(self, period: str, longer: int) -> None:
        line, written = self.lines[period], self.lines[period].written
        if line.in_plan and written is not None:
            due = Occurrence(period=period, start=written[0], end=written[1], register_by=written[2])
            moved = extended(PLAN_FILE, DUTY, due, written[1] + longer * DAY)
            line.moved = (moved.end, moved.register_by)
            dates = {"end": moved.end, "register_by": moved.register_by}
            self._tell(DutyExtended(**self._decided(period), **dates, **PAPER))

    @rule(period=some_period, beside=st.sampled_from([0, 1]))
    def submit_at_the_last_moment(self, period: str, beside: int) -> None:
        """Published on the last day, registered on the last one, or on the day after."""
        self.pass_days_until_it_matters(period, REGISTER_BY, beside)
        self.submit(period, END, 0, period)

    @rule(period=some_period, moment=some_moment, beside=st.sampled_from([0, 1, -1]), named=st.none() | some_period)
    def submit(self, period: str, moment: int, beside: int, named: str | None) -> None:
        """An output finds its occurrence by the rule of the service that records it, or is refused."""
        published_on = min(self.today, self._date(period, moment) + beside * DAY)
        expected = owner(self.lines, published_on, named)
        submitted = OutputSubmitted(duty=DUTY, period=named, title="Mẫu", published_on=published_on)
        try:
            matched = match(self._book(), submitted, AGENCY, self.today)
        except NoMatch:
            assert expected is None
            return
        assert matched.due is not None
        assert matched.due.key.period == expected
        end, register_by = self.lines[expected].due()
        assert (Flag.LATE in matched.flags) == (self.today > register_by or published_on > end)
        output = f"o{len(self.places)}"
        self.places[output] = (expected, 0)
        self.lines[expected].outputs[output] = (self.today, published_on)
        self._tell(
            OutputRecorded(
                agency=AGENCY,
                submission=Submission(source="/mau", id=output),
                output=output,
                plan=PLAN.plan,
                duty=DUTY,
                occurrence=matched.due.key,
                day=self.today,
                title="Mẫu",
                published_on=published_on,
                flags=matched.flags,
            )
        )

    @precondition(lambda self: self.places)
    @rule(which=counted, accepted=st.booleans(), again=st.booleans())
    def review(self, which: int, accepted: bool, again: bool) -> None:
        """It is accepted or sent back, and perhaps the reviewer takes it back at once."""
        self._review(which, accepted)
        if again:
            self._review(which, not accepted)

    @precondition(lambda self: self.told)
    @rule(which=counted)
    def repeat(self, which: int) -> None:
        """An integrator posts again what it posted, a relay publishes again: the same event, late."""
        self.told.append(self.told[which % len(self.told)])

    @invariant()
    def agrees_today(self) -> None:
        self._note()
        self._agrees(self.today)

    def teardown(self) -> None:
        """What was so on any day that passed is still so, whatever came after."""
        if self.told:
            self._agrees(*self.past)

    def _agrees(self, *days: date) -> None:
        accounts = self._accounts()
        for day in days:
            stands = {period: standing(accounts[period].facts, day) for period in PERIODS}
            states, counts = self.past[day]
            assert {period: s and s.state for period, s in stands.items()} == states, day
            count = self._report(day)
            assert count.model_dump() == counts, day
            assert count.met + count.met_late + count.overdue + count.excused + count.open == count.expected

    def _report(self, day: date) -> Counts:
        """What the service that reports counts, which keeps deliveries as tallies beside the accounts."""
        told = [
            Account(a.key, frozenset(f for f in a.facts if not isinstance(f, Delivered | Reviewed)))
            for a in self._accounts().values()
        ]
        outputs = [event for _, event in self.told if isinstance(event, OutputRecorded)]
        reviews = [event for _, event in self.told if isinstance(event, OutputReviewed)]
        return build_report(PLAN, View(told, tallies_of(outputs, reviews)), day).totals.explicit

    def _accounts(self) -> dict[str, Account]:
        """Every event delivered once or more, all in disorder."""
        deliveries = [one for one in self.told for _ in range(self.random.randint(1, MOST_TELLINGS))]
        self.random.shuffle(deliveries)
        accounts = {period: Account(key(period)) for period in PERIODS}
        for id_, event in deliveries:
            for at, fact in facts_of(id_, event):
                accounts[at.period] = fold(accounts[at.period], fact)
        return accounts

    def _book(self) -> Book:
        """What the service that records outputs knows now."""
        latest = {period: standing(one.facts, date.max) for period, one in self._accounts().items()}
        dues = {p: Due(key(p), s.start, s.due, s.register_by) for p, s in latest.items() if s is not None}
        return Book([PLAN], [Obligation(PLAN.plan, PLAN.duties[0], AGENCY, (AGENCY,), dues)])

    def _publish(self, new: Assignment) -> None:
        place = (DUTY, AGENCY)
        old = {} if self.assignment is None else {place: self.assignment}
        self.revision += 1
        for event in difference(old, {place: new}).events(PLAN.plan, self.revision, self.today):
            self._tell(event)
        self.assignment = new
        dues = {due.period: due for due in new.occurrences}
        for period, line in self.lines.items():
            line.in_plan = False
            if due := dues.get(period):
                line.plan((due.start, due.end, due.register_by))

    def _review(self, which: int, accepted: bool) -> None:
        output = list(self.places)[which % len(self.places)]
        period, reviews = self.places[output]
        self.places[output] = (period, reviews + 1)
        back = self.lines[period].sent_back
        (back.discard if accepted else back.add)(output)
        self._tell(
            OutputReviewed(
                agency=AGENCY,
                output=output,
                occurrence=key(period),
                day=self.today,
                review=reviews + 1,
                accepted=accepted,
                reviewer="ubnd",
                reason="mẫu",
            )
        )

    def _date(self, period: str, moment: int) -> date:
        """When the period ends, must be registered by, or begins; today where the plan never said so."""
        line = self.lines[period]
        return (*line.due(), line.written[0])[moment] if line.written is not None else self.today

    def _decided(self, period: str) -> dict[str, object]:
        self.revision += 1
        return {**key(period).model_dump(), "revision": self.revision, "day": self.today}

    def _tell(self, event: Event) -> None:
        self.told.append((f"event:{len(self.told)}", event))

    def _note(self) -> None:
        """Today, as the notebook has it; written over until the day is over."""
        states = {period: line.state(self.today) for period, line in self.lines.items()}
        self.past[self.today] = (states, figures(self.lines, self.today))


@pytest.mark.filterwarnings("error")
class TestLedger(Ledger.TestCase):
    """Every day so far is as the notebook has it, its figures add up, and no later event changes a past day."""

    settings = settings(
        max_examples=250, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
    )
