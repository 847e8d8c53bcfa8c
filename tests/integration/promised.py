"""What the OpenAPI document promises of an answer."""

from typing import Any

from tests.contracts.documents import at, document, wrong
from tests.harness.http import Answered

OPENAPI = document("openapi.json")


def _promised(method: str, path: str, status: int) -> dict[str, Any]:
    answer = OPENAPI["paths"][path][method]["responses"][str(status)]
    return dict(at(OPENAPI, answer["$ref"]) if "$ref" in answer else answer)


def check(answer: Answered, method: str, path: str, status: int) -> None:
    """The status, the content type, the body's schema, and every header but those of other modes."""
    assert answer.status == status
    promised = _promised(method, path, status)
    content = promised["content"][answer.headers["Content-Type"].partition(";")[0]]
    assert wrong(OPENAPI, content["schema"], answer.json) == []
    for name, header in promised.get("headers", {}).items():
        if name != "Location" or "results" not in answer.json:
            schema = at(OPENAPI, header["$ref"])["schema"]
            value = answer.headers[name]
            assert wrong(OPENAPI, schema, int(value) if schema["type"] == "integer" else value) == []
