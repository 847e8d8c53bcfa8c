"""What the OpenAPI document says of evidence: a file in, and the same bytes out."""

from typing import Any

from deploy.contracts.components import ref
from deploy.contracts.openapi_answers import HEADERS_AT, NO_PARAMETER, content, others, problem
from shared.contracts.evidence import LONGEST_EVIDENCE_NAME, NAMES, SHA256, FileType, Kind
from shared.contracts.http_api import EVIDENCE, FILE_NAME, JSON, PREFIX
from shared.settings import Settings

Document = dict[str, Any]

_SAMPLE = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
MOST = {kind: Settings.model_fields[f"evidence_{kind.value}_bytes"].default for kind in Kind}
MOST_OF_AN_AGENCY = Settings.model_fields["evidence_agency_bytes"].default
LIMITS = f"""\
| a file as evidence | PDF and images {MOST[Kind.DOCUMENT]:,} bytes, sound {MOST[Kind.AUDIO]:,}, \
video {MOST[Kind.VIDEO]:,} |
| all evidence of an agency | {MOST_OF_AN_AGENCY:,} bytes |"""

_POST = f"""\
The body is the file: {NAMES}. What it is, its first bytes say; the `Content-Type` of the request isn't looked at. Name
the answer's `evidence` in the event of the output, which is refused otherwise. The same bytes again are the same file,
with the name that it had first: after a broken connection post it again."""
_GET = """\
The bytes as they were posted. Browsers save them and show nothing of them: every answer is an attachment. Another
agency's file is as unknown as one that never was."""


def post_evidence() -> Document:
    """POST: a file."""
    file: Document = {"schema": {}}  # bytes, as OpenAPI 3.1 says them
    return {
        "operationId": "postEvidence",
        "summary": "Keep a file as evidence",
        "description": _POST,
        "parameters": [
            {
                "name": FILE_NAME,
                "in": "query",
                "required": True,
                "description": "The file's name, with its ending, in UTF-8 and percent-encoded; it is only quoted.",
                "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_EVIDENCE_NAME},
                "example": "phong-su.mp4",
            }
        ],
        "requestBody": {"required": True, "content": {"application/octet-stream": file}},
        "responses": _to_post(),
    }


def get_evidence() -> Document:
    """GET: the same bytes."""
    return {
        "operationId": "getEvidence",
        "summary": "Get a file again",
        "description": _GET,
        "parameters": [
            {
                "name": "sha256",
                "in": "path",
                "required": True,
                "description": "The SHA-256 of its bytes, in lower case; its path came in `Location`.",
                "schema": {"type": "string", "pattern": SHA256},
                "example": _SAMPLE,
            }
        ],
        "responses": {
            "200": {
                "description": "The file.",
                "headers": {
                    "Content-Disposition": {
                        "description": "`attachment`, with the file's name (RFC 6266, RFC 8187).",
                        "schema": {"type": "string", "pattern": "^attachment; "},
                    }
                },
                "content": {kind.value: {"schema": {}} for kind in FileType},
            },
            "400": problem(400, "An unknown parameter.", NO_PARAMETER),
            "404": problem(404, "The agency keeps no such file.", f"dai-ptth keeps no file {_SAMPLE!r}"),
            **others(401, 429, 500, 503),
        },
    }


def _to_post() -> dict[str, Document]:
    kept = {"evidence": _SAMPLE, "name": "phong-su.mp4", "type": FileType.MP4.value, "bytes": 48_000_000}
    answer: Document = {
        "headers": {"Location": {"$ref": f"{HEADERS_AT}Location"}},
        "content": {JSON: content(ref("KeptEvidence"), kept=kept)},
    }
    larger = f"a file of type video/mp4 may have {MOST[Kind.VIDEO]} bytes; make it smaller, or name an address in `url`"
    none = "by its first bytes the file is none that is taken as evidence"
    return {
        "200": {"description": "The agency keeps these bytes already.", **answer},
        "201": {"description": f"Kept; it is at `{PREFIX}{EVIDENCE}/{{sha256}}`.", **answer},
        "400": problem(
            400, "A name that is missing or wrong, or a body that broke off.", "say the file's name in `name`"
        ),
        "413": problem(413, "Larger than its kind may be, or too much for the agency's sum; nothing is kept.", larger),
        "415": problem(
            415,
            "A kind that isn't taken, a form, or an encoded body; nothing is kept.",
            f"{none}; send a {NAMES} file",
        ),
        **others(401, 408, 429, 500, 503),
    }
