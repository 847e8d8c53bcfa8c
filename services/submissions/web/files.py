"""Lists of outputs over HTTP: a file to import, and one to fill in. The same use cases as `dondoc import`."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.submissions.import_outputs import ImportFile, Importing
from services.submissions.make_template import make_template
from services.submissions.store import Store
from services.submissions.web.gate import Gate
from services.submissions.web.incoming import Incoming, refuse_form
from shared.answering import Answering
from shared.contracts.http_api import DRY_RUN, FILE_NAME, IMPORTS, JSON, TEMPLATE, XLSX
from shared.contracts.http_limits import FILE_BYTES, LONGEST_FILE_NAME
from shared.contracts.imports import Became, ImportOutcome
from shared.outcomes import Rejected
from shared.parameters import parameters
from shared.problems import Problem

_ATTACHED = {"Content-Disposition": 'attachment; filename="san-pham.xlsx"'}
_FLAGS = {"true": True, "false": False}


def file_routes(importing: Importing, store: Store, gate: Gate, answered: Answering, incoming: Incoming) -> list[Route]:
    """The routes, below the API's prefix."""

    async def import_(request: Request) -> Response:
        agency = await gate.agency(request)
        gate.admit(agency)
        name, dry_run = _parameters(request)
        refuse_form(request)
        with incoming.imports.place(agency):
            async with incoming.body(agency, request, FILE_BYTES, "split the file") as data:
                outcome = await importing.import_outputs(ImportFile(agency, name, data), dry_run)
        if not outcome.is_wrong:
            return Response(outcome.model_dump_json(), media_type=JSON)
        raise Problem(422, _refusal(outcome), outcome=outcome.model_dump(mode="json"))

    async def template(request: Request) -> Response:
        agency = await gate.agency(request)
        gate.admit(agency)
        parameters(request, ())
        try:
            workbook = await make_template(agency, store)
        except Rejected as refusal:
            raise Problem(404, refusal.reason) from None
        return Response(workbook, headers=_ATTACHED, media_type=XLSX)

    return [
        Route(IMPORTS, answered(import_), methods=["POST"]),
        Route(TEMPLATE, answered(template), methods=["GET"]),
    ]


def _refusal(outcome: ImportOutcome) -> str:
    """For programs and their authors. What the file's own author must mend stands in the outcome, in Vietnamese."""
    if outcome.problems:
        return "nothing is recorded: the file can't be read as a list of outputs; `outcome.problems` says why"
    wrong = outcome.counts[Became.WRONG]
    return f"nothing is recorded: {wrong} of {len(outcome.rows)} rows are wrong; `outcome.rows` says what, in `errors`"


def _parameters(request: Request) -> tuple[str, bool]:
    """The file's name and whether nothing is to be recorded."""
    given = parameters(request, (FILE_NAME, DRY_RUN))
    name = given.get(FILE_NAME, "")
    if not 1 <= len(name) <= LONGEST_FILE_NAME or not name.isprintable():
        raise Problem(400, f"say the file's name in `{FILE_NAME}`, in 1 to {LONGEST_FILE_NAME} characters")
    dry_run = given.get(DRY_RUN, "false")
    if dry_run not in _FLAGS:
        raise Problem(400, f"`{DRY_RUN}` is {dry_run[:100]!r}; it may be true or false")
    return name, _FLAGS[dry_run]
