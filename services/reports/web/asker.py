"""Who asks, and whether they may: an officer by a token for programs, or by the cookie of a session at the desk."""

import hmac

from starlette.requests import Request

from services.reports.desk.web.access import Gate, Visit
from shared.client_address import client_address
from shared.contracts.http_api import CSRF_HEADER
from shared.contracts.officers import Role
from shared.logs import logger
from shared.problems import Problem
from shared.same_site import from_elsewhere

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="dondoc"'}

log = logger(__name__)


async def officer(request: Request, gate: Gate, needs: Role) -> str:
    """The officer's e-mail address.

    Raises Problem 401 for nobody, 403 for a role that is too small, and for a cookie that another site's page may have
    sent: what changes something needs CSRF_HEADER beside it.
    """
    visit = await gate.who(request)
    if visit.officer is None:
        client = client_address(request)
        log.warning("refused", why="no officer", client=client, method=request.method, path=request.url.path[:200])
        detail = "send an officer's token, `Authorization: Bearer …`; `dondoc officer token EMAIL` makes one"
        raise Problem(401, detail, _CHALLENGE)
    request.state.asker = {"officer": visit.officer.email}
    if not visit.officer.role.covers(needs):
        raise Problem(403, f"that needs the role {needs}; {visit.officer.email} has the role {visit.officer.role}")
    if visit.cookie and request.method not in ("GET", "HEAD"):
        _refuse_foreign(request, visit, gate)
    return visit.officer.email


def _refuse_foreign(request: Request, visit: Visit, gate: Gate) -> None:
    if from_elsewhere(request, gate.address):
        raise Problem(403, "the request comes from another site's page")
    if not hmac.compare_digest(request.headers.get(CSRF_HEADER, "").encode(), visit.csrf.encode()):
        raise Problem(403, f"with a session's cookie, send its `csrf` in {CSRF_HEADER}; or send a token alone")
