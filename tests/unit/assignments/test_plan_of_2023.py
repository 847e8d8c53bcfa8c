"""The plan in the house is the real one of 2023: what must come out of it comes out."""

from collections import Counter
from datetime import date

import pytest

from services.assignments.resolve import resolve
from services.assignments.rules import Assignments, expand
from shared.contracts.plan import Count, Duty, PlanPublished
from tests.unit.assignments.sample import OF_2023, plan_of

PLAN = plan_of(OF_2023)


@pytest.fixture(scope="module")
def published() -> PlanPublished:
    return resolve(PLAN, 1, date(2023, 1, 1))


@pytest.fixture(scope="module")
def owed() -> Assignments:
    return expand(PLAN)


def duty(published: PlanPublished, name: str) -> Duty:
    return next(duty for duty in published.duties if duty.id == name)


def test_totals(owed: Assignments) -> None:
    """The plan states 279 occurrences and implies 7."""
    counts = {entry.id: entry.count for entry in PLAN.duties}
    totals: Counter[Count] = Counter()
    for assignment in owed.values():
        totals[counts[assignment.duty]] += len(assignment.occurrences)
    assert +totals == {Count.EXPLICIT: 279, Count.IMPLIED: 7}


@pytest.mark.parametrize(
    ("name", "agencies", "occurrences"),
    [
        ("III.1", 33, 0),
        ("III.2", 33, 0),
        ("III.3", 1, 1),
        ("III.4", 1, 1),
        ("III.5", 1, 12),
        ("III.6-clip", 1, 1),
        ("III.6-poster", 1, 1),
        ("III.7", 1, 1),
        ("III.8", 1, 1),
        ("III.9", 1, 1),
        ("III.10a", 1, 12),
        ("III.10b-radio", 1, 52),
        ("III.10b-tv", 1, 12),
        ("III.11a", 13, 156),
        ("III.11b", 26, 0),
        ("V.2", 1, 0),
        ("V.3", 1, 0),
        ("V.7-toa-dam", 1, 1),
        ("V.7-phan-hoi", 2, 0),
        ("V.8", 35, 0),
        ("RPT", 34, 34),
    ],
)
def test_duty(owed: Assignments, name: str, agencies: int, occurrences: int) -> None:
    """Each duty of the plan is owed by as many bodies, as often, as the plan says."""
    mine = [assignment for assignment in owed.values() if assignment.duty == name]
    assert len(mine) == agencies
    assert sum(len(assignment.occurrences) for assignment in mine) == occurrences


def test_every_duty_is_tested(published: PlanPublished) -> None:
    """The plan has 21 duties, in the order of its clauses, and every agency has an address."""
    assert len(published.duties) == 21
    assert [d.clause for d in published.duties][:4] == ["III.1", "III.2", "III.3", "III.4"]
    assert all(agency.emails for agency in published.agencies)


def test_registry(published: PlanPublished) -> None:
    """62 bodies: 20 departments, 13 districts with two bodies each, two of the press, and the recipient."""
    kinds = Counter(agency.kind for agency in published.agencies)
    assert kinds == {
        "department": 20,
        "district-pc": 13,
        "district-media": 13,
        "district-culture": 13,
        "press": 2,
        "ppc": 1,
    }


def test_parents(published: PlanPublished) -> None:
    """The bodies of a district are directed by its committee; everyone else has a head to write to."""
    parents = {agency.id: agency.parent for agency in published.agencies}
    assert parents["tt-vhtt-h-ba-to"] == parents["phong-vhtt-h-ba-to"] == "ubnd-h-ba-to"
    assert all(bool(agency.parent) != bool(agency.head_emails) for agency in published.agencies)
    assert sorted(Counter(parent for parent in parents.values() if parent).values()) == [2] * 13


def test_addresses_are_samples(published: PlanPublished) -> None:
    """No address can reach anybody: all end in the reserved domain."""
    every = [a for agency in published.agencies for a in (*agency.emails, *agency.head_emails)]
    assert all(address.endswith(".example") for address in [*every, published.contact.email])
    assert "(mẫu)" in published.contact.name
    assert "(mẫu)" in published.contact.phone


