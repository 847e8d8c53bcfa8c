"""What changes for whom when a plan is published again."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.assignments.difference import Difference, Withdrawal, difference
from services.assignments.rules import Assignment, Assignments, expand
from shared.contracts.duties import DutyAssigned, DutyWithdrawn, Occurrence, OccurrenceKey
from shared.contracts.ledger import Account, facts_of, fold, standing
from tests.unit.assignments.sample import OF_2023, SMALL, plan_of

MONTHS = [f"2026-{month:02}" for month in range(1, 5)]


@st.composite
def assignments(draw: st.DrawFn) -> Assignments:
    """Any duties, agencies, periods, dates and partners."""
    found: Assignments = {}
    for duty in draw(st.sets(st.sampled_from(["I.1", "I.2"]))):
        for agency in draw(st.sets(st.sampled_from(["so-a", "so-b"]))):
            periods = sorted(draw(st.sets(st.sampled_from(MONTHS))))
            ends = [date(2026, 5, draw(st.integers(1, 3))) for _ in periods]
            found[duty, agency] = Assignment(
                duty=duty,
                agency=agency,
                title="Tên",
                jointly_with=draw(st.sampled_from([(), ("so-c",)])),
                occurrences=tuple(
                    Occurrence(period=period, start=date(2026, 1, 1), end=end, register_by=end)
                    for period, end in zip(periods, ends, strict=True)
                ),
            )
    return found


def applied(old: Assignments, change: Difference) -> Assignments:
    """What a reader who had `old` holds after the change."""
    held = dict(old)
    for gone in change.withdrawn:
        before = held.pop((gone.duty, gone.agency))
        kept = tuple(due for due in before.occurrences if due.period not in gone.periods)
        assert not (gone.entirely and kept)
        if not gone.entirely:
            held[gone.duty, gone.agency] = before.model_copy(update={"occurrences": kept})
    for new in change.assigned:
        known = held.get((new.duty, new.agency))
        dues = {due.period: due for due in (*(known.occurrences if known else ()), *new.occurrences)}
        ordered = tuple(dues[period] for period in sorted(dues))
        held[new.duty, new.agency] = new.model_copy(update={"occurrences": ordered})
    return held


@given(assignments())
def test_same_is_no_difference(owed: Assignments) -> None:
    """What is published again unchanged tells nobody anything."""
    assert difference(owed, owed) == Difference()


@given(assignments(), assignments())
def test_difference_leads_to_the_new(old: Assignments, new: Assignments) -> None:
    """A reader who applies the difference holds what the new plan says."""
    assert applied(old, difference(old, new)) == new


@given(assignments(), assignments())
def test_only_changes_are_told(old: Assignments, new: Assignments) -> None:
    """No occurrence is assigned again as it was, unless its partners changed."""
    for told in difference(old, new).assigned:
        before = old.get((told.duty, told.agency))
        if before and before.jointly_with == told.jointly_with:
            assert not set(told.occurrences) & set(before.occurrences)


@given(assignments(), assignments())
def test_ledger_agrees(old: Assignments, new: Assignments) -> None:
    """Folded into the ledger, both revisions' events leave exactly the new plan's occurrences standing."""
    told = [
        *difference({}, old).events("p", 1, date(2026, 1, 1)),
        *difference(old, new).events("p", 2, date(2026, 2, 1)),
    ]
    accounts: dict[OccurrenceKey, Account] = {}
    for number, event in enumerate(told):
        for key, fact in facts_of(str(number), event):
            accounts[key] = fold(accounts.get(key, Account(key)), fact)
    stands = {key: standing(account.facts, date(2026, 3, 1)) for key, account in accounts.items()}
    left = {(key.duty, key.agency, key.period): found.end for key, found in stands.items() if found}
    assert left == {(d, a, due.period): due.end for (d, a), owes in new.items() for due in owes.occurrences}


def test_first_publication_assigns_everything() -> None:
    """Against nothing, each duty × agency is assigned once, the continuous ones without occurrences."""
    owed = expand(plan_of(OF_2023))
    change = difference({}, owed)
    assert list(change.assigned) == list(owed.values())
    assert change.withdrawn == ()
    assert any(not assignment.occurrences for assignment in change.assigned)


def test_continuous_duty_that_is_taken_out() -> None:
    """A continuous duty without occurrences is withdrawn entirely, and so is told."""
    old = {("I.1", "so-a"): Assignment(duty="I.1", agency="so-a", title="Tên")}
    assert difference(old, {}).withdrawn == (Withdrawal(duty="I.1", agency="so-a", periods=(), entirely=True),)


def test_duty_that_becomes_continuous() -> None:
    """Its periods are withdrawn, but the agency keeps its part in the duty."""
    old = expand(plan_of(SMALL))
    new = expand(plan_of(SMALL, ("count: explicit", "count: none"), ("monthly", "continuous")))
    (gone,) = difference(old, new).withdrawn
    assert (len(gone.periods), gone.entirely) == (12, False)
    assert difference(old, new).assigned == ()


def test_new_title_changes_nothing_owed() -> None:
    """A title alone isn't told as an assignment: that would take back extensions."""
    old = expand(plan_of(SMALL))
    assert difference(old, expand(plan_of(SMALL, ("Chuyên mục phát thanh", "Chuyên mục")))) == Difference()


def test_longer_grace_changes_the_dates() -> None:
    """When the plan allows more working days, every occurrence is assigned with its new date."""
    old = expand(plan_of(SMALL))
    (told,) = difference(old, expand(plan_of(SMALL, ("holidays:", "register_within: 6\nholidays:")))).assigned
    assert [due.period for due in told.occurrences] == [f"2026-{month:02}" for month in range(1, 13)]
    assert all(
        now.register_by > before.register_by
        for now, before in zip(told.occurrences, old["I.1", "so-a"].occurrences, strict=True)
    )


def test_events() -> None:
    """Each change is an event of its agency, with the plan's id, revision and day."""
    old = expand(plan_of(SMALL))
    change = difference(old, expand(plan_of(SMALL, ("    lead: so-a", "    periods: [2026-02]\n    lead: so-a"))))
    (event,) = change.events("mau-2026", 4, date(2026, 3, 3))
    assert isinstance(event, DutyWithdrawn)
    assert (event.subject, event.revision, event.day) == ("dondoc.duty.withdrawn.so-a", 4, date(2026, 3, 3))
    assert len(event.periods) == 11
    (first,) = difference({}, old).events("mau-2026", 1, date(2026, 1, 1))
    assert isinstance(first, DutyAssigned)
    assert (first.title, len(first.occurrences)) == ("Chuyên mục phát thanh", 12)
