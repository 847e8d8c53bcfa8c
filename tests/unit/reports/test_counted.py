"""How occurrences are counted."""

from datetime import date, timedelta

import pytest

from services.reports.counted import NOTHING, counted, counts_of, sums, total
from services.reports.rules import completion
from shared.contracts.ledger import State
from shared.contracts.plan import Count
from shared.contracts.report import Counts, OccurrenceLine

REGISTER_BY = date(2023, 3, 7)


def occurrence(state: State, count: Count = Count.EXPLICIT) -> OccurrenceLine:
    """A line of that state, to be registered by 7 March."""
    return OccurrenceLine(
        plan="p",
        duty="d",
        agency="a",
        period="2023-02",
        count=count,
        month="2023-02",
        start=date(2023, 2, 1),
        end=date(2023, 2, 28),
        register_by=REGISTER_BY,
        state=state,
        registered_on=None,
        outputs=0,
        flags=(),
    )


@pytest.mark.parametrize(
    ("state", "figure"),
    [
        (State.UPCOMING, "open"),
        (State.OPEN, "open"),
        (State.MET, "met"),
        (State.MET_LATE, "met_late"),
        (State.OVERDUE, "overdue"),
        (State.EXCUSED, "excused"),
    ],
)
def test_each_state_is_one_figure(state: State, figure: str) -> None:
    """An occurrence is expected once and counted in one figure; the upcoming ones are open."""
    counts = counts_of([occurrence(state)], REGISTER_BY - timedelta(days=1))
    assert counts == Counts(expected=1, **{figure: 1})


@pytest.mark.parametrize(("days", "expected"), [(-1, 0), (0, 1), (1, 1)])
def test_expected_to_date_begins_on_the_last_day(days: int, expected: int) -> None:
    """On register_by itself an occurrence is expected to date."""
    counts = counts_of([occurrence(State.OPEN)], REGISTER_BY + timedelta(days=days))
    assert counts.expected_to_date == expected


def test_the_excused_leave_the_denominator() -> None:
    """They are neither expected to date nor part of a rate."""
    counts = counts_of([occurrence(State.EXCUSED), occurrence(State.MET)], REGISTER_BY)
    assert counts.expected_to_date == 1
    assert completion(counts) == 1


def test_what_is_implied_is_counted_apart() -> None:
    """Totals hold the two groups, and neither holds the other's."""
    lines = [occurrence(State.MET), occurrence(State.OVERDUE, Count.IMPLIED)]
    totals = total([counted(line, REGISTER_BY) for line in lines]).totals
    assert (totals.explicit.met, totals.explicit.overdue) == (1, 0)
    assert (totals.implied.met, totals.implied.overdue) == (0, 1)


def test_nothing_counts_nothing() -> None:
    """A duty without occurrences has figures all the same."""
    assert total([]) == NOTHING
    assert counts_of([], REGISTER_BY) == Counts()


def test_what_is_alike_is_summed() -> None:
    """By whatever key: each group is counted under one, and all together are as many as the lines."""
    lines = [occurrence(State.MET), occurrence(State.OPEN), occurrence(State.MET, Count.IMPLIED)]
    found = sums((line.state, counted(line, REGISTER_BY)) for line in lines)
    assert {state: group.both.expected for state, group in found.items()} == {State.MET: 2, State.OPEN: 1}
    assert found[State.MET].totals.implied == Counts(expected=1, expected_to_date=1, met=1)
    whole = total([*found.values()])
    assert whole.both.counts == counts_of(lines, REGISTER_BY)
