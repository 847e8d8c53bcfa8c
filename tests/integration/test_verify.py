"""`verify` recounts the log, and names each way in which a store can disagree with it, with what to run."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from deploy.log_reader import read_log
from deploy.verification import verify
from services.assignments.app import start as start_assignments
from services.notifier.app import start as start_notifier
from services.reports.app import start as start_reports
from services.submissions.answer_by_link import answer_by_link
from services.submissions.app import start as start_submissions
from services.submissions.evidence import Evidence
from services.submissions.link_events import told_id
from shared.ask import request_body
from shared.contracts.duties import OccurrenceKey
from shared.mongo import Mongo
from shared.outbox import Outbox
from shared.publisher import Publisher
from shared.relay import relay_own
from shared.settings import Settings
from shared.signed_links import Link, Purpose
from shared.topology import EVENTS
from tests.harness.services import in_process
from tests.integration.keeping import keep
from tests.integration.log import day, tell
from tests.system.small_house import SmallHouse, small_house
from tests.unit.submissions.sample_files import sample

JANUARY = "mau-2026/I.1/so-a/2026-01"
FEBRUARY = OccurrenceKey(plan="mau-2026", duty="I.1", agency="so-a", period="2026-02")
LINK = Link(Purpose.NOTHING_TO_REPORT, "so-a", FEBRUARY, "0123", ("vanthu@so-a.example",), date(2026, 5, 4))
STARTS = {
    "assignments": start_assignments,
    "submissions": start_submissions,
    "notifier": start_notifier,
    "reports": start_reports,
}


@dataclass
class Stores:
    """The log and the databases, as somebody with access to the servers can spoil them."""

    js: JetStreamContext
    settings: Settings
    stack: AsyncExitStack

    def __getitem__(self, name: str) -> Any:
        """A service's collection, `service.collection`."""
        service, collection = name.split(".", 1)
        mongo = Mongo(self.settings.mongo_url, self.settings.database(service))
        self.stack.callback(mongo.close)
        return mongo.db[collection]

    async def forget_in_log(self, event_id: str) -> None:
        async for msg in read_log(self.js):
            if (msg.headers or {}).get("Nats-Msg-Id") == event_id:
                await self.js.delete_msg(EVENTS, msg.metadata.sequence.stream)

    async def refuse(self, service: str, event_id: str) -> None:
        await self.forget_in_log(event_id)
        await self[f"{service}.set_apart"].insert_one({"_id": event_id, "reason": "why", "at": datetime.now(UTC)})

    async def repeat_in_log(self, event_id: str) -> None:
        found = [msg async for msg in read_log(self.js) if (msg.headers or {}).get("Nats-Msg-Id") == event_id]
        await self.js.publish(found[0].subject, found[0].data, headers={"Nats-Msg-Id": "another"})


@asynccontextmanager
async def _house(nc: Client, js: JetStreamContext, settings: Settings) -> AsyncIterator[SmallHouse]:
    """All services, with a plan, a mail that was sent, an output that was recorded with a file and reviewed, one that
    was rejected, and an answer by a link."""
    async with AsyncExitStack() as stack:
        for name, start in STARTS.items():
            await stack.enter_async_context(in_process(name, start, settings))
        house = await stack.enter_async_context(small_house(nc, settings))
        await house.publish_plan()
        await house.turn("2026-02-03")
        await house.sent()
        submissions = Mongo(settings.mongo_url, settings.database("submissions"))
        stack.callback(submissions.close)
        files = [await keep(Evidence(submissions), "so-a", FILE)]
        one = (await house.deliver("one", "2026-01-30", evidence=files))["data"]
        said = {"output": one["output"], "accepted": True, "reviewer": "Cán bộ (mẫu)"}
        await house.ask("submissions", "review", request_body(**said))
        await house.deliver("wrong", "2026-01-30", channel="no such")
        outbox = Outbox(submissions, "/dondoc/submissions")
        await answer_by_link(LINK, "Không có nội dung (mẫu)", date(2026, 2, 3), submissions, outbox)
        await relay_own(outbox, Publisher(nc))
        yield house


