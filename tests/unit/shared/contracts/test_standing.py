"""The state of an occurrence on a day. The one here is February 2026, to be registered by 6 March."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.duties import ExcuseKind
from shared.contracts.ledger import Fact, Standing, State, standing
from tests.unit.shared.contracts.lives import assigned, delivered, excused, extended, reviewed, withdrawn

JANUARY, FIRST, IN_TIME = date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 20)
LAST, REGISTER_BY, AFTER = date(2026, 2, 28), date(2026, 3, 6), date(2026, 3, 7)
LATER = date(2026, 4, 30)


def stands(as_of: date, *facts: Fact) -> Standing:
    """How February stands, once assigned and by these facts."""
    found = standing([assigned(), *facts], as_of)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("as_of", "state"),
    [
        (JANUARY, State.UPCOMING),
        (FIRST, State.OPEN),
        (LAST, State.OPEN),
        (REGISTER_BY, State.OPEN),
        (AFTER, State.OVERDUE),
    ],
)
def test_what_is_not_delivered_goes_from_upcoming_to_open_to_overdue(as_of: date, state: State) -> None:
    """It opens on the period's first day and is overdue only on the day after register_by."""
    assert stands(as_of).state is state
    assert stands(as_of).owed


@pytest.mark.parametrize(
    ("registered_on", "published_on", "state"),
    [
        (IN_TIME, IN_TIME, State.MET),
        (REGISTER_BY, LAST, State.MET),
        (AFTER, LAST, State.MET_LATE),
        (REGISTER_BY, date(2026, 3, 1), State.MET_LATE),
    ],
)
def test_met_is_what_existed_by_its_end_and_was_registered_in_time(
    registered_on: date, published_on: date, state: State
) -> None:
    """Either date alone, a day too late, makes it met late; on the last day it is still in time."""
    found = stands(LATER, delivered(registered_on, published_on))
    assert (found.state, found.owed, found.outputs) == (state, False, ("o1",))


def test_the_state_as_of_a_past_day_reads_only_what_was_known_then() -> None:
    """A report as of a day before the late delivery still says overdue, whenever it is made."""
    facts = (delivered(date(2026, 3, 20), LAST),)
    assert stands(date(2026, 3, 19), *facts).state is State.OVERDUE
    assert stands(date(2026, 3, 20), *facts).state is State.MET_LATE


def test_an_output_sent_back_does_not_meet_its_occurrence() -> None:
    """From the day of the review on it is owed again; what was reported before stays."""
    facts = (delivered(IN_TIME), reviewed(date(2026, 3, 10), accepted=False))
    assert stands(date(2026, 3, 9), *facts).state is State.MET
    sent_back = stands(date(2026, 3, 10), *facts)
    assert (sent_back.state, sent_back.outputs) == (State.OVERDUE, ())


def test_the_last_review_of_an_output_holds() -> None:
    """Accepted after a correction it counts by the day on which it was registered first."""
    facts = (delivered(IN_TIME), reviewed(IN_TIME, False), reviewed(LATER, True, review=2))
    assert stands(date(2026, 3, 9), *facts).state is State.OVERDUE
    assert stands(LATER, *facts).state is State.MET


def test_another_output_meets_the_occurrence_where_the_first_was_sent_back() -> None:
    """The one that was sent back neither counts nor stands in the way."""
    facts = (delivered(IN_TIME), reviewed(IN_TIME, False), delivered(REGISTER_BY, LAST, output="o2"))
    assert stands(LATER, *facts).outputs == ("o2",)
    assert stands(LATER, *facts).state is State.MET


def test_the_output_in_time_stands_before_extras() -> None:
    """An extra that came late doesn't make the occurrence late; the one that meets it comes first."""
    late, in_time = delivered(AFTER, output="o1"), delivered(IN_TIME, output="o2")
    assert stands(LATER, late, in_time).outputs == ("o2", "o1")
    assert stands(LATER, late, in_time).state is State.MET


@pytest.mark.parametrize("kind", ExcuseKind)
def test_an_excused_occurrence_is_owed_by_nobody(kind: ExcuseKind) -> None:
    """Nothing to report and an exemption both take it out, from the day of the document on."""
    facts = (excused(date(2026, 3, 10), kind=kind),)
    assert stands(date(2026, 3, 9), *facts).state is State.OVERDUE
    found = stands(date(2026, 3, 10), *facts)
    assert (found.state, found.owed) == (State.EXCUSED, False)
    assert found.excuse == facts[0]


def test_what_was_delivered_counts_although_it_was_excused() -> None:
    """An agency that had nothing to do and did it all the same gets the credit; the excuse is still known."""
    found = stands(LATER, excused(FIRST), delivered(IN_TIME))
    assert found.state is State.MET
    assert found.excuse is not None
    assert stands(LATER, excused(FIRST), delivered(AFTER)).state is State.MET_LATE


def test_an_excuse_holds_again_where_the_output_was_sent_back() -> None:
    """Without an output that counts the document decides."""
    assert stands(LATER, excused(FIRST), delivered(IN_TIME), reviewed(IN_TIME, False)).state is State.EXCUSED


