"""What the operator asks about officers, by NATS: who is listed, a change of the list, a token for programs."""

import json
from collections.abc import Callable
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from services.reports.desk.change_token import change_token
from services.reports.desk.list_officer import ListOfficer, list_officer
from services.reports.desk.officer_store import Officer, OfficerStore
from shared.contracts.officers import OPERATOR, Mailbox
from shared.logs import logger
from shared.runtime import Runtime

log = logger(__name__)


class TokenCommand(BaseModel):
    """A new token in the place of the one before, or with `revoke` none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    email: Mailbox
    revoke: bool = False


def answer_operator(runtime: Runtime, officers: OfficerStore, clock: Callable[[], datetime]) -> None:
    """Answer `dondoc.reports.officers`, `.list_officer` and `.officer_token`."""

    async def listed(_: bytes) -> bytes:
        return json.dumps([_shown(one) for one in await officers.listed()], ensure_ascii=False).encode()

    async def change(request: bytes) -> bytes:
        command = ListOfficer.model_validate_json(request)
        officer = await list_officer(command, OPERATOR, officers, runtime.mongo, runtime.outbox)
        return json.dumps(_shown(officer) if officer else None, ensure_ascii=False).encode()

    async def token(request: bytes) -> bytes:
        command = TokenCommand.model_validate_json(request)
        own = (officers, runtime.mongo, runtime.outbox)
        made = await change_token(command.email, command.revoke, OPERATOR, clock(), *own)
        log.info("an officer's token was changed", officer=command.email, revoked=command.revoke)
        return json.dumps({"token": made}).encode()

    runtime.answer("officers", listed)
    runtime.answer("list_officer", change)
    runtime.answer("officer_token", token)


def _shown(officer: Officer) -> dict[str, str | None]:
    made = officer.token_made.isoformat() if officer.token_made else None
    return {"email": officer.email, "name": officer.name, "role": officer.role, "token_made": made}
