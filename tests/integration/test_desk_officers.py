"""The list of officers: by command, by two at once, and made again from the log."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from services.reports.apply_events import apply_events
from services.reports.desk.change_token import change_token
from services.reports.desk.list_officer import ListOfficer, NameMissing, NoAdminLeft, NobodyListed, list_officer
from services.reports.desk.officer_store import Officer, OfficerStore
from services.reports.store import Store
from shared.contracts.base import Event
from shared.contracts.officers import OPERATOR, OfficerListed, OfficerTokenChanged, Role
from shared.contracts.registry import decode
from shared.mongo import Mongo
from shared.outbox import Outbox
from shared.settings import Settings
from tests.harness.inbox import Inbox
from tests.integration.officer_desk import ADMIN, OFFICER, VIEWER, open_officer_desk


class Office:
    """The use case with its stores."""

    def __init__(self, mongo: Mongo) -> None:
        self.mongo, self.officers, self.outbox = mongo, OfficerStore(mongo), Outbox(mongo, "/dondoc/reports")

    async def put(
        self, email: str, role: Role | None, name: str | None = "Mẫu", by: str = "operator"
    ) -> Officer | None:
        command = ListOfficer(email=email, name=name, role=role)
        return await list_officer(command, by, self.officers, self.mongo, self.outbox)

    async def token(self, email: str, revoke: bool = False) -> str | None:
        own = (self.officers, self.mongo, self.outbox)
        return await change_token(email, revoke, OPERATOR, datetime.now(UTC), *own)

    async def told(self) -> list[Event]:
        return [decode(row.body)[1] async for row in self.outbox.all_rows()]

    async def listings(self) -> list[OfficerListed]:
        return [event for event in await self.told() if isinstance(event, OfficerListed)]


@pytest.fixture
async def office(mongo: Mongo) -> Office:
    office = Office(mongo)
    await office.outbox.ensure_indexes()
    await office.officers.ensure_indexes()
    await Store(mongo).ensure_indexes()
    return office


async def test_the_first_is_an_admin_and_the_last_one_stays(office: Office) -> None:
    """Nobody can be listed that leaves a list that nobody may change."""
    with pytest.raises(NoAdminLeft):
        await office.put(VIEWER, Role.VIEWER)
    await office.put(ADMIN, Role.ADMIN)
    for role in (Role.OFFICER, None):
        with pytest.raises(NoAdminLeft):
            await office.put(ADMIN, role)
    await office.put(OFFICER, Role.ADMIN)
    assert await office.put(ADMIN, None) is None
    assert [one.email for one in await office.officers.listed()] == [OFFICER]


async def test_of_two_who_step_down_at_once_one_stays(office: Office) -> None:
    """Each sees the other's change or makes the other see its own."""
    for email in (ADMIN, OFFICER):
        await office.put(email, Role.ADMIN)
    steps = [office.put(email, Role.VIEWER) for email in (ADMIN, OFFICER)]
    done = await asyncio.gather(*steps, return_exceptions=True)
    assert sorted(type(one) for one in done if isinstance(one, Exception)) == [NoAdminLeft]
    assert sorted(one.role for one in await office.officers.listed()) == [Role.ADMIN, Role.VIEWER]


async def test_what_is_so_already_is_told_once(office: Office) -> None:
    """A change is an event with its actor; a name that is left out stays, one that is new must be given."""
    await office.put(ADMIN, Role.ADMIN)
    await office.put(ADMIN, Role.ADMIN)
    await office.put(VIEWER, Role.VIEWER, by=ADMIN)
    await office.put(VIEWER, Role.OFFICER, name=None, by=ADMIN)
    with pytest.raises(NameMissing):
        await office.put(OFFICER, Role.OFFICER, name=None)
    with pytest.raises(NobodyListed, match=VIEWER):
        await office.put("nguoi-xem@sttt.example", None)
    told = await office.listings()
    assert [(one.email, one.role, one.by) for one in told] == [
        (ADMIN, Role.ADMIN, "operator"),
        (VIEWER, Role.VIEWER, ADMIN),
        (VIEWER, Role.OFFICER, ADMIN),
    ]
    assert [one.revision for one in told] == sorted({one.revision for one in told})