def test_of_two_excuses_the_later_revision_is_shown() -> None:
    """The revision decides, not the order in which they are told."""
    assert stands(LATER, excused(FIRST, revision=4), excused(FIRST, revision=3)).excuse == excused(FIRST, revision=4)


def test_an_extension_moves_both_dates_and_keeps_the_plans_own_end() -> None:
    """What was overdue is open again until the new date; the month that it is counted under doesn't change."""
    moved = extended(date(2026, 3, 10), date(2026, 3, 31))
    assert stands(date(2026, 3, 9), moved).state is State.OVERDUE
    found = stands(date(2026, 3, 10), moved)
    assert (found.state, found.end, found.due) == (State.OPEN, LAST, date(2026, 3, 31))
    assert found.register_by == date(2026, 4, 7)
    assert stands(date(2026, 4, 8), moved).state is State.OVERDUE
    assert stands(date(2026, 4, 8), moved, delivered(date(2026, 3, 31))).state is State.MET


def test_of_two_extensions_the_later_revision_gives_the_dates() -> None:
    """Even where it was the shorter one, and whichever is told first."""
    long, short = extended(FIRST, LATER, revision=2), extended(FIRST, date(2026, 3, 15), revision=3)
    assert stands(FIRST, short, long).due == stands(FIRST, long, short).due == date(2026, 3, 15)


def test_a_plan_changed_after_an_extension_gives_the_dates() -> None:
    """The later decision holds: new dates of the plan replace those of an earlier extension, and not the reverse."""
    moved = extended(FIRST, date(2026, 3, 31), revision=2)
    changed = assigned(3, date(2026, 3, 10), end=date(2026, 3, 15), register_by=date(2026, 3, 20))
    assert stands(date(2026, 3, 9), moved, changed).due == date(2026, 3, 31)
    after = stands(date(2026, 3, 10), moved, changed)
    assert (after.due, after.end, after.extension) == (date(2026, 3, 15), date(2026, 3, 15), None)
    again = extended(date(2026, 3, 11), LATER, revision=4)
    assert stands(date(2026, 3, 11), moved, changed, again).due == LATER


def test_an_extension_that_was_replaced_stays_replaced() -> None:
    """A plan that takes its own new dates back has the old ones again, not those of the extension before."""
    moved = extended(FIRST, date(2026, 3, 31), revision=2)
    changed = assigned(3, date(2026, 3, 10), end=date(2026, 3, 15), register_by=date(2026, 3, 20))
    taken_back = assigned(4, date(2026, 3, 11))
    found = stands(date(2026, 3, 11), moved, changed, taken_back)
    assert (found.due, found.extension, found.state) == (LAST, None, State.OVERDUE)


def test_a_plan_that_says_the_same_dates_again_leaves_an_extension_in_force() -> None:
    """A duty that was taken out by mistake and put back keeps what was decided about it."""
    moved = extended(FIRST, date(2026, 3, 31), revision=2)
    gone, back = withdrawn(3, date(2026, 3, 10)), assigned(4, date(2026, 3, 11))
    assert stands(date(2026, 3, 11), moved, gone, back).due == date(2026, 3, 31)


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([LAST, REGISTER_BY, AFTER])), max_size=6))
def test_the_revision_grows_whenever_the_dates_move(words: list[tuple[bool, date]]) -> None:
    """Whatever the plan and extensions say one after another, and never falls."""
    told: list[Fact] = []
    before = stands(LATER)
    for revision, (by_the_plan, end) in enumerate(words, 2):
        dates = {"end": end, "register_by": end + timedelta(days=7)}
        told.append(assigned(revision, **dates) if by_the_plan else extended(FIRST, end, revision))
        now = stands(LATER, *told)
        moved = (now.due, now.register_by) != (before.due, before.register_by)
        assert now.revision > before.revision or (not moved and now.revision == before.revision)
        before = now


def test_a_withdrawn_occurrence_is_gone_from_its_day_on() -> None:
    """Before that day reports still know it; assigned once more it is back."""
    gone = withdrawn(2, date(2026, 3, 10))
    assert stands(date(2026, 3, 9), gone).state is State.OVERDUE
    assert standing([assigned(), gone], date(2026, 3, 10)) is None
    assert stands(LATER, gone, assigned(3, date(2026, 3, 11))).state is State.OVERDUE


def test_a_withdrawal_of_an_earlier_revision_changes_nothing() -> None:
    """Revisions decide between plans, so the order of arrival doesn't."""
    assert standing([withdrawn(1), assigned(2)], LATER) is not None
    assert standing([assigned(1), withdrawn(2)], LATER) is None


def test_what_was_delivered_without_an_assignment_stands_nowhere() -> None:
    """An output that arrives before its duty waits for it, and isn't lost."""
    assert standing([delivered(IN_TIME)], LATER) is None
    assert stands(LATER, delivered(IN_TIME)).state is State.MET


def test_partners_come_with_the_newest_assignment() -> None:
    """Who else owes it is what the plan said last."""
    assert stands(LATER, assigned(2, jointly_with=("so-b",))).jointly_with == ("so-b",)
    assert stands(LATER, assigned(2, jointly_with=("so-b",)), assigned(3)).jointly_with == ()
