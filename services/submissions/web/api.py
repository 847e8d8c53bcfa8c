"""The HTTP intake, for those who can't speak NATS: the same use cases as the stream's, behind a bearer token."""

from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.submissions.import_outputs import Importing
from services.submissions.intake import Intake
from services.submissions.list_occurrences import list_occurrences
from services.submissions.post_events import Answer, post_events
from services.submissions.read_event import Posted, read_envelope
from services.submissions.store import RECEIPT, Store
from services.submissions.web.bodies import MODES, events_in, mode_of
from services.submissions.web.evidence import Files, evidence_routes
from services.submissions.web.files import file_routes
from services.submissions.web.gate import Gate
from services.submissions.web.incoming import Incoming
from services.submissions.web.problems import errors_of
from shared.answering import answering
from shared.contracts.envelope import STRUCTURED
from shared.contracts.http_api import EVENTS, FILTERS, JSON, OCCURRENCES, PREFIX, RECEIPTS, OwnOccurrences
from shared.contracts.ledger import State
from shared.contracts.outputs import OutputRecorded
from shared.lingering import Lingering
from shared.parameters import parameters
from shared.problems import Problem, unrouted
from shared.runtime import Runtime
from shared.together import Together

# Its sender may have mended the event meanwhile, and looks for what is still wrong with it.
REFUSED_BEFORE = "This id was refused before: post the mended event under a new id"


def api(
    runtime: Runtime,
    intake: Intake,
    importing: Importing,
    store: Store,
    files: Files,
    gate: Gate,
    incoming: Incoming,
) -> Starlette:
    """The application below PREFIX."""
    settings = runtime.settings

    together: Together[Posted, Answer] = Together(
        lambda posted: post_events(posted, intake, store), lambda posted: len(posted.raw)
    )

    async def post(request: Request) -> Response:
        agency = await gate.agency(request)
        gate.admit(agency)
        mode = mode_of(request, settings)
        async with incoming.body(agency, request, mode.limit, MODES) as body:
            events = events_in(body, mode, settings)
            gate.admit_batch(agency, len(events))
            posted = [read_envelope(agency, event, mode.headers, settings.intake_depth) for event in events]
            if not mode.batch:
                return _single(await together.do(posted[0]))
            answers = await post_events(posted, intake, store)
            return JSONResponse({"results": [_result(answer) for answer in answers]})

    async def receipt(request: Request) -> Response:
        agency = await gate.agency(request)
        gate.admit(agency)
        parameters(request, ())
        name = request.path_params["id"]
        found = (await store.receipts([name])).get(name) if name.startswith(RECEIPT) else None
        # dondoc.output.recorded.<agency>: another's is as unknown as one that never was.
        whose = found[0].split(".", 3)[3] if found else ""
        if found is None or whose != agency:
            raise Problem(404, f"there is no receipt {name[:100]!r} of {agency}")
        return Response(found[1], media_type=STRUCTURED)

    async def occurrences(request: Request) -> Response:
        agency = await gate.agency(request)
        gate.admit(agency)
        wanted = _filters(request)
        with incoming.lists.place(agency):
            found = await list_occurrences(agency, store)
        shown = tuple(one for one in found.occurrences if all(getattr(one, name) == wanted[name] for name in wanted))
        return Response(OwnOccurrences(as_of=found.as_of, occurrences=shown).model_dump_json(), media_type=JSON)

    answered = answering(incoming.stopping, "the same post again is recorded once; ")
    app = Starlette(
        routes=[
            Route(EVENTS, answered(post), methods=["POST"]),
            Route(f"{RECEIPTS}/{{id}}", answered(receipt), methods=["GET"]),
            Route(OCCURRENCES, answered(occurrences), methods=["GET"]),
            *file_routes(importing, store, gate, answered, incoming),
            *evidence_routes(files, gate, answered, incoming.stopping),
        ],
        middleware=[Middleware(Lingering)],
        exception_handlers={HTTPException: unrouted},
    )
    # A post that is sent on to another path loses its body, or its token.
    app.router.redirect_slashes = False
    return app


def _single(answer: Answer) -> Response:
    result = _result(answer)
    if "errors" in result:
        detail = "; ".join(error["detail"] for error in result["errors"])
        if result["status"] == 422 and not answer.new:
            detail += f". {REFUSED_BEFORE}"
        return Problem(result["status"], detail, errors=result["errors"], receipt=result["receipt"]).response()
    headers = {"Location": f"{PREFIX}{RECEIPTS}/{answer.receipt}"}
    return Response(answer.body, result["status"], headers, STRUCTURED)


def _result(answer: Answer) -> dict[str, Any]:
    event = answer.event
    if event["type"] == OutputRecorded.TYPE:
        return {"status": 201 if answer.new else 200, "receipt": event}
    errors = errors_of(event["data"]["reasons"])
    unreadable = any(error["code"] == "bad_envelope" for error in errors)
    return {"status": 400 if unreadable else 422, "receipt": event, "errors": errors}


def _filters(request: Request) -> dict[str, str]:
    wanted = parameters(request, FILTERS)
    if "state" in wanted and wanted["state"] not in list(State):
        raise Problem(400, f"there is no state {wanted['state'][:100]!r}; there are {', '.join(State)}")
    return wanted
