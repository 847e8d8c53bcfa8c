"""What can't be read is said by its field, or as no JSON at all."""

import pytest
from pydantic import ValidationError

from services.reports.answer_issued import DocumentQuestion
from services.reports.desk.list_officer import ListOfficer
from services.submissions.questions import EvidenceQuestion
from shared.contracts.base import Model
from shared.wrong_request import wrong_request

SHA = "must be a SHA-256: 64 characters of 0-9 and a-f"


@pytest.mark.parametrize(
    ("kind", "request_", "said"),
    [
        (
            DocumentQuestion,
            b"{",
            "the request is no JSON (EOF while parsing an object at line 1 column 1); send a JSON",
        ),
        (DocumentQuestion, b"\xff", "the request is no JSON ("),
        (DocumentQuestion, b"[]", "the request is JSON, but no object; send a JSON object"),
        (DocumentQuestion, b"{}", "sha256: Field required"),
        (DocumentQuestion, b'{"sha256": "ABC"}', f"sha256: {SHA}"),
        (EvidenceQuestion, b'{"evidence": "../x"}', f"evidence: {SHA}"),
        (ListOfficer, b'{"email": "x", "role": null}', "email: must be a whole e-mail address, such as ten@so.example"),
    ],
)
def test_a_request_that_cannot_be_read(kind: type[Model], request_: bytes, said: str) -> None:
    """One line, with what would be right, and no pattern of ours in it."""
    with pytest.raises(ValidationError) as wrong:
        kind.model_validate_json(request_)
    text = wrong_request(wrong.value)
    assert text.startswith(said)
    assert "^" not in text
    assert "\n" not in text
