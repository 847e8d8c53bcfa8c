"""Schemas in words."""

from typing import Any

import pytest

from deploy.contracts.page_fields import Field, Kind, fields, kinds


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, ["text"]),
        ({"type": "string", "minLength": 1}, ["text (not empty)"]),
        ({"type": "string", "minLength": 1, "maxLength": 500}, ["text (1–500 characters)"]),
        ({"type": "string", "format": "date"}, ["date (2023-02-16)"]),
        ({"const": "1.0", "type": "string"}, ["`1.0`"]),
        ({"enum": ["tv", "radio"], "type": "string"}, ["`tv` or `radio`"]),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 10_000}, ["number (more than 0, at most 10,000)"]),
        ({"type": "integer", "minimum": 1}, ["whole number (at least 1)"]),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, ["text", "null"]),
        ({"type": "array", "maxItems": 50, "items": {"type": "string"}}, ["list (0–50 entries) of text"]),
        ({"type": "object", "additionalProperties": {"type": "string"}}, ["object of text"]),
        ({"type": "object", "additionalProperties": True}, ["object"]),
    ],
)
def test_a_schema_is_said_in_words(schema: dict[str, Any], words: list[str]) -> None:
    assert [kind.words for kind in kinds(schema)] == words


def test_a_reference_leads_to_its_model() -> None:
    """Also out of a list and out of alternatives."""
    model = {"$ref": "#/components/schemas/Reason"}
    assert kinds(model) == [Kind("", "Reason")]
    assert kinds({"type": "array", "items": model}) == [Kind("list of ", "Reason")]
    assert kinds({"oneOf": [model, {"type": "null"}]}) == [Kind("", "Reason"), Kind("null")]


def test_fields_are_in_order_and_say_which_are_needed() -> None:
    schema = {
        "properties": {"b": {"type": "string", "description": "B."}, "a": {"type": "null"}},
        "required": ["b"],
    }
    assert fields(schema) == [Field("b", [Kind("text")], True, "B."), Field("a", [Kind("null")], False, "")]
