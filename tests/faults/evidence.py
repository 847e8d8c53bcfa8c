"""What a round left behind, gathered from MongoDB, the log and the inbox."""

import asyncio
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from email import message_from_bytes
from pathlib import Path
from typing import Any

from nats.js import JetStreamContext
from nats.js.api import Header
from pymongo import MongoClient

from deploy.log_reader import read_log
from services.notifier.letters.ids import message_id
from shared.deadletters import REPLAYED
from shared.settings import HTTP_PORTS, Settings
from tests.faults import smtp
from tests.faults.journal import read_journal
from tests.faults.judge import Document, Evidence, Logged, Mail
from tests.faults.receipts import digest_of, key_of
from tests.faults.recount import recount
from tests.faults.smtp import Kept
from tests.faults.told_reports import Asked, misreported
from tests.faults.world import PREFIX, World

SENT = "vn.dondoc.reminder.sent.v1"
RECEIPT = "vn.dondoc.output.re"
ANSWER = "vn.dondoc.answer.given.v1"
_THREADING = re.compile(rb"(?m)^(?:References|In-Reply-To): .*\r\n(?:[ \t].*\r\n)*")
Rungs = list[tuple[str, str, str]]


async def gather(
    world: World,
    js: JetStreamContext,
    journal: Path,
    report: bytes | None,
    asked: Sequence[Asked],
    calm: Sequence[Asked],
) -> Evidence:
    """Everything, read directly and not through the services."""
    log, rungs, events = await _log(js)
    stored = await asyncio.to_thread(_stored, world.mongo_url)
    told, kept = read_journal(journal), await asyncio.to_thread(smtp.read, world.store("smtp"))
    return Evidence(
        told=told,
        log=log,
        mails=mails_of(kept),
        rungs=rungs,
        inbox=recount(events, kept, told.heard_at),
        report=report,
        misreported=tuple(misreported(events, asked, calm)),
        **stored,
    )


def _stored(url: str) -> dict[str, Any]:
    with MongoClient[dict[str, Any]](url) as client:
        submissions = client[f"{PREFIX}_submissions"]
        fields = {"submission": 1, "title": 1, "excerpt": 1, "reasons.code": 1, "reviews": 1}
        outputs = list(submissions["outputs"].find({}, fields))
        documents = [Document(key_of(d), True) for d in (*outputs, *(r for d in outputs for r in d.get("reviews", ())))]
        documents += [Document(key_of(d), False, _codes(d)) for d in submissions["rejections"].find({}, fields)]
        told = [json.loads(d["body"]) for d in submissions["outbox"].find({"_id": {"$regex": "^answer-"}}, {"body": 1})]
        documents += [Document(key_of(event["data"]), True) for event in told]  # an answer is kept there alone
        outbox = {s: [d["_id"] for d in client[f"{PREFIX}_{s}"]["outbox"].find({}, {"_id": 1})] for s in HTTP_PORTS}
        resent = client[f"{PREFIX}_notifier"]["digests"].find({"resends": {"$gt": 0}}, {"_id": 1})
        sender = str(Settings.model_fields["mail_from"].default)
        ids = frozenset(message_id(d["_id"], sender) for d in resent)
    return {"documents": documents, "outbox": outbox, "resent": ids}


def _codes(rejection: dict[str, Any]) -> str:
    return ", ".join(reason["code"] for reason in rejection["reasons"])


async def _log(js: JetStreamContext) -> tuple[list[Logged], Rungs, list[dict[str, Any]]]:
    log: list[Logged] = []
    events: list[dict[str, Any]] = []
    rungs: dict[str, Rungs] = {}
    async for msg in read_log(js):
        if (msg.headers or {}).get(Header.MSG_ID.value, "").startswith(REPLAYED):
            continue  # a delivery that was told again on purpose
        event = json.loads(msg.data)
        events.append(event)
        is_receipt = event["type"].startswith((RECEIPT, ANSWER))
        key, digest = (key_of(event["data"]), digest_of(msg.data)) if is_receipt else ("", "")
        log.append(Logged(event["id"], event["type"], key, digest))
        if event["type"] == SENT:
            rungs[event["id"]] = _rungs(event["data"])
    return log, [rung for told in rungs.values() for rung in told], events


def _rungs(sent: dict[str, Any]) -> Rungs:
    return [("/".join(item["occurrence"].values()), item["rung"], sent["agency"]) for item in sent["items"]]


def mails_of(kept: Iterable[Kept]) -> list[Mail]:
    """Every mail that the server kept, copies too."""
    return sorted(map(_mail, kept), key=lambda mail: mail.id)


def _mail(kept: Kept) -> Mail:
    identity = str(message_from_bytes(kept.content)["Message-ID"])
    return Mail(identity, kept.recipients, _digest(kept.content), _digest(_THREADING.sub(b"", kept.content)))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
