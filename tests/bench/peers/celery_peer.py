"""What a team would build otherwise: Celery with Redis, pymongo and the same pydantic models; one task an event.

Written to be fast and to lose nothing: acknowledged late, prefetched, one client a worker process, repeats held off by
a unique `_id`, ignored results. It matches nothing to any plan: that would come on top.
"""

import hashlib
from functools import cache
from typing import Any

import redis
from celery import Celery
from celery.signals import worker_process_init
from pydantic import ValidationError
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from shared.contracts.envelope import EnvelopeError, parse
from shared.contracts.outputs import OutputSubmitted
from tests.bench.peers.place import place

QUEUE = "intake"
RECEIPTS = "receipts"
PREFETCH = 64

here = place()
app = Celery("peer", broker=here.redis_url)
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_default_queue=QUEUE,
    worker_prefetch_multiplier=PREFETCH,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
)


@cache
def database() -> Database[dict[str, Any]]:
    """Connected in the worker process, since clients don't survive a fork."""
    client: MongoClient[dict[str, Any]] = MongoClient(here.mongo_url, w="majority")
    return client[here.database]


@cache
def answers() -> redis.Redis:
    return redis.Redis.from_url(here.redis_url)


@worker_process_init.connect
def connect(**_: Any) -> None:
    """Before the first task, so that nobody waits for it."""
    database().command("ping")
    answers().ping()


@app.task(name="record")
def record(agency: str, body: str) -> None:
    """Validate, write, answer."""
    try:
        envelope = parse(body.encode())
        output = OutputSubmitted.model_validate(envelope.data)
    except (EnvelopeError, ValidationError) as error:
        _write(
            "rejections",
            {"_id": hashlib.sha256(f"{agency} {body}".encode()).hexdigest(), "body": body, "why": str(error)},
        )
        answers().xadd(RECEIPTS, {"agency": agency, "rejected": str(error)})
        return
    identity = f"{envelope.source} {envelope.id}"
    _write("outputs", {"_id": identity, "agency": agency, "body": body, **output.model_dump(mode="json")})
    answers().xadd(RECEIPTS, {"agency": agency, "recorded": identity})


def _write(collection: str, document: dict[str, Any]) -> None:
    try:
        database()[collection].insert_one(document)
    except DuplicateKeyError:
        return  # a task that comes again
