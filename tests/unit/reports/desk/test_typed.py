"""What officers type is read forgivingly, and what can't be read is said at its field."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reports.desk.typed import read_day, read_decision, read_narrative, read_review
from shared.contracts.duties import OccurrenceKey
from shared.contracts.narrative import NarrativeWritten, Part
from shared.contracts.outputs import OutputReviewed

KEY = OccurrenceKey(plan="p", duty="d", agency="a", period="2023-01")
RIGHT = {"decision": "exemption", "document": " 12/QĐ ", "approver": "Giám đốc\r\n(mẫu)", "reason": "Mẫu"}


@pytest.mark.parametrize("text", ["05/03/2023", "5/3/2023", " 05.03.2023 ", "05032023", "2023-03-05", "05 / 03 / 2023"])
def test_a_day_in_many_ways(text: str) -> None:
    """Day first, as people write it; year first with hyphens, as programs do."""
    assert read_day(text) == date(2023, 3, 5)


@pytest.mark.parametrize(
    "text", ["", "31/02/2023", "5/3", "2023/03/05", "05-03-2023", "hôm nay", "05/03/0000", "٠/03/2023x"]
)
def test_what_is_no_day(text: str) -> None:
    assert read_day(text) is None


@given(st.text())
def test_any_text_is_read_without_failing(text: str) -> None:
    """And what is left of it is what the contract takes."""
    read_day(text)
    written, _ = read_narrative({"text": text})
    NarrativeWritten(plan="p", part=Part.CAUSES, revision=1, day=date(2023, 1, 1), text=written, author="a@b.example")


def test_a_decision() -> None:
    """Lines are one line each; who enters it goes along, and what they have seen."""
    asked, wrong = read_decision(KEY, RIGHT | {"sau": "7"}, "a@b.example")
    assert wrong == []
    assert asked.subject == "dondoc.assignments.excuse"
    assert asked.fields == {
        **KEY.model_dump(),
        "kind": "exemption",
        "document": "12/QĐ",
        "approver": "Giám đốc (mẫu)",
        "reason": "Mẫu",
        "decided_by": "a@b.example",
        "after": 7,
    }
    asked, wrong = read_decision(KEY, RIGHT | {"decision": "extend", "until": "8/12/2023"}, "a@b.example")
    assert (wrong, asked.subject, asked.fields["until"]) == ([], "dondoc.assignments.extend", "2023-12-08")


def test_what_a_decision_lacks() -> None:
    """Each thing at its field; nothing but signs is nothing."""
    _, wrong = read_decision(KEY, {"decision": "extend", "document": "...", "reason": "x" * 501}, "a")
    assert [one.field for one in wrong] == ["until", "document", "approver", "reason"]
    _, wrong = read_decision(KEY, RIGHT | {"decision": "forget"}, "a")
    assert [one.field for one in wrong] == ["decision"]
    _, wrong = read_decision(KEY, RIGHT | {"until": "8/12/2023"}, "a")  # meant to extend?
    assert [one.field for one in wrong] == ["until"]


@pytest.mark.parametrize(
    ("typed", "accepted", "notable", "fields"),
    [
        ({"verdict": "accept"}, True, False, []),
        ({"verdict": "notable", "reason": "Hay"}, True, True, []),
        ({"verdict": "send_back", "reason": "Sai"}, False, False, []),
        ({"verdict": "send_back"}, False, False, ["reason"]),
        ({"reason": "Sai"}, True, False, ["verdict"]),
        ({"verdict": "accept", "reason": "x" * 2001}, True, False, ["reason"]),
    ],
)
def test_a_review(typed: dict[str, str], accepted: bool, notable: bool, fields: list[str]) -> None:
    """One choice of three, so that none contradicts itself; sent back needs a reason."""
    asked, wrong = read_review("1", typed, "a@b.example")
    assert [one.field for one in wrong] == fields
    assert (asked.fields["accepted"], asked.fields["notable"]) == (accepted, notable)
    assert set(asked.fields) <= {*OutputReviewed.model_fields, "after"}
