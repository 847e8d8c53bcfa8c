"""Users by subjects on a real server: who may say what, who may hear what, and that all else is refused.

The tables are written by hand, from what each is for; nothing here is read from the code that grants.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager

import nats
import pytest
from nats.aio.client import Client

from deploy.servers.nats import address, identity_of
from deploy.servers.server import Running
from shared import topology
from shared.flushed import flushed
from shared.nats_once import NoNats, connect_once
from tests.harness.edge import as_agency, let_in

SERVICES = {"assignments", "submissions", "notifier", "reports"}
AGENCIES = ("dai", "huyen")
USERS = ("operator", *sorted(SERVICES), *AGENCIES)
NOBODY: set[str] = set()

# Who besides the operator, who may do all of it in HUB.
MAY_PUBLISH = {
    "submit.dai": {"dai"},
    "submit.huyen": {"huyen"},
    "submit.unknown": NOBODY,
    "receipts.dai.recorded": NOBODY,
    "dondoc.intake.dai": NOBODY,
    "dondoc.posted.dai": NOBODY,
    "dondoc.plan.published.p": {"assignments"},
    "dondoc.duty.assigned.dai": {"assignments"},
    "dondoc.calendar.day.2026-01-05": {"assignments"},
    "dondoc.output.recorded.dai": {"submissions"},
    "dondoc.output.reviewed.dai": {"submissions"},
    "dondoc.reminder.sent.dai": {"notifier"},
    "dondoc.report.issued.p": {"reports"},
    "dondoc.narrative.written.p": {"reports"},
    "dondoc.officer.listed.o": {"reports"},
    "dondoc.deadletter.submissions-intake": {"submissions"},
    "dondoc.deadletter.submissions-events": {"submissions"},
    "dondoc.deadletter.notifier-facts": {"notifier"},
    "dondoc.deadletter.notifier-days": {"notifier"},
    "dondoc.deadletter.reports-events": {"reports"},
    "dondoc.assignments.publish_day": NOBODY,
    "dondoc.assignments.publish_plan": NOBODY,
    "dondoc.assignments.excuse": {"reports"},
    "dondoc.assignments.extend": {"reports"},
    "dondoc.submissions.review": {"reports"},
    "dondoc.submissions.evidence": {"reports"},
    "dondoc.submissions.import": NOBODY,
    "dondoc.reports.status": NOBODY,
    "dondoc.reports.report": NOBODY,
    "dondoc.reports.progress.x": {"reports"},
    "$JS.API.INFO": NOBODY,
    "$JS.API.STREAM.NAMES": {"submissions"},
    "$JS.API.STREAM.INFO.EVENTS": SERVICES,
    "$JS.API.STREAM.CREATE.OTHER": NOBODY,
    "$JS.API.STREAM.UPDATE.EVENTS": NOBODY,
    "$JS.API.STREAM.DELETE.EVENTS": NOBODY,
    "$JS.API.STREAM.PURGE.EVENTS": NOBODY,
    "$JS.API.STREAM.PURGE.INTAKE": NOBODY,
    "$JS.API.STREAM.PURGE.OBJ_documents": {"notifier", "reports", "submissions"},
    "$JS.API.STREAM.MSG.DELETE.EVENTS": NOBODY,
    "$JS.API.STREAM.MSG.GET.EVENTS": {"submissions", "notifier"},
    "$JS.API.STREAM.MSG.GET.INTAKE": NOBODY,
    "$JS.API.STREAM.MSG.GET.OBJ_documents": {"notifier", "reports", "submissions"},
    "$JS.API.DIRECT.GET.EVENTS": NOBODY,
    "$JS.API.STREAM.SNAPSHOT.EVENTS": NOBODY,
    "$JS.API.CONSUMER.INFO.EVENTS.notifier-days": SERVICES,
    "$JS.API.CONSUMER.CREATE.EVENTS": NOBODY,
    "$JS.API.CONSUMER.DURABLE.CREATE.EVENTS.other": NOBODY,
    "$JS.API.CONSUMER.DELETE.EVENTS.notifier-days": NOBODY,
    "$JS.API.CONSUMER.PAUSE.EVENTS.notifier-days": NOBODY,
    "$JS.API.CONSUMER.MSG.NEXT.INTAKE.submissions-intake": {"submissions"},
    "$JS.API.CONSUMER.MSG.NEXT.EVENTS.submissions-events": {"submissions"},
    "$JS.API.CONSUMER.MSG.NEXT.EVENTS.notifier-days": {"notifier"},
    "$JS.API.CONSUMER.MSG.NEXT.EVENTS.reports-events": {"reports"},
    "$JS.ACK.INTAKE.submissions-intake.1.1.1.1.0": {"submissions"},
    "$JS.ACK.EVENTS.notifier-facts.1.1.1.1.0": {"notifier"},
    "$JS.ACK.EVENTS.reports-events.1.1.1.1.0": {"reports"},
    "$JS.API.CONSUMER.CREATE.OBJ_documents": {"submissions"},
    "$O.documents.C.x": {"notifier", "reports", "submissions"},
    "$O.documents.M.x": {"notifier", "reports", "submissions"},
    "$SYS.REQ.SERVER.PING": NOBODY,
    "$SYS.REQ.SERVER.x.RELOAD": NOBODY,
    "$SRV.PING": NOBODY,
    "_INBOX.asker": SERVICES,
    "_INBOX_submissions.x": NOBODY,
    "_INBOX_reports.x": {"assignments", "submissions"},
    "_INBOX_dai.x": NOBODY,
}
MAY_SUBSCRIBE = {
    ">": NOBODY,
    "*": NOBODY,
    "dondoc.>": NOBODY,
    "dondoc.intake.*": NOBODY,
    "dondoc.intake.dai": NOBODY,
    "dondoc.posted.*": {"submissions"},
    "dondoc.output.*.*": NOBODY,
    "dondoc.output.*.dai": NOBODY,
    "dondoc.submissions.review": {"submissions"},
    "dondoc.narrative.written.*": NOBODY,
    "dondoc.plan.published.*": NOBODY,
    "dondoc.assignments.publish_plan": {"assignments"},
    "dondoc.submissions.pending": {"submissions"},
    "dondoc.notifier.queue": {"notifier"},
    "dondoc.reports.status": {"reports"},
    "dondoc.reports.progress.*": NOBODY,
    "submit.dai": NOBODY,
    "submit.*": NOBODY,
    "receipts.dai.>": {"dai"},
    "receipts.dai.recorded": {"dai"},
    "receipts.huyen.>": {"huyen"},
    "receipts.*.recorded": NOBODY,
    "receipts.>": NOBODY,
    "_INBOX.>": NOBODY,
    "_INBOX_dai.>": {"dai"},
    "_INBOX_dai.x.*": {"dai"},
    "_INBOX_huyen.>": {"huyen"},
    "_INBOX_submissions.x.*": {"submissions"},
    "_INBOX_assignments.>": {"assignments"},
    "$SRV.PING": SERVICES,
    "$SRV.INFO.dondoc-reports": {"reports"},
    "$JS.>": NOBODY,
    "$JS.ACK.>": NOBODY,
    "$JS.EVENT.>": NOBODY,
    "$SYS.>": NOBODY,
    "$SYS.ACCOUNT.>": NOBODY,
    "_R_.>": NOBODY,
}


@pytest.fixture
async def seeds(nats_server: Running, js: object) -> dict[str, str]:
    """The agencies' seeds; the topology is there."""
    return await let_in(nats_server, *AGENCIES)


