"""Questions are read strictly: a slip gets the known keys, never figures that weren't asked for."""

import json
from datetime import date

import pytest
from pydantic import ValidationError

from services.reports.answer_report import ReportQuestion
from services.reports.answer_status import StatusQuestion
from shared.outcomes import Rejected
from shared.question import Question

PLAN = {"plan": "mau-2023"}
OF_A_REPORT = "plan, as_of, format, compare_to, compare_plan"


@pytest.mark.parametrize(
    ("kind", "given", "named"),
    [
        (ReportQuestion, PLAN | {"asof": "2023-05-04"}, f"can't hold 'asof'; known keys: {OF_A_REPORT}"),
        (StatusQuestion, {"asof": "2023-05-04"}, "can't hold 'asof'; known keys: plan, agency, as_of"),
        (StatusQuestion, PLAN | {"Plan": "x", "day": 1}, "can't hold 'Plan', 'day'; known keys: plan, agency, as_of"),
        (ReportQuestion, {"as_of": "hôm nay", "asof": 1}, f"can't hold 'asof'; known keys: {OF_A_REPORT}"),
    ],
)
def test_an_unknown_key_is_refused_with_the_known_ones(
    kind: type[Question], given: dict[str, object], named: str
) -> None:
    """All unknown keys are named, whatever else is wrong with the question."""
    with pytest.raises(Rejected) as refused:
        kind.read(json.dumps(given).encode())
    assert refused.value.reason == f"the question {named}"


def test_known_keys_are_read() -> None:
    """What is left out stays None, and the format is JSON."""
    asked = ReportQuestion.read(b'{"plan": "mau-2023", "as_of": "2023-05-04"}')
    assert asked == ReportQuestion(plan="mau-2023", as_of=date(2023, 5, 4), format="json")
    assert StatusQuestion.read(b"{}") == StatusQuestion(plan=None, agency=None, as_of=None)


@pytest.mark.parametrize("request_bytes", [b"\xff", b"[]", b"", b'{"as_of": "2023-05-04"}', b'{"plan": 1}'])
def test_what_is_wrong_in_itself_says_which_field(request_bytes: bytes) -> None:
    """No JSON object, a plan that is missing or no name: the reader's own error, field by field."""
    with pytest.raises(ValidationError):
        ReportQuestion.read(request_bytes)
