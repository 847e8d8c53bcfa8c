"""Evidence over HTTP: a file in, and the same bytes out again for the agency that posted it."""

import re
from collections.abc import Callable
from contextlib import aclosing

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from services.submissions.evidence import Evidence
from services.submissions.keep_evidence import Limits, NotTaken, TooMuch, keep_evidence
from services.submissions.web.gate import Gate
from services.submissions.web.incoming import Places, refuse_form
from shared.answering import Answering
from shared.attachment import content_disposition
from shared.contracts.evidence import LONGEST_EVIDENCE_NAME, SHA256
from shared.contracts.http_api import EVIDENCE, FILE_NAME, JSON, PREFIX
from shared.parameters import parameters
from shared.problems import Problem
from shared.request_body import Patience, announced, pieces, refuse_encoded
from shared.sweep_uploads import LONGEST_UPLOAD

# Of a process: each upload holds two chunks of 1 MiB at most.
MOST_AT_ONCE, MOST_OF_AN_AGENCY = 32, 4
_PATIENCE = Patience(whole=LONGEST_UPLOAD)
# What was posted is shown by no browser as a page of ours, whatever it finds in it, and kept by no cache.
_HARMLESS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-store",
}


class Files:
    """What the routes need of evidence: the store, how much it takes, and how long they wait for senders."""

    def __init__(self, evidence: Evidence, bounds: Limits, patience: Patience = _PATIENCE) -> None:
        self.evidence = evidence
        self.bounds = bounds
        self.patience = patience
        self.places = Places(MOST_OF_AN_AGENCY, MOST_AT_ONCE, "files")


def evidence_routes(files: Files, gate: Gate, answered: Answering, stopping: Callable[[], bool]) -> list[Route]:
    """The routes, below the API's prefix."""

    async def post(request: Request) -> Response:
        agency = await gate.agency(request)
        gate.admit(agency)
        name = _name(request)
        refuse_encoded(request)
        refuse_form(request)
        size = announced(request)
        if size > files.bounds.largest:
            raise Problem(413, f"no file may have more than {files.bounds.largest} bytes; name an address in `url`")
        with files.places.place(agency):
            try:
                async with aclosing(pieces(request, stopping, files.patience)) as body:
                    kept, new = await keep_evidence(agency, name, body, files.evidence, files.bounds, size)
            except NotTaken as refusal:
                raise Problem(415, str(refusal)) from None
            except TooMuch as refusal:
                raise Problem(413, str(refusal)) from None
        location = {"Location": f"{PREFIX}{EVIDENCE}/{kept.evidence}"}
        return Response(kept.model_dump_json(), 201 if new else 200, location, JSON)

    async def get(request: Request) -> Response:
        agency = await gate.agency(request)
        gate.admit(agency)
        parameters(request, ())
        sha256 = request.path_params["sha256"]
        stored = await files.evidence.find(agency, sha256) if re.fullmatch(SHA256, sha256) else None
        if stored is None:
            raise Problem(404, f"{agency} keeps no file {sha256[:100]!r}; its name is the SHA-256 of its bytes")
        headers = {
            "Content-Length": str(stored.file.bytes),
            "Content-Disposition": content_disposition(stored.file.name, stored.file.type),
            **_HARMLESS,
        }
        return StreamingResponse(files.evidence.read(stored), headers=headers, media_type=stored.file.type.value)

    return [
        Route(EVIDENCE, answered(post), methods=["POST"]),
        Route(f"{EVIDENCE}/{{sha256}}", answered(get), methods=["GET"]),
    ]


def _name(request: Request) -> str:
    name = parameters(request, (FILE_NAME,)).get(FILE_NAME, "").strip()
    if not 1 <= len(name) <= LONGEST_EVIDENCE_NAME or not name.isprintable():
        text = f"say the file's name in `{FILE_NAME}`, in 1 to {LONGEST_EVIDENCE_NAME} printable characters"
        raise Problem(400, text)
    return name
