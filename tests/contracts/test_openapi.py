"""The OpenAPI document: valid by the official validator, with examples that are true, for paths that are served."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from services.reports.answer_report import ReportQuestion
from shared.contracts.http_api import FILTERS
from shared.contracts.http_limits import BATCH_BYTES, BATCH_EVENTS, DEPTH, EVENT_BYTES
from shared.contracts.issued_reports import JobState
from shared.contracts.report import FORMATS
from shared.settings import Settings
from tests.contracts.documents import at, document, references, wrong

OPENAPI = document("openapi.json")
REPORTS = document("openapi-reports.json")
both = pytest.mark.parametrize("whole", [OPENAPI, REPORTS], ids=["outputs", "reports"])


class Said(NamedTuple):
    """Something with a content type: a request's body or an answer's."""

    whole: dict[str, Any]
    where: str
    media_type: str
    content: dict[str, Any]


def _operations() -> Iterator[tuple[dict[str, Any], str, dict[str, Any]]]:
    for whole in (OPENAPI, REPORTS):
        for path, methods in whole["paths"].items():
            for method, operation in methods.items():
                yield whole, f"{method.upper()} {path}", operation


def answers(operation: dict[str, Any], whole: dict[str, Any] = OPENAPI) -> dict[str, dict[str, Any]]:
    """An operation's answers by status, references followed."""
    return {
        status: at(whole, answer["$ref"]) if "$ref" in answer else answer
        for status, answer in operation["responses"].items()
    }


def _said() -> Iterator[Said]:
    for whole, name, operation in _operations():
        bodies = {"request": operation.get("requestBody", {}), **answers(operation, whole)}
        for kind, body in bodies.items():
            for media_type, content in body.get("content", {}).items():
                if media_type.endswith("json") and content["schema"]:  # a file's bytes have no schema
                    yield Said(whole, f"{name} {kind}", media_type, content)


@both
def test_it_is_valid_openapi_3_1(whole: dict[str, Any]) -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(whole).iter_errors()] == []
    assert whole["openapi"].startswith("3.1.")


@pytest.mark.parametrize("said", list(_said()), ids=lambda said: f"{said.where} {said.media_type}")
def test_every_body_has_a_schema_and_examples_that_fit_it(said: Said) -> None:
    assert said.content["examples"]
    for example in said.content["examples"].values():
        assert wrong(said.whole, said.content["schema"], example["value"]) == []
    assert wrong(said.whole, said.content["schema"], 7)


@pytest.mark.parametrize(("whole", "name", "operation"), list(_operations()))
def test_an_operation_tells_how_it_is_refused(whole: dict[str, Any], name: str, operation: dict[str, Any]) -> None:
    """Without a token, or when it can't be done now; what is to be waited for says how long."""
    told = answers(operation, whole)
    assert {"401", "500", "503"} <= set(told), name
    assert {"200", "202"} & set(told), name
    assert "WWW-Authenticate" in told["401"]["headers"]
    assert all("Retry-After" in told[status]["headers"] for status in ("429", "503") if status in told)
    problems = {status: set(answer["content"]) for status, answer in told.items() if int(status) >= 400}
    assert set(map(frozenset, problems.values())) == {frozenset({"application/problem+json"})}


def test_what_posting_comes_to_is_told_in_full() -> None:
    """Every status of the intake, and where a receipt can be read again."""
    told = answers(OPENAPI["paths"]["/v1/events"]["post"])
    assert set(told) == {"200", "201", "400", "401", "408", "413", "415", "422", "429", "500", "503"}
    assert "Location" in told["200"]["headers"]
    assert "Location" in told["201"]["headers"]


def test_limits_are_written() -> None:
    text = OPENAPI["info"]["description"]
    evidence = [field.default for name, field in Settings.model_fields.items() if name.startswith("evidence_")]
    assert len(evidence) == 4
    for limit in (EVENT_BYTES, BATCH_BYTES, BATCH_EVENTS, DEPTH, *evidence):
        assert f"{limit:,}" in text
    body = OPENAPI["paths"]["/v1/events"]["post"]["requestBody"]["content"]
    assert body["application/cloudevents-batch+json"]["schema"]["maxItems"] == BATCH_EVENTS


def test_filters_are_those_of_the_service() -> None:
    assert tuple(one["name"] for one in OPENAPI["paths"]["/v1/occurrences"]["get"]["parameters"]) == FILTERS


@both
def test_every_schema_is_used(whole: dict[str, Any]) -> None:
    """What nothing refers to would be noise for its readers."""
    used = set(references(whole))
    assert {f"#/components/schemas/{name}" for name in whole["components"]["schemas"]} <= used


def test_questions_for_reports_are_those_of_the_service() -> None:
    """The same keys as by NATS, but for the token of progress; every format, and every state of a job as an example."""
    schemas = REPORTS["components"]["schemas"]
    assert set(schemas["ReportQuestion"]["properties"]) == set(ReportQuestion.model_fields)
    assert tuple(schemas["ReportQuestion"]["properties"]["format"]["enum"]) == FORMATS
    shown = REPORTS["paths"]["/v1/reports/{id}"]["get"]["responses"]["200"]["content"]["application/json"]["examples"]
    assert {one["value"]["state"] for one in shown.values()} == set(JobState)