def test_report_is_due_on_the_29th(owed: Assignments) -> None:
    """ "Before 30/11" means on 29/11, for registering as well; DIC owes itself nothing."""
    (report,) = owed["RPT", "so-noi-vu"].occurrences
    assert report.end == report.register_by == date(2023, 11, 29)
    assert ("RPT", "so-tttt") not in owed


def test_guidance_is_due_in_the_first_quarter(owed: Assignments) -> None:
    """III.4 is owed once, until 31/3, and registered within five working days, until 7/4."""
    (guidance,) = owed["III.4", "so-tttt"].occurrences
    assert (guidance.period, guidance.end, guidance.register_by) == (
        "2023-Q1",
        date(2023, 3, 31),
        date(2023, 4, 7),
    )


def test_lunar_new_year_moves_the_date(owed: Assignments) -> None:
    """Week 3 ends within the holiday of 20–26/1: five working days after it is 2/2."""
    weeks = {due.period: due for due in owed["III.10b-radio", "dai-ptth"].occurrences}
    assert weeks["2023-W03"].end == date(2023, 1, 22)
    assert weeks["2023-W03"].register_by == date(2023, 2, 2)


def test_talk_is_owed_jointly(owed: Assignments) -> None:
    """The talk is owed once, by the newspaper and the station together."""
    talk = owed["V.7-toa-dam", "bao-quang-ngai"]
    assert talk.jointly_with == ("dai-ptth",)
    assert [due.period for due in talk.occurrences] == ["2023"]


@pytest.mark.parametrize(
    ("agency", "channel", "expected"),
    [
        ("dai-ptth", "radio", "III.10b-radio"),
        ("dai-ptth", "tv", "III.10b-tv"),
        ("bao-quang-ngai", "newspaper", "III.10a"),
        ("tt-vhtt-h-ly-son", "local-radio", "III.11a"),
        ("tt-vhtt-tp-quang-ngai", "visual", "III.11b"),
        ("so-y-te", "portal", "III.2"),
        ("so-y-te", "document", "RPT"),
        ("so-tttt", "document", "III.4"),
        ("so-noi-vu", "training", "III.8"),
        ("so-tu-phap", "training", "III.9"),
    ],
)
def test_channel_tells_the_duty(
    owed: Assignments, published: PlanPublished, agency: str, channel: str, expected: str
) -> None:
    """An output that names no duty has exactly one that it can be for."""
    fitting = [d for (d, a) in owed if a == agency and duty(published, d).channel == channel]
    assert fitting == [expected]


@pytest.mark.parametrize(
    ("name", "shortest", "longest"), [("III.10b-radio", 4, 6), ("III.10b-tv", 8, 12), ("III.11a", 10, 15)]
)
def test_durations(published: PlanPublished, name: str, shortest: float, longest: float) -> None:
    """05 and 10 minutes are nominal, ±20 %; 10–15 is a range."""
    duration = duty(published, name).duration
    assert duration is not None
    assert (duration.shortest, duration.longest) == (shortest, longest)


def test_unknown_is_plainly_unknown(published: PlanPublished) -> None:
    """The text at hand has neither number nor date, and the plan doesn't invent them."""
    assert published.number is None
    assert published.issued_on is None


def test_topics_and_notes(published: PlanPublished) -> None:
    """All ten topics with the nine letters of the third; what isn't chased is told in a note."""
    assert list(published.topics)[:4] == ["II.1", "II.2", "II.3", "II.3a"]
    assert len(published.topics) == 19
    assert any(note.startswith("V.6") for note in published.notes)
    assert any(note.startswith("IV.") for note in published.notes)


def test_public_holidays_of_2023(published: PlanPublished) -> None:
    """The weekdays off in 2023: 2/1, 20–26/1, 1–3/5, 1/9 and 4/9; no weekend day is worked."""
    of_year = [day for day in published.days_off if day.year == 2023]
    january = [date(2023, 1, day) for day in (2, 20, 23, 24, 25, 26)]
    assert of_year == [
        *january,
        *(date(2023, 5, day) for day in (1, 2, 3)),
        date(2023, 9, 1),
        date(2023, 9, 4),
    ]
    assert [day for day in published.days_on if day.year == 2023] == []
