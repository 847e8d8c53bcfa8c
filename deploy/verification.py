"""Recounting from the log, beside the services, and saying where the stores disagree with it."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from deploy.log_reader import Unreadable, read_events
from deploy.recount import Log
from services.notifier import check as notifier_check
from services.notifier.store import Store as NotifierStore
from services.reports import check as reports_check
from services.reports.issued_store import IssuedStore
from services.reports.store import Store as ReportsStore
from services.submissions import check as submissions_check
from services.submissions.check_evidence import evidence_disagreements
from services.submissions.check_reviews import review_disagreements
from services.submissions.evidence import Evidence
from services.submissions.reviews import Reviews
from services.submissions.store import Store as SubmissionsStore
from shared import topology
from shared.ask import ask, request_body
from shared.mongo import Mongo
from shared.outbox import Outbox
from shared.settings import HTTP_PORTS, Settings

ANSWER_WITHIN = timedelta(minutes=1)
READ_WITHIN = timedelta(seconds=5)
LOOK_EVERY = timedelta(milliseconds=50)
TELL_EVERY = 500  # events

# What is done now, and how much of it is done, of how much: None where it can't be counted.
Tell = Callable[[str, int, int | None], None]
# Of one kind; a lost log would name everything.
MOST_LINES = 20

REFILL = "run `dondoc topology refill`"
DEADLETTERS = "see `dondoc deadletters list`"
DOUBLED = (
    "views count it once; a log without it is made by removing the store of nats-server and `dondoc topology refill`"
)
NEWER = (
    "the log is newer than MongoDB, or written by hand; if MongoDB was put back by other means than `dondoc restore`, "
    "remove the store of nats-server and run `dondoc topology refill`"
)
APPLY = "run `dondoc topology apply`"
REBUILD = "run `dondoc rebuild reports`"


@dataclass(frozen=True)
class Verdict:
    """Every disagreement, a line each for people, with what to run; none when log, outboxes and stores agree. And how
    many events and outputs the log holds, so that nobody takes an empty one for a good one."""

    disagreements: list[str]
    events: int
    outputs: int


async def verify(nc: Client, settings: Settings, tell: Tell = lambda *_: None) -> Verdict:
    """Compare all that there is; reports must be running, since it is asked for its report.

    `tell` hears how it comes along. What is on its way counts as a disagreement: run it when nothing is being posted.
    In memory are the ids and the accounts of the log, never its documents.
    """
    tell("waiting for the services to have read the log", 0, None)
    different = await topology.differences(nc.jetstream(), settings.stream_replicas)
    declared = [f"{line}: {REFILL if line.endswith(topology.MISSING) else APPLY}" for line in different]
    lagging = await _lagging(nc.jetstream())
    log, unreadable = Log(), Unreadable()
    read, events = 0, (await nc.jetstream().stream_info(topology.EVENTS)).state.messages
    async for event_id, event in read_events(nc.jetstream(), unreadable):
        log.take(event_id, event)
        read += 1
        if read % TELL_EVERY == 1:
            tell("reading the log", read, events)
    found = [*declared, *lagging, *unreadable.lines]
    found += _some(f"the log holds {name} {times} times: {DOUBLED}" for name, times in log.ids.items() if times > 1)
    found += _some(f"{' '.join(what)} was mailed {times} times" for what, times in log.mailed.items() if times > 1)
    tell("comparing the outboxes", 0, None)
    found += await _outboxes_against(log, settings)
    tell("comparing submissions", 0, None)
    found += await _gathered(_submissions_against(log, settings))
    found += await _gathered(_evidence_against(settings))
    tell("comparing notifier", 0, None)
    found += await _gathered(_notifier_against(log, settings))
    tell("comparing reports", 0, None)
    found += await _gathered(_reports_against(log, settings))
    found += await _gathered(_issued_against(log, settings))
    for plan in sorted(log.plans):
        tell(f"comparing the report of {plan}", 0, None)
        found += await _report_against(log, plan, nc)
    return Verdict(found, events=len(log.ids), outputs=log.outputs.total())


async def _lagging(js: JetStreamContext) -> list[str]:
    """Wait a moment until the services have read the log; a line for each that hasn't."""
    lines = []
    deadline = asyncio.get_running_loop().time() + READ_WITHIN.total_seconds()
    for consumer in topology.CONSUMERS:
        with suppress(NotFoundError):  # that it is missing is said already
            info = await js.consumer_info(consumer.stream, consumer.name)
            while info.num_pending or info.num_ack_pending:
                if asyncio.get_running_loop().time() > deadline:
                    lines.append(
                        f"{consumer.name} has yet to take in {info.num_pending} messages: is its service ready?"
                    )
                    break
                await asyncio.sleep(LOOK_EVERY.total_seconds())
                info = await js.consumer_info(consumer.stream, consumer.name)
    return lines


