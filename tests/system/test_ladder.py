"""The ladder that the tests recompute goes by what the log says, not by the order in which it says it."""

from itertools import permutations
from typing import Any

from tests.system.ladder import Owed, _tell

AT = {"duty": "I.1", "agency": "so-a", "period": "2026-01"}
KEY = ("I.1", "so-a", "2026-01")
RECORDED = ("output.recorded.v1", {"output": "o", "occurrence": AT})


def review(number: int, *, accepted: bool) -> tuple[str, dict[str, Any]]:
    """A review of the output."""
    return "output.reviewed.v1", {"output": "o", "occurrence": AT, "review": number, "accepted": accepted}


def test_the_highest_review_holds_in_whatever_order_the_log_tells() -> None:
    """A log that was made whole from the stores may tell reviews before their output, and late ones first."""
    for last in (True, False):
        for told in permutations([RECORDED, review(1, accepted=not last), review(2, accepted=last)]):
            owed = {KEY: Owed("2026-01-31", "2026-02-06", ("so-a",))}
            for kind, data in told:
                _tell(kind, data, owed)
            assert owed[KEY].words["o"] == (2, last)
