"""Two years' plans in force at once: the period that holds the publication date wins."""

from datetime import date

import pytest

from services.submissions.book import Book
from services.submissions.rules import NoMatch, match
from tests.unit.submissions.books import CLIP, GUIDE, NEWS, TODAY, book, output, owed, plan

NEXT = plan("mau-2027").model_copy(update={"year": 2027})
BOTH = Book(
    (plan(), NEXT),
    (
        *(owed(CLIP, "2026"), owed(GUIDE, "2026-Q1"), owed(NEWS)),
        *(owed(what, *names, plan_id="mau-2027") for what, *names in ((CLIP, "2027"), (GUIDE, "2027-Q1"), (NEWS,))),
    ),
)
LATE_IN_2027 = date(2027, 12, 31)


@pytest.mark.parametrize(
    ("duty", "published_on", "found"),
    [
        ("clip", "2026-11-20", "mau-2026"),
        ("clip", "2027-11-20", "mau-2027"),
        ("guide", "2027-02-02", "mau-2027"),
        ("news", "2026-05-02", "mau-2026"),
        ("news", "2027-05-02", "mau-2027"),
    ],
)
def test_the_year_of_the_publication_date_tells_the_plan(duty: str, published_on: str, found: str) -> None:
    """Nobody has to name the plan for what only one plan's own period holds."""
    matched = match(BOTH, output(duty=duty, published_on=published_on), "dai", LATE_IN_2027)
    assert matched.obligation.plan == found


def test_what_no_plan_s_own_period_holds_asks_for_the_plan() -> None:
    """A guide published in May 2027 is late for both years."""
    with pytest.raises(NoMatch) as caught:
        match(BOTH, output(duty="guide", published_on="2027-05-02"), "dai", LATE_IN_2027)
    assert [reason.code for reason in caught.value.reasons] == ["plan_ambiguous"]


def test_a_named_plan_is_taken_though_another_holds_the_date() -> None:
    """Last year's clip, delivered late."""
    late = output(duty="clip", plan="mau-2026", published_on="2027-01-20")
    assert match(BOTH, late, "dai", LATE_IN_2027).obligation.plan == "mau-2026"


def test_a_day_that_turns_late_makes_nothing_future() -> None:
    """Registered on the last day that is known, published on the day that has begun by the clock."""
    tomorrow = output(duty="tv", published_on="2026-03-03")
    assert match(book(), tomorrow, "dai", TODAY, today=date(2026, 3, 3)).due is not None
    with pytest.raises(NoMatch):
        match(book(), tomorrow, "dai", TODAY)
