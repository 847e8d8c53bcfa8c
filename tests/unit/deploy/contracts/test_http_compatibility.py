"""A change of the HTTP intake that breaks a caller is told with its reason; one that breaks nobody passes."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from deploy.contracts.http_compatibility import http_breaks

Document = dict[str, Any]
Change = Callable[[Document], Any]

JSON = "application/json"
STATES = ["open", "met"]
API: Document = {
    "paths": {
        "/things": {
            "get": {
                "parameters": [{"name": "state", "in": "query", "schema": {"type": "string", "enum": STATES}}],
                "responses": {
                    "200": {"content": {JSON: {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                    "404": {"$ref": "#/components/responses/Missing"},
                },
            },
            "post": {
                "security": [{"token": []}],
                "requestBody": {"content": {JSON: {"schema": {"$ref": "#/components/schemas/Thing"}}, "text/csv": {
                    "schema": {"type": "string"}}}},
                "responses": {"201": {"description": "Taken.", "headers": {"Location": {}}}},
            },
        },
    },
    "components": {
        "schemas": {
            "Thing": {
                "type": "object",
                "properties": {"name": {"type": "string", "maxLength": 9}, "note": {"type": "string"}},
                "required": ["name"],
            },
            "Problem": {"type": "object", "properties": {"detail": {"type": "string"}}, "required": ["detail"]},
        },
        "responses": {"Missing": {"content": {"application/problem+json": {
            "schema": {"$ref": "#/components/schemas/Problem"}}}}},
    },
}  # fmt: skip


def _get(document: Document) -> Document:
    found: Document = document["paths"]["/things"]["get"]
    return found


def _post(document: Document) -> Document:
    found: Document = document["paths"]["/things"]["post"]
    return found


def _schema(name: str) -> Callable[[Document], Document]:
    def find(document: Document) -> Document:
        found: Document = document["components"]["schemas"][name]
        return found

    return find


def _changed(change: Change) -> Document:
    document = deepcopy(API)
    change(document)
    return document


_THING, _PROBLEM = _schema("Thing"), _schema("Problem")


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda d: d["paths"]["/things"].pop("get"), "GET /things: gone; callers of today rely on it"),
        (lambda d: d["paths"]["/things"].pop("post"), "POST /things: gone; callers of today rely on it"),
        (
            lambda d: _get(d)["parameters"].clear(),
            "GET /things: `state` in the query is refused now; callers of today may send it",
        ),
        (
            lambda d: _get(d)["parameters"][0].update(required=True),
            "GET /things: `state` in the query is needed now; callers of today may leave it out",
        ),
        (
            lambda d: _get(d)["parameters"].append({"name": "plan", "in": "query", "required": True, "schema": {}}),
            "GET /things: `plan` in the query is needed now; callers of today may leave it out",
        ),
        (
            lambda d: _get(d)["parameters"][0]["schema"].update(enum=["open"]),
            "GET /things, `state`: the value no longer takes 'met'",
        ),
        (lambda d: _post(d)["requestBody"]["content"].pop("text/csv"), "POST /things: text/csv is no longer taken"),
        (
            lambda d: _THING(d)["properties"]["name"].update(maxLength=5),
            f"POST /things, {JSON}: `name` is narrower: maxLength 9 became maxLength 5",
        ),
        (
            lambda d: _THING(d)["required"].clear(),
            f"GET /things, 200 {JSON}: `name` may be missing now; readers of today rely on it",
        ),
        (
            lambda d: _get(d)["responses"].update({"204": {"description": "Nothing."}}),
            "GET /things: it may answer 204 now; callers of today don't know what that is",
        ),
        (
            lambda d: _get(d)["responses"]["200"]["content"].update({"text/csv": {"schema": {}}}),
            "GET /things, 200: it may answer with text/csv now; callers of today can't read that",
        ),
        (
            lambda d: _get(d)["responses"]["200"].pop("content"),
            "GET /things, 200: it has no body now; callers of today rely on it",
        ),
        (
            lambda d: _post(d)["responses"]["201"].pop("headers"),
            "POST /things, 201: the header Location is gone; callers of today rely on it",
        ),
        (
            lambda d: _post(d).update(security=[{"key": []}]),
            "POST /things: another kind of credential is asked for; callers of today have the old one",
        ),
        (
            lambda d: _get(d)["parameters"][0].update({"in": "header"}),
            "GET /things: `state` in the query is refused now; callers of today may send it",
        ),
        (
            lambda d: _PROBLEM(d)["required"].clear(),
            "GET /things, 404 application/problem+json: `detail` may be missing now; readers of today rely on it",
        ),
    ],
)
def test_a_break_is_told_in_words(change: Change, line: str) -> None:
    assert http_breaks(API, _changed(change)) == [line]


@pytest.mark.parametrize(
    "change",
    [
        lambda d: None,
        lambda d: d["paths"].update({"/more": {}}),
        lambda d: _get(d)["parameters"].append({"name": "plan", "in": "query", "schema": {"type": "string"}}),
        lambda d: _get(d)["parameters"][0]["schema"].update(enum=[*STATES, "excused"]),
        lambda d: _get(d)["responses"].update({"429": {"description": "Too fast."}}),
        lambda d: _post(d)["requestBody"]["content"].update({"text/plain": {"schema": {}}}),
        lambda d: _PROBLEM(d)["properties"].update(more={"type": "string"}),
    ],
)
def test_what_breaks_nobody_passes(change: Change) -> None:
    assert http_breaks(API, _changed(change)) == []


def test_nothing_is_broken_before_the_first_release() -> None:
    assert http_breaks({}, API) == []