async def _outboxes_against(log: Log, settings: Settings) -> list[str]:
    found: list[str] = []
    without_row = set(log.ids)
    for service in HTTP_PORTS:
        mongo = _database(settings, service)
        outbox = Outbox(mongo, "")
        apart = {one.row.id for one in await outbox.apart()}
        lacking = []
        async for id_ in outbox.ids():
            if id_ in log.ids:
                without_row.discard(id_)
            else:
                lacking.append(id_)
        mongo.close()
        found += _some(
            f"{service} has {id_}, which the log {f'refuses: {DEADLETTERS}' if id_ in apart else f'lacks: {REFILL}'}"
            for id_ in sorted(lacking)
        )
    return found + _some(f"the log has {id_}, which no service knows: {NEWER}" for id_ in sorted(without_row))


async def _submissions_against(log: Log, settings: Settings) -> AsyncIterator[str]:
    mongo = _database(settings, "submissions")
    async for line in submissions_check.disagreements(SubmissionsStore(mongo), log.accounts, log.plans):
        yield line
    async for line in review_disagreements(Reviews(mongo)):
        yield line
    mongo.close()


async def _evidence_against(settings: Settings) -> AsyncIterator[str]:
    mongo = _database(settings, "submissions")
    async for line in evidence_disagreements(SubmissionsStore(mongo), Evidence(mongo)):
        yield line
    mongo.close()


async def _notifier_against(log: Log, settings: Settings) -> AsyncIterator[str]:
    mongo = _database(settings, "notifier")
    async for line in notifier_check.disagreements(NotifierStore(mongo), log.accounts, log.mailed.keys()):
        yield line
    mongo.close()


async def _reports_against(log: Log, settings: Settings) -> AsyncIterator[str]:
    mongo = _database(settings, "reports")
    async for line in reports_check.disagreements(ReportsStore(mongo), log.outputs):
        yield line
    mongo.close()


async def _issued_against(log: Log, settings: Settings) -> AsyncIterator[str]:
    mongo = _database(settings, "reports")
    async for line in reports_check.issued_disagreements(IssuedStore(mongo), log.issued):
        yield line
    mongo.close()


async def _report_against(log: Log, plan: str, nc: Client) -> list[str]:
    if log.last_day is None:
        return []
    body = request_body(plan=plan, as_of=log.last_day.isoformat(), format="json")
    report = json.loads(await ask(nc, "dondoc.reports.report", body, ANSWER_WITHIN))
    told = Counter(line["state"] for line in report["occurrences"])
    counted = log.states(plan, log.last_day)
    found = [
        f"{plan}: the report counts {told[state]} {state}, the log {counted[state]}: {REBUILD}"
        for state in sorted({*told, *counted})
        if told[state] != counted[state]
    ]
    if report["outputs"]["recorded"] != log.outputs[plan]:
        counted = report["outputs"]["recorded"]
        found.append(f"{plan}: the report counts {counted} outputs, the log {log.outputs[plan]}: {REBUILD}")
    return found


def _some(lines: Iterable[str]) -> list[str]:
    every = list(lines)
    rest = len(every) - MOST_LINES
    return every if rest <= 0 else [*every[:MOST_LINES], f"… and {rest} more of this kind"]


async def _gathered(lines: AsyncIterable[str]) -> list[str]:
    return _some([line async for line in lines])


def _database(settings: Settings, service: str) -> Mongo:
    return Mongo(settings.mongo_url, settings.database(service))
