"""A question for a report that was posted, and what is said of one that can't be read."""

from datetime import date

import pytest

from services.reports.answer_report import ReportQuestion
from services.reports.web.wrong_question import pointed, read_question
from shared.problems import Problem


def test_a_question_is_read() -> None:
    question = read_question(b'{"plan": "mau-2023", "compare_to": "2023-06-30"}')
    assert question == ReportQuestion(plan="mau-2023", compare_to=date(2023, 6, 30))


@pytest.mark.parametrize(
    ("body", "pointer", "said"),
    [
        (
            b"",
            "",
            "the question is no JSON object; send a JSON object with plan, as_of, format, compare_to, compare_plan",
        ),
        (b"{", "", "is not JSON at line 1, column 2: a name in double quotes should stand there"),
        (b'{"plan": "\xff"}', "", "is not UTF-8: byte 11 can't be read;"),
        (b'{"plan": "x", "plan": "y"}', "", "gives 'plan' more than once in one object; give it once;"),
        (b"[]", "", "the question is no JSON object;"),
        (b"{}", "/plan", "plan is missing"),
        (b'{"plan": ""}', "/plan", "plan is empty; name a plan"),
        (b'{"plan": "x", "compare_plan": ""}', "/compare_plan", "compare_plan is empty; name a plan"),
        (b'{"plan": {"$ne": null}}', "/plan", "plan must be text in quotes"),
        (b'{"plan": "x", "format": null}', "/format", "format must be text in quotes"),
        (b'{"plan": "x", "as_of": 0}', "/as_of", "as_of must be a day that exists, in quotes; write it as 2023-06-30"),
        (b'{"plan": "x", "as_of": "30/06/2023"}', "/as_of", "write it as 2023-06-30"),
        (b'{"plan": "x", "compare_to": "2023-02-30"}', "/compare_to", "compare_to must be a day that exists"),
        (b'{"plan": "x", "a/b~": 1}', "/a~1b~0", "the question can't hold 'a/b~'; known keys: plan, as_of"),
    ],
)
def test_what_cannot_be_read_is_pointed_at(body: bytes, pointer: str, said: str) -> None:
    """With what would be right, in words that are no library's."""
    with pytest.raises(Problem) as refused:
        read_question(body)
    (error,) = refused.value.more["errors"]  # type: ignore[attr-defined]
    assert (refused.value.status, error["pointer"], said in error["detail"]) == (400, pointer, True), error
    assert error["detail"] == refused.value.detail


def test_every_fault_is_told_at_once() -> None:
    """A misspelt key with the one that it is like."""
    with pytest.raises(Problem) as refused:
        read_question(b'{"plan": 1, "asof": "x"}')
    errors = refused.value.more["errors"]
    assert errors == [
        pointed("plan", "plan must be text in quotes"),
        pointed(
            "asof",
            "the question can't hold 'asof'; known keys: plan, as_of, format, compare_to, compare_plan",
            ["as_of"],
        ),
    ]