@asynccontextmanager
async def connected(server: Running, user: str, seeds: dict[str, str], refused: list[str]) -> AsyncIterator[Client]:
    """A connection as that user; what the server says no to is added to `refused`."""

    async def on_error(error: Exception) -> None:
        refused.append(str(error))

    if user in seeds:
        nc = await as_agency(server, user, seeds[user], on_error)
    else:
        url = identity_of(server.data).url(user, address(server.port))
        nc = await nats.connect(url, error_cb=on_error, allow_reconnect=False)
    try:
        yield nc
    finally:
        await nc.close()


async def _allowed(
    subjects: Collection[str], nc: Client, refused: list[str], act: Callable[[str], Awaitable[object]]
) -> set[str]:
    """The subjects to which the server doesn't say no."""
    refused.clear()
    for subject in subjects:
        await act(subject)
    await flushed(nc)  # the answers come after every no
    assert all("permissions violation" in text for text in refused)
    return {subject for subject in subjects if not any(f'"{subject.lower()}"' in text.lower() for text in refused)}


@pytest.mark.parametrize("user", USERS)
async def test_each_user_may_what_it_is_for_and_nothing_else(
    nats_server: Running, seeds: dict[str, str], user: str
) -> None:
    """Own subjects, others', wildcards, JetStream's and the system's: as the tables say, subject by subject."""
    refused: list[str] = []
    async with connected(nats_server, user, seeds, refused) as nc:

        async def publish(subject: str) -> None:
            await nc.publish(subject, b"x")  # no request of JetStream's has this body, so the operator's do no harm

        said = await _allowed(MAY_PUBLISH, nc, refused, publish)
        heard = await _allowed(MAY_SUBSCRIBE, nc, refused, nc.subscribe)
    everything = user == "operator"
    assert said == {subject for subject, who in MAY_PUBLISH.items() if everything or user in who}
    assert heard == {subject for subject, who in MAY_SUBSCRIBE.items() if everything or user in who}


def test_the_tables_know_every_stream_and_every_consumer() -> None:
    """What is added to the topology must be thought of here as well."""
    tables = " ".join(MAY_PUBLISH)
    assert all(str(stream.name) in tables for stream in topology.STREAMS if stream.name != topology.DEADLETTER)
    assert all(f"dondoc.deadletter.{consumer.name}" in MAY_PUBLISH for consumer in topology.CONSUMERS)


async def test_what_the_operator_says_in_the_hub_reaches_no_system_account(nats_server: Running, js: object) -> None:
    """`$SYS` of HUB is not the server's: nobody answers."""
    nc = await connect_once(nats_server.url)
    with pytest.raises(nats.errors.NoRespondersError):
        await nc.request("$SYS.REQ.SERVER.PING", timeout=5)
    await nc.close()


@pytest.mark.parametrize(
    "user", ["", "operator:wrong@", "submissions:wrong@", "system:@", "nobody:x@", "dai:x@"], ids=str
)
async def test_who_has_no_secret_is_not_let_in(nats_server: Running, seeds: dict[str, str], user: str) -> None:
    """Nobody, somebody with a wrong password, an agency without its key."""
    with pytest.raises(NoNats, match="Authorization Violation"):
        await connect_once(address(nats_server.port).replace("//", f"//{user}"))
