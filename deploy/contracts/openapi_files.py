"""What the OpenAPI document says of files: lists of outputs to import, and one to fill in."""

from typing import Any

from deploy.contracts.components import ref
from deploy.contracts.openapi_answers import NO_PARAMETER, body, content, others, problem
from shared.contracts.http_api import DRY_RUN, FILE_NAME, JSON, PROBLEM, XLSX
from shared.contracts.http_limits import FILE_BYTES, LONGEST_FILE_NAME

Document = dict[str, Any]


def post_import() -> Document:
    """POST: a file of outputs."""
    file: Document = {"schema": {}}  # bytes, as OpenAPI 3.1 says them
    return {
        "operationId": "postImport",
        "summary": "Import a list of outputs",
        "description": "An XLSX or CSV file as offices keep it, with Vietnamese headings; the template shows them. All "
        "rows are recorded or, where one is wrong, none. The same row again is the same output, in whichever file.",
        "parameters": [
            {
                "name": FILE_NAME,
                "in": "query",
                "required": True,
                "description": "The file's name, with its ending; it is only quoted.",
                "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_FILE_NAME},
                "example": "san-pham-2023.xlsx",
            },
            {
                "name": DRY_RUN,
                "in": "query",
                "required": False,
                "description": "Tell what each row would come to; record nothing.",
                "schema": {"type": "boolean", "default": False},
            },
        ],
        "requestBody": {
            "required": True,
            "description": f"Up to {FILE_BYTES:,} bytes.",
            "content": {XLSX: file, "text/csv": file, "application/octet-stream": file},
        },
        "responses": _to_import(),
    }


def get_template() -> Document:
    """GET: a workbook to fill in."""
    return {
        "operationId": "getTemplate",
        "summary": "Get a workbook to fill in",
        "description": "What the agency owes now and could deliver, with empty columns for each output.",
        "parameters": [],
        "responses": _to_template(),
    }


def _to_import() -> dict[str, Document]:
    outcome = {
        "agency": "dai-ptth",
        "file": "san-pham-2023.xlsx",
        "dry_run": False,
        "saved": True,
        "problems": [],
        "notes": [],
        "rows": [],
        "counts": {"recorded": 0, "already_recorded": 0, "repeated": 0, "wrong": 0},
    }
    unknown = "there is no parameter 'file'; there are name, dry_run"
    refused = "nothing is recorded: 2 of 40 rows are wrong; `outcome.rows` says what, in `errors`"
    return {
        "200": {
            "description": "What became of each row, or would.",
            "content": {JSON: content(ref("ImportOutcome"), empty=outcome)},
        },
        "400": problem(400, "A parameter that is missing, unknown, doubled or wrong, or half a body.", unknown),
        "413": problem(413, "Too large; nothing of it was taken in.", f"the body is larger than {FILE_BYTES} bytes"),
        "415": problem(
            415,
            "A form, or an encoded body; nothing of it was taken in.",
            "a form can't be taken; send the file itself as the body, as `curl -X POST -T FILE …` does",
        ),
        "422": {
            "description": "Something in the file is wrong: nothing of it is recorded. `outcome` has every message.",
            "content": {
                PROBLEM: content(
                    ref("FileRefused"), refused=body(422, refused) | {"outcome": outcome | {"saved": False}}
                )
            },
        },
        **others(401, 408, 429, 500, 503),
    }


def _to_template() -> dict[str, Document]:
    return {
        "200": {"description": "The workbook.", "content": {XLSX: {"schema": {}}}},
        "400": problem(400, "An unknown parameter.", NO_PARAMETER),
        "404": problem(404, "No duty is assigned to the agency.", "no duty of any plan is assigned to the agency 'x'"),
        **others(401, 429, 500, 503),
    }
