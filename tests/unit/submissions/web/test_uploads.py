"""Places for uploads: so many of an agency and of all, given again when they are left."""

from contextlib import ExitStack

import pytest

from services.submissions.web.uploads import MOST_AT_ONCE, MOST_OF_AN_AGENCY, Places
from shared.problems import Problem


def _refusal(places: Places, agency: str) -> Problem:
    with pytest.raises(Problem) as caught, places.place(agency):
        pass
    return caught.value


def test_an_agency_has_so_many() -> None:
    """One more is its own fault; others have theirs."""
    places = Places()
    with ExitStack() as held:
        for _ in range(MOST_OF_AN_AGENCY):
            held.enter_context(places.place("dai"))
        assert _refusal(places, "dai").status == 429
        with places.place("huyen"):
            assert places.taken("huyen") == 1
        assert (places.taken("dai"), places.taken("huyen")) == (MOST_OF_AN_AGENCY, 0)
    assert places.taken("dai") == 0


def test_all_have_so_many_together() -> None:
    """One more is nobody's fault: later."""
    places = Places()
    with ExitStack() as held:
        for number in range(MOST_AT_ONCE):
            held.enter_context(places.place(f"a{number}"))
        refusal = _refusal(places, "dai")
        assert (refusal.status, refusal.headers["Retry-After"]) == (503, "2")
    with places.place("dai"):
        assert places.taken("dai") == 1


def test_a_place_is_free_again_after_a_failure() -> None:
    """Whatever ended the upload."""
    places = Places()
    with pytest.raises(ValueError, match="x"), places.place("dai"):
        raise ValueError("x")
    assert places.taken("dai") == 0
