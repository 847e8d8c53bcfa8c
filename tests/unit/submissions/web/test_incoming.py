"""Places for what comes in: so much of an agency and of all, given again when it is left."""

from contextlib import ExitStack

import pytest

from services.submissions.web.incoming import Places
from shared.problems import Problem

OF_AGENCY, OF_ALL = 4, 10


@pytest.fixture
def places() -> Places:
    return Places(OF_AGENCY, OF_ALL, "questions")


def _refusal(places: Places, agency: str, size: int = 1) -> Problem:
    with pytest.raises(Problem) as caught, places.place(agency, size):
        pass
    return caught.value


def test_an_agency_has_so_much(places: Places) -> None:
    """In places of any size. More is its own fault, and others have theirs."""
    with ExitStack() as held:
        for size in (1, OF_AGENCY - 1):
            held.enter_context(places.place("dai", size))
        refusal = _refusal(places, "dai")
        assert (refusal.status, refusal.headers["Retry-After"]) == (429, "2")
        assert refusal.detail == "of questions, dai may send 4 at once; send this when others are answered"
        with places.place("huyen"):
            assert places.taken("huyen") == 1
        assert (places.taken("dai"), places.taken("huyen")) == (OF_AGENCY, 0)
    assert places.taken("dai") == 0


def test_all_have_so_much_together(places: Places) -> None:
    """More is nobody's fault: later."""
    with ExitStack() as held:
        for number in range(2):
            held.enter_context(places.place(f"a{number}", OF_AGENCY))
        refusal = _refusal(places, "dai", 3)
        assert (refusal.status, refusal.headers["Retry-After"]) == (503, "2")
        held.enter_context(places.place("dai", 2))
    with places.place("dai"):
        assert places.taken("dai") == 1


def test_a_place_is_free_again_after_a_failure(places: Places) -> None:
    """Whatever ended what was in it."""
    with pytest.raises(ValueError, match="x"), places.place("dai"):
        raise ValueError("x")
    assert places.taken("dai") == 0
