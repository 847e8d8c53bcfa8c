"""A wrong field is answered with what would be right."""

import json

import pytest

from services.submissions.field_errors import MOST_REASONS
from services.submissions.read_event import read_envelope, read_submission
from services.submissions.rules import NoMatch
from shared.contracts.outputs import OutputSubmitted, Reason
from tests.contracts.golden import golden

EVENT = golden(OutputSubmitted.TYPE)
ONE_LINE = "must be one line with letters or digits, without control characters"
ADDRESS = "must be an address that begins with http:// or https://, without spaces and passwords"
LONGEST_RECEIPT = 20_000  # bytes: a receipt is a small message, whatever it answers


def refusal(**fields: object) -> tuple[Reason, ...]:
    """The reasons for the golden submission with these fields instead; `...` leaves a field out."""
    data = {name: value for name, value in (EVENT["data"] | fields).items() if value is not ...}
    with pytest.raises(NoMatch) as caught:
        read_submission(read_envelope("dai-ptth", json.dumps(EVENT | {"data": data}).encode(), {}))
    return caught.value.reasons


@pytest.mark.parametrize(
    ("field", "value", "right"),
    [
        ("title", 7, "must be text in quotes"),
        ("evidence", ["0" * 64] * 11, "has too many entries; write at most 10"),
        ("title", None, "must be text in quotes"),
        ("title", "   ", "is empty; write at least 1 character"),
        ("title", "x" * 501, "is too long; write at most 500 characters"),
        ("duty", "x" * 101, "is too long; write at most 100 characters"),
        ("note", ["a"], "must be text in quotes"),
        ("published_on", 20230215, 'must be a date in quotes; write it as "2023-02-15"'),
        ("published_on", "15/02/2023", 'must be a date that exists, without a time; write it as "2023-02-15"'),
        ("published_on", "2023-2-5", 'must be a date that exists, without a time; write it as "2023-02-15"'),
        ("published_on", "2023-02-30", 'must be a date that exists, without a time; write it as "2023-02-15"'),
        (
            "published_on",
            "2023-02-15T08:00:00Z",
            'must be a date that exists, without a time; write it as "2023-02-15"',
        ),
        (
            "url",
            "dai-ptth.example/7",
            ADDRESS,
        ),
        (
            "url",
            "ftp://dai-ptth.example",
            ADDRESS,
        ),
        (
            "url",
            "https://a.example/bản tin",
            ADDRESS,
        ),
        (
            "url",
            "http://[::1/x",
            ADDRESS,
        ),
        (
            "url",
            "https://a.example:99999/",
            ADDRESS,
        ),
        (
            "url",
            "https://d℀.example",
            ADDRESS,
        ),
        ("title", "một\nhai", ONE_LINE),
        (
            "url",
            "https://u:p@a.example/",
            ADDRESS,
        ),
        ("title", "\u200b\ufeff", ONE_LINE),
        ("title", "a\u202eb", ONE_LINE),
        ("title", "a\x00b", ONE_LINE),
        ("note", "a\x1bb", "must be text without control characters"),
        ("url", "https://a.example/" + "x" * 2_000, "is too long; write at most 2000 characters"),
        ("duration_minutes", "5", "must be a number without quotes, with a point for fractions: 5 or 4.5"),
        ("duration_minutes", True, "must be a number without quotes, with a point for fractions: 5 or 4.5"),
        ("duration_minutes", 0, "must be more than 0"),
        ("duration_minutes", 10_001, "must be 10000 at most"),
        ("topics", "II.1", 'must be a list in brackets: ["II.1", "II.2"]'),
        ("topics", ["II.1"] * 51, "has too many entries; write at most 50"),
    ],
)
def test_a_wrong_field_is_told_what_would_be_right(field: str, value: object, right: str) -> None:
    """One reason, for that field, in words that a person can act on."""
    expected = Reason(code="bad_field", field=field, message=f"the field {field!r} {right}")
    assert refusal(**{field: value}) == (expected,)


def test_a_list_names_the_entry_that_is_wrong() -> None:
    """Counted from 0, as programs do."""
    assert [reason.field for reason in refusal(topics=["II.1", 2, ""])] == ["topics.1", "topics.2"]


@pytest.mark.parametrize("name", ["x" * 64, "0" * 63, "A" * 64, "", "phong-su.mp4"])
def test_evidence_is_named_as_the_upload_was_answered(name: str) -> None:
    """Not by the file's own name, nor by half of the hash."""
    text = "the field 'evidence.0' must be the 64 characters that the answer to the file's upload calls `evidence`"
    assert refusal(evidence=[name]) == (Reason(code="bad_field", field="evidence.0", message=text),)


@pytest.mark.parametrize("field", ["title", "published_on"])
def test_a_missing_field_is_named(field: str) -> None:
    """The only two that are always needed."""
    (reason,) = refusal(**{field: ...})
    assert (reason.code, reason.field) == ("missing_field", field)


def test_an_unknown_field_names_the_nearest_known_ones() -> None:
    """A misspelt field is a mistake, not something to pass over."""
    (reason,) = refusal(titel="x")
    assert (reason.code, reason.field, reason.candidates[0]) == ("unknown_field", "titel", "title")


def test_a_field_like_no_other_is_told_all_that_there_are() -> None:
    """The sender sees the whole choice."""
    (reason,) = refusal(zzz="x")
    assert reason.candidates == tuple(OutputSubmitted.model_fields)


def test_every_wrong_field_is_told_at_once() -> None:
    """In one receipt, so that one correction is enough."""
    reasons = refusal(title=1, published_on="?", url="?", bogus=1)
    assert {reason.field for reason in reasons} == {"title", "published_on", "url", "bogus"}


def test_thousands_of_wrong_fields_make_a_small_receipt() -> None:
    """What a hostile sender makes of a megabyte must not become a message that the log can't carry."""
    reasons = refusal(**{f"{'x' * 200}{n}": n for n in range(4_000)})
    assert len(reasons) == MOST_REASONS + 1
    assert reasons[-1].message == f"{4_000 - MOST_REASONS} more fields are wrong"
    assert sum(len(reason.model_dump_json()) for reason in reasons) < LONGEST_RECEIPT


def test_a_field_in_capitals_is_near_to_what_is_meant() -> None:
    """As somebody writes it who exports columns."""
    (reason,) = refusal(DURATION_MINUTES=5)
    assert reason.candidates[0] == "duration_minutes"
