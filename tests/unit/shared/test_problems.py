"""Errors as their standard has them. Source: RFC 9457."""

import json

from shared.problems import Problem


def test_a_problem_has_the_members_of_its_standard() -> None:
    response = Problem(429, "quá nhanh", {"Retry-After": "3"}).response()
    assert (response.status_code, response.media_type) == (429, "application/problem+json")
    assert response.headers["Retry-After"] == "3"
    assert json.loads(bytes(response.body)) == {
        "type": "about:blank",
        "title": "Too Many Requests",
        "status": 429,
        "detail": "quá nhanh",
    }
