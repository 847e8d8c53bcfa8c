"""Say who is an officer, and in which role; or that somebody is none any more."""

from pydantic import BaseModel, ConfigDict

from services.reports.desk.officer_store import Officer, OfficerStore
from shared.contracts.officers import Mailbox, OfficerListed, Role, officer_id
from shared.contracts.outputs import Name
from shared.mongo import Mongo, Session
from shared.near import near
from shared.outbox import Outbox, Stamped
from shared.outcomes import Rejected


class ListOfficer(BaseModel):
    """The officer as they are to stand in the list. Without a role they leave it; a name that is left out stays."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    email: Mailbox
    name: Name | None = None
    role: Role | None


class NobodyListed(Rejected):
    """There is no officer of that address."""


class NoAdminLeft(Rejected):
    """Nobody could change the list any more."""


class NameMissing(Rejected):
    """Whoever is new needs a name."""


async def list_officer(
    command: ListOfficer, by: str, officers: OfficerStore, mongo: Mongo, outbox: Outbox
) -> Officer | None:
    """The officer as listed now, None for who is none any more. `by` is who says so.

    What is so already changes nothing. Raises NobodyListed, NoAdminLeft, NameMissing.
    """

    async def write(session: Session) -> OfficerListed | None:
        # First of all: of two changes at once one waits, and sees what the other did.
        revision = await officers.next_revision(session)
        listed = {one.email: one for one in await officers.listed(session)}
        before = listed.pop(command.email, None)
        if before is None and command.role is None:
            like = near(command.email, list(listed)) or sorted(listed)[:5]
            raise NobodyListed(f"no officer has the address {command.email}; listed: {', '.join(like) or 'nobody'}")
        name = command.name or (before.name if before else None)
        if name is None:
            raise NameMissing(f"{command.email} is new here: name the person (--name)")
        if command.role is not Role.ADMIN and all(one.role is not Role.ADMIN for one in listed.values()):
            raise NoAdminLeft("at least one admin must remain, and the first officer must be one; list another admin")
        if before is not None and (before.name, before.role) == (name, command.role):
            return None
        event = OfficerListed(
            officer=officer_id(command.email),
            email=command.email,
            name=name,
            role=command.role,
            revision=revision,
            by=by,
        )
        await officers.put([event], session)
        if command.role is None:
            await officers.forget_keys(command.email, session)
        await outbox.add([Stamped(f"officer.listed/{revision}", event)], session)
        return event

    await mongo.transact(write)
    outbox.wake()
    return await officers.find(command.email)
