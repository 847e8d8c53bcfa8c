"""Give an officer a token for programs, in the place of the one before; or end the one that there is."""

from datetime import datetime

from services.reports.desk.list_officer import NobodyListed
from services.reports.desk.officer_store import OfficerStore
from services.reports.desk.secret_text import new_secret
from shared.contracts.officers import OfficerTokenChanged, officer_id
from shared.mongo import Mongo, Session
from shared.outbox import Outbox, Stamped


async def change_token(
    email: str, revoke: bool, by: str, now: datetime, officers: OfficerStore, mongo: Mongo, outbox: Outbox
) -> str | None:
    """The new token, None where it is ended. `by` is who says so. Who has none already loses none, and nothing is told.

    Raises NobodyListed.
    """
    token = None if revoke else new_secret()

    async def write(session: Session) -> None:
        # First of all, as for every change of the list: who is removed at the same moment is left no token.
        revision = await officers.next_revision(session)
        before = next((one for one in await officers.listed(session) if one.email == email), None)
        if before is None:
            raise NobodyListed(f"no officer has the address {email}; list them first")
        if token is None and before.token_made is None:
            return
        await officers.keep_token(email, token, now, session)
        event = OfficerTokenChanged(
            officer=officer_id(email), email=email, made=token is not None, revision=revision, by=by
        )
        await outbox.add([Stamped(f"officer.token_changed/{revision}", event)], session)

    await mongo.transact(write)
    outbox.wake()
    return token
