"""Outputs as counts: what stands on a day is the sum of all changes to that day."""

from collections.abc import Iterable
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.reports.lines import stands
from services.reports.tallies import (
    Numbers,
    Tally,
    changes,
    deliveries,
    first_days,
    is_sent_back,
    parts_of,
    registered_on,
    tallies_of,
    together,
)
from shared.contracts.outputs import Flag
from tests.unit.reports.lives import DAYS, Lives, lives
from tests.unit.reports.sample import output, review

FIRST, BACK, AGAIN = date(2023, 5, 2), date(2023, 5, 9), date(2023, 6, 1)
MADE = output("o", "III.5", "stttt", FIRST, period="2023-05", flags=(Flag.LATE,), channel="web")


def made(tallies: Iterable[Tally], as_of: date) -> Numbers:
    """What stands as of that day."""
    return together([one.numbers for one in tallies if one.day <= as_of])


def test_an_output_counts_from_its_registration_on() -> None:
    """One change, on that day."""
    assert changes(FIRST, []) == {FIRST: 1}


def test_sent_back_it_counts_none_and_accepted_one_again() -> None:
    """Three changes, in whatever order the reviews came."""
    reviews = [review(MADE, 2, AGAIN, accepted=True), review(MADE, 1, BACK, accepted=False)]
    assert changes(FIRST, reviews) == {FIRST: 1, BACK: -1, AGAIN: 1}


def test_a_lower_review_that_is_told_later_changes_nothing() -> None:
    """The highest one known on a day holds, not the last one."""
    reviews = [review(MADE, 2, BACK, accepted=False), review(MADE, 1, AGAIN, accepted=True)]
    assert changes(FIRST, reviews)[AGAIN] == 0
    assert is_sent_back(reviews, AGAIN)


def test_what_was_reviewed_before_it_is_known_counts_as_reviewed() -> None:
    """An output that was sent back on the day of its registration or before never counts."""
    assert changes(FIRST, [review(MADE, 1, date(2023, 5, 1), accepted=False)]) == {FIRST: 0}


@given(lives(), DAYS)
def test_the_sum_of_changes_is_what_stands(told: Lives, as_of: date) -> None:
    """Output by output: recorded to that day, and not sent back by the highest review of that day."""
    stand = [
        one
        for one in told.outputs
        if one.day <= as_of and not is_sent_back([r for r in told.reviews if r.output == one.output], as_of)
    ]
    counted = made(tallies_of(told.outputs, told.reviews), as_of)
    assert counted.outputs == len(stand)
    assert counted.recorded == sum(one.day <= as_of for one in told.outputs)
    assert counted.flags == {flag: n for flag in Flag if (n := sum(flag in one.flags for one in stand))}


@given(lives(), st.data())
def test_tallies_of_parts_add_up(told: Lives, data: st.DataObject) -> None:
    """However the outputs are split, the parts' tallies are the whole's: that is why a day can be counted by itself."""
    cut = data.draw(st.integers(0, len(told.outputs)))
    parts = [*tallies_of(told.outputs[:cut], told.reviews), *tallies_of(told.outputs[cut:], told.reviews)]
    day = data.draw(DAYS)
    assert made(parts, day) == made(tallies_of(told.outputs, told.reviews), day)


@given(lives(), DAYS)
def test_the_first_days_tell_the_fold_as_much_as_all(told: Lives, as_of: date) -> None:
    """Whatever was assigned, extended, delivered and sent back: the same state, and the same first registration."""
    tallies = tallies_of(told.outputs, told.reviews)
    for account in told.accounts:
        numbers = made([one for one in tallies if one.source.occurrence == parts_of(account.key)], as_of)
        of_all, of_few = stands(account, numbers.days, as_of), stands(account, first_days(numbers), as_of)
        assert (of_all is None) is (of_few is None)
        if of_all is not None and of_few is not None:
            assert of_few.state is of_all.state
            assert [*map(registered_on, of_few.outputs[:1])] == [*map(registered_on, of_all.outputs[:1])]


def test_outputs_of_the_same_days_are_one_fact_for_the_fold() -> None:
    """A thousand extras of one day cost as much as one."""
    many = [MADE.model_copy(update={"output": f"o{n}"}) for n in range(1_000)]
    numbers = made(tallies_of(many, []), FIRST)
    assert numbers.outputs == 1_000
    assert [(fact.day, fact.published_on) for fact in deliveries(numbers.days)] == [(FIRST, FIRST)]


def test_an_output_that_is_told_twice_is_counted_once() -> None:
    """By its id."""
    assert made(tallies_of([MADE, MADE], []), FIRST).recorded == 1
