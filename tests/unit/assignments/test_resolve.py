"""From the plan file to what is published."""

from datetime import date

from services.assignments.resolve import calendar_of, members_of, resolve
from shared.contracts.plan import Duty, PlanPublished
from tests.unit.assignments.sample import OF_2023, SMALL, TWO_LEVELS, plan_of


def published(*changes: tuple[str, str]) -> PlanPublished:
    return resolve(plan_of(SMALL, *changes), 3, date(2026, 2, 1))


def duty(*changes: tuple[str, str]) -> Duty:
    (found,) = published(*changes).duties
    return found


def test_identity() -> None:
    """The plan's id, revision and day are the event's, and the id fills its subject."""
    event = published()
    assert (event.plan, event.revision, event.day) == ("mau-2026", 3, date(2026, 2, 1))
    assert event.subject == "dondoc.plan.published.mau-2026"


def test_unknown_becomes_none() -> None:
    """The word unknown in the file is None in the event."""
    assert (published().number, published().issued_on) == (None, None)


def test_known_number_and_date() -> None:
    """A number and a date go through as they are."""
    event = published(("number: unknown", "number: 5/KH"), ("issued_on: unknown", "issued_on: 2026-01-31"))
    assert (event.number, event.issued_on) == ("5/KH", date(2026, 1, 31))


def test_groups_become_agencies() -> None:
    """Performers are ids; no group is left to be looked up."""
    assert duty().performers == ("so-a",)


def test_group_that_leads_is_printed_by_name() -> None:
    """Where each member leads its own part, `lead` is the group's name; an agency stays an id."""
    assert duty().lead == "so-a"
    assert duty(("lead: so-a", "lead: departments")).lead == "Các sở"


def test_nobody_coordinates_with_itself() -> None:
    """A performer is left out of the coordinating agencies, whatever the group says."""
    event = resolve(plan_of(OF_2023), 1, date(2023, 1, 1))
    training = next(found for found in event.duties if found.id == "III.8")
    assert "so-noi-vu" not in training.coordinating
    assert len(training.coordinating) == 19
    assert training.coordinating_text == "Các đơn vị liên quan"


def test_nominal_duration() -> None:
    """A nominal duration may be missed by a fifth either way."""
    changed = duty(("    channel: radio", "    channel: radio\n    duration: {nominal: 05, text: 05 phút}"))
    assert changed.duration is not None
    assert (changed.duration.shortest, changed.duration.longest, changed.duration.text) == (4, 6, "05 phút")


def test_duration_of_a_range() -> None:
    """A range is taken as it stands."""
    event = resolve(plan_of(TWO_LEVELS), 1, date(2026, 1, 15))
    duration = event.duties[0].duration
    assert duration is not None
    assert (duration.shortest, duration.longest) == (5, 7.5)


def test_calendar() -> None:
    """Days off and on are sorted lists of the calendar that dates are reckoned with."""
    plan = plan_of(TWO_LEVELS)
    event = resolve(plan, 1, date(2026, 1, 15))
    assert frozenset(event.days_off) == calendar_of(plan).off
    assert list(event.days_off) == sorted(event.days_off)
    assert frozenset(event.days_on) == calendar_of(plan).on


def test_validity_goes_along() -> None:
    """The dates between which an agency exists are published with it."""
    event = resolve(plan_of(TWO_LEVELS), 1, date(2026, 1, 15))
    ended = next(agency for agency in event.agencies if agency.id == "xa-an-hoa")
    assert (ended.valid_from, ended.valid_until) == (None, date(2026, 6, 30))


def test_members_of_a_selection() -> None:
    """A selection is read with the plan's own groups."""
    plan = plan_of(TWO_LEVELS)
    report = plan.duty("2.1")
    assert report is not None
    assert members_of(plan, report.performers) == (
        "so-noi-vu",
        "xa-an-binh",
        "xa-an-hoa",
        "phuong-cua-bien",
        "bao-ptth",
    )


def test_event_survives_the_wire() -> None:
    """What was published is what a reader reads, in the same order of headings."""
    event = resolve(plan_of(OF_2023), 1, date(2023, 1, 1))
    read = PlanPublished.model_validate_json(event.model_dump_json())
    assert read == event
    assert list(read.headings) == list(event.headings)
