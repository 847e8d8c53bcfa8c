"""The rate: steady in the long run, ten seconds' worth at once."""

from hypothesis import given
from hypothesis import strategies as st

from services.submissions.web.rate import Rate
from shared.contracts.http_limits import SAVED_SECONDS

steps = st.lists(st.tuples(st.integers(1, 50), st.floats(0, 5)), min_size=1, max_size=50)


@given(steps, st.floats(1, 20))
def test_nobody_gets_more_than_the_rate_and_what_was_saved(asked: list[tuple[int, float]], rate: float) -> None:
    """Over any stretch of time; a post of more than a full bucket is paid for afterwards."""
    bucket, now, taken, largest = Rate(rate), 0.0, 0, 0
    for events, pause in asked:
        now += pause
        if not bucket.take("a", events, now):
            taken, largest = taken + events, max(largest, events)
    assert taken <= rate * (SAVED_SECONDS + now) + largest + 1e-6


@given(steps)
def test_who_waits_as_told_gets_in(asked: list[tuple[int, float]]) -> None:
    bucket, now = Rate(1), 0.0
    for events, pause in asked:
        now += pause
        if wait := bucket.take("a", events, now):
            now += wait + 1e-6
            assert not bucket.take("a", events, now)


def test_agencies_have_a_bucket_each() -> None:
    bucket = Rate(1)
    assert not bucket.take("a", SAVED_SECONDS, 0)
    assert bucket.take("a", 1, 0) == 1
    assert not bucket.take("b", SAVED_SECONDS, 0)


@given(st.integers(0, 2 * SAVED_SECONDS), st.integers(1, 3 * SAVED_SECONDS))
def test_a_batch_whose_size_shows_later_gets_in_as_one_that_was_known(spent: int, events: int) -> None:
    """One of it is counted before it is read. Refused, it waits as it is told and gets in, whatever its size."""
    bucket, now = Rate(1), 0.0
    bucket.take("a", min(spent, SAVED_SECONDS - 1), now)
    assert not bucket.take("a", 1, now)
    if wait := bucket.take("a", events, now, counted=1):
        now += wait + 1e-6
        assert not bucket.take("a", 1, now)
        assert not bucket.take("a", events, now, counted=1)
