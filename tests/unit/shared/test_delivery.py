"""How long a message waits before it comes again."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.delivery import Limits

SECOND = timedelta(seconds=1)


def test_pauses_double_up_to_a_minute_and_failures_end_after_eight() -> None:
    """The limits that a service runs with: about four minutes of trying before a dead letter."""
    limits = Limits()
    pauses = [limits.backoff(failures) / SECOND for failures in range(1, limits.failures)]
    assert pauses == [1, 2, 4, 8, 16, 32, 60]


@given(st.integers(1, 200), st.integers(1, 60), st.integers(1, 3_600))
def test_a_pause_never_shrinks_and_never_passes_the_longest(failures: int, first: int, longest: int) -> None:
    """However often something failed, the pause is a time that can be waited."""
    limits = Limits(first_backoff=min(first, longest) * SECOND, longest_backoff=longest * SECOND)
    assert limits.first_backoff <= limits.backoff(failures) <= limits.backoff(failures + 1) <= limits.longest_backoff