FILE = sample("mp4", 2_000_000)
NAME = hashlib.sha256(FILE).hexdigest()
REVIEWED_AGAIN = {
    "$set": {
        "reviews": {
            "$concatArrays": [
                "$reviews",
                [{"$mergeObjects": [{"$first": "$reviews"}, {"review": 2}]}],
            ]
        }
    }
}
Spoil = Callable[[Stores], Awaitable[object]]
DISAGREEMENTS: dict[str, tuple[Spoil, tuple[str, ...]]] = {
    "the log holds an event twice": (
        lambda s: s.repeat_in_log("day:2026-02-03"),
        ("the log holds day:2026-02-03 2 times: views count it once",),
    ),
    "the log lost an event": (
        lambda s: s.forget_in_log("day:2026-02-03"),
        ("assignments has day:2026-02-03, which the log lacks: run `dondoc topology refill`",),
    ),
    "the log refuses an event": (
        lambda s: s.refuse("assignments", "day:2026-02-03"),
        ("assignments has day:2026-02-03, which the log refuses: see `dondoc deadletters list`",),
    ),
    "the log lost an agency's answer": (
        lambda s: s.forget_in_log(told_id(LINK)),
        (f"submissions has {told_id(LINK)}, which the log lacks: run `dondoc topology refill`",),
    ),
    "the log is newer than MongoDB": (
        lambda s: tell(s.js, day("2026-02-01")),
        ("which no service knows: the log is newer than MongoDB, or written by hand",),
    ),
    "a consumer is gone": (
        lambda s: s.js.delete_consumer(EVENTS, "notifier-days"),
        ("consumer notifier-days is missing: run `dondoc topology refill`",),
    ),
    "a stream is other than declared": (
        lambda s: s.js.update_stream(name=EVENTS, duplicate_window=60),
        ("stream EVENTS has duplicate_window=60", "run `dondoc topology apply`"),
    ),
    "a recorded output is gone": (
        lambda s: s["submissions.outputs"].delete_one({}),
        ("(recorded) and keeps no document of it",),
    ),
    "a rejection is gone": (
        lambda s: s["submissions.rejections"].delete_one({}),
        ("(rejected) and keeps no document of it",),
    ),
    "an output without a receipt": (
        lambda s: s["submissions.outputs"].insert_one({"_id": "untold"}),
        ("submissions keeps untold (recorded) and has no receipt of it",),
    ),
    "a part of a file is gone": (
        lambda s: s["submissions.evidence.chunks"].delete_one({"n": 1}),
        (f"submissions has 1 chunks of the file {NAME} of so-a, which are 2: somebody wrote into its database",),
    ),
    "a file is gone": (
        lambda s: s["submissions.evidence.files"].delete_one({}),
        (
            f"with the file {NAME}, which so-a doesn't keep: somebody wrote into its database",
            "counts 2000000 bytes of evidence of so-a, which keeps 0",
        ),
    ),
    "a review is gone": (
        lambda s: s["submissions.outputs"].update_one({"reviews.0": {"$exists": True}}, {"$unset": {"reviews": 1}}),
        (":1 and keeps no such review with its output: somebody wrote into its database",),
    ),
    "a review was never told": (
        lambda s: s["submissions.outputs"].update_one({"reviews.0": {"$exists": True}}, [REVIEWED_AGAIN]),
        (":2 with its output and hasn't told it: somebody wrote into its database",),
    ),
    "submissions has another plan": (
        lambda s: s["submissions.plans"].update_one({}, {"$set": {"revision": 9}}),
        ("submissions has revision 9 of mau-2026, the log 1: stop submissions and run `dondoc rebuild submissions`",),
    ),
    "submissions lacks what is due": (
        lambda s: s["submissions.obligations"].delete_one({}),
        (f"submissions lacks {JANUARY}, which is due by the log",),
    ),
    "submissions has another date": (
        lambda s: s["submissions.obligations"].update_one({}, {"$set": {"facts.0.end": "2026-01-30"}}),
        (f"submissions has {JANUARY} due by 2026-01-30, the log by 2026-01-31",),
    ),
    "submissions has what nobody owes": (
        lambda s: s["submissions.obligations"].update_one({}, {"$set": {"agency": "so-b"}}),
        ("submissions has mau-2026/I.1/so-b/2026-01 as due, which the log doesn't", f"submissions lacks {JANUARY}"),
    ),
    "the notifier forgot a mail": (
        lambda s: s["notifier.rungs"].delete_one({"passed": False}),
        (f"the log tells that {JANUARY} upcoming so-a was mailed, which notifier has forgotten",),
    ),
    "the notifier mailed what the log doesn't tell": (
        lambda s: s["notifier.rungs"].update_one({"passed": False}, {"$set": {"rung": "overdue"}}),
        (f"notifier has mailed {JANUARY} overdue so-a, of which the log tells nothing", "has forgotten"),
    ),
    "the notifier knows too little": (
        lambda s: s["notifier.accounts"].update_one({"_id": JANUARY}, {"$set": {"facts": {}}}),
        (f"notifier knows other facts of {JANUARY} than the log: stop notifier and run `dondoc rebuild notifier`",),
    ),
    "the notifier knows nothing": (
        lambda s: s["notifier.accounts"].delete_one({"_id": JANUARY}),
        (f"notifier knows nothing of {JANUARY}",),
    ),
    "a part of an issued report is gone": (
        lambda s: s["reports.issued.chunks"].delete_one({}),
        ("reports keeps other bytes (no whole document) as the issued report",),
    ),
    "an issued report was changed": (
        lambda s: s["reports.issued.chunks"].update_one({}, {"$set": {"data": b"{}"}}),
        ("reports keeps other bytes (44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a) as the issued",),
    ),
    "an issued report is gone": (
        lambda s: s["reports.issued.files"].delete_one({}),
        ("reports doesn't keep the report", "which the log says was issued: somebody wrote into its database"),
    ),
    "the report counts otherwise": (
        lambda s: s["reports.accounts"].delete_one({"_id": JANUARY}),
        ("mau-2026: the report counts 0 met", "the log 1: run `dondoc rebuild reports`"),
    ),
    "the report lacks an output": (
        lambda s: s["reports.outputs"].delete_one({}),
        ("reports keeps 0 outputs of mau-2026, the log 1: run `dondoc rebuild reports`",),
    ),
    "the report counts outputs otherwise": (
        lambda s: s["reports.sums"].delete_one({}),
        ("mau-2026: the report counts 0 outputs, the log 1: run `dondoc rebuild reports`",),
    ),
}


@pytest.mark.parametrize("kind", DISAGREEMENTS)
async def test_a_disagreement_is_named(nc: Client, js: JetStreamContext, settings: Settings, kind: str) -> None:
    """An undisturbed house agrees; after that one change of a store it is told, with what to run."""
    spoil, said = DISAGREEMENTS[kind]
    async with _house(nc, js, settings), AsyncExitStack() as stack:
        steps: list[tuple[str, int, int | None]] = []
        undisturbed = await verify(nc, settings, lambda *step: steps.append(step))
        assert (undisturbed.disagreements, undisturbed.outputs) == ([], 1)
        assert ("reading the log", 1, undisturbed.events) in steps
        await spoil(Stores(js, settings, stack))
        found = (await verify(nc, settings)).disagreements
        for text in said:
            assert any(text in line for line in found), found