async def test_the_log_gives_the_list_again(office: Office) -> None:
    """In any order and repeated; the next change counts on from there."""
    await office.put(ADMIN, Role.ADMIN)
    await office.put(VIEWER, Role.VIEWER)
    await office.put(OFFICER, Role.OFFICER)
    await office.put(VIEWER, None)
    before, told = await office.officers.listed(), await office.listings()
    for name in ("officers", "counters"):
        await office.mongo.db[name].delete_many({})
    events = [(f"e{event.revision}", event) for event in (*reversed(told), *told)]
    await apply_events(events, Store(office.mongo), office.mongo)
    assert await office.officers.listed() == before
    await office.put(VIEWER, Role.VIEWER)
    assert (await office.listings())[-1].revision == max(one.revision for one in told) + 1


async def test_a_removed_officers_token_does_not_come_back(office: Office) -> None:
    """Listed again, they need another."""
    await office.put(ADMIN, Role.ADMIN)
    await office.put(OFFICER, Role.OFFICER)
    token = await office.token(OFFICER)
    assert token is not None
    await office.put(OFFICER, None)
    with pytest.raises(NobodyListed):
        await office.token(OFFICER)
    await office.put(OFFICER, Role.OFFICER)
    assert await office.officers.of_token(token) is None


async def test_a_token_is_told_of_with_its_actor_and_never_itself(office: Office) -> None:
    """Made, made again, and ended: each an event; ended again it changes nothing."""
    await office.put(ADMIN, Role.ADMIN)
    tokens = [await office.token(ADMIN), await office.token(ADMIN)]
    for _ in range(2):
        assert await office.token(ADMIN, revoke=True) is None
    told = [event for event in await office.told() if isinstance(event, OfficerTokenChanged)]
    assert [(one.email, one.made, one.by) for one in told] == [(ADMIN, made, OPERATOR) for made in (True, True, False)]
    assert len({one.revision for one in await office.listings()} | {one.revision for one in told}) == 4
    log = b"".join([row.body async for row in office.outbox.all_rows()])
    assert not [token for token in tokens if token is None or token.encode() in log]


def dondoc(environ: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "deploy.cli", "officer", *arguments]
    return subprocess.run(command, env=dict(environ), capture_output=True, text=True, timeout=60, check=False)


async def test_the_command(
    settings: Settings, environ: dict[str, str], js: JetStreamContext, nc: Client, inbox: Inbox
) -> None:
    """add, list, token, revoke-token and remove, with one line for what can't be done."""
    async with open_officer_desk(settings, nc, inbox) as desk:

        async def run(*arguments: str) -> subprocess.CompletedProcess[str]:
            return await asyncio.to_thread(dondoc, environ, *arguments)

        added = await run("add", "moi@stttt.example", "--name", "Người mới", "--role", "viewer")
        assert added.stdout == "moi@stttt.example (Người mới) is listed as viewer\n", added.stderr
        listed = json.loads((await run("list", "--json")).stdout)
        assert {one["email"]: one["role"] for one in listed}["moi@stttt.example"] == "viewer"
        assert "Người mới" in (await run("list")).stdout
        token = (await run("token", "moi@stttt.example")).stdout.strip()
        bearer = {"Authorization": f"Bearer {token}"}
        browser = await desk.browser()
        assert (await browser.get("/", **bearer)).status_code == 200
        assert (await run("revoke-token", "moi@stttt.example")).returncode == 0
        assert (await browser.get("/", **bearer)).status_code == 401
        assert (await run("remove", "moi@stttt.example")).returncode == 0
        for wrong, said in (
            (("remove", ADMIN), "at least one admin must remain"),
            (("remove", "x@stttt.example"), "no officer has the address"),
            (("add", "x@stttt.example", "--role", "viewer"), "name the person"),
            (("add", "x", "--name", "X", "--role", "viewer"), "email"),
            (("token", "x@stttt.example"), "list them first"),
        ):
            refused = await run(*wrong)
            assert (refused.returncode, said in refused.stderr, refused.stderr.count("\n")) == (1, True, 1), (
                refused.stderr
            )
