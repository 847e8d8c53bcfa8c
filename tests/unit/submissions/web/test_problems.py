"""Reasons point to what is wrong. Source: RFC 6901."""

import pytest

from services.submissions.web.problems import errors_of


@pytest.mark.parametrize(
    ("code", "field", "pointer"),
    [
        ("bad_field", "published_on", "/data/published_on"),
        ("bad_field", "topics.0", "/data/topics/0"),
        ("unknown_field", "a/b~c", "/data/a~1b~0c"),
        ("bad_envelope", "source", "/source"),
        ("bad_envelope", "", ""),
        ("unknown_type", "type", "/type"),
        ("bad_data", "data", "/data"),
        ("no_plan", "", ""),
        ("unknown_field", "a.b", "/data/a.b"),
    ],
)
def test_a_reason_points_into_the_event(code: str, field: str, pointer: str) -> None:
    (error,) = errors_of([{"code": code, "field": field, "message": "m", "candidates": ["c"]}])
    assert error == {"pointer": pointer, "detail": "m", "code": code, "candidates": ["c"]}
