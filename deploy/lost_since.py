"""What the log holds and a backup doesn't: saved to a file before the log is made anew, for people to read."""

import base64
import json
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import Header
from nats.js.errors import NotFoundError

from deploy.log_reader import read_log
from shared.mongo import Mongo
from shared.outbox import PAGE, Outbox
from shared.settings import HTTP_PORTS, Settings

ENDING = "lost-since-backup.jsonl"


@dataclass(frozen=True)
class Lost:
    """How many events, and where they lie; no file for none."""

    events: int = 0
    file: Path | None = None


async def save_lost(js: JetStreamContext, settings: Settings, backup: Path) -> Lost:
    """Write every event of the log that no outbox holds to a new file next to the backup, a line each, in order."""
    path = _free(backup)
    events = 0
    with ExitStack() as stack:
        databases = [Mongo(settings.mongo_url, settings.database(service)) for service in HTTP_PORTS]
        outboxes = [Outbox(mongo, "") for mongo in databases]
        for mongo in databases:
            stack.callback(mongo.close)
        out = stack.enter_context(path.open("x", encoding="utf-8"))
        page: list[Msg] = []

        async def write() -> int:
            known: set[str] = set()
            for outbox in outboxes:
                known |= await outbox.known([_id(msg) for msg in page])
            return _write(out, (msg for msg in page if _id(msg) not in known))

        with suppress(NotFoundError):
            async for msg in read_log(js):
                page.append(msg)
                if len(page) == PAGE:
                    events += await write()
                    page.clear()
        events += await write()
    if not events:
        path.unlink()
    return Lost(events, path if events else None)


def _write(out: Any, lost: Iterable[Msg]) -> int:
    written = 0
    for msg in lost:
        out.write(json.dumps(_line(msg), ensure_ascii=False) + "\n")
        written += 1
    return written


def _line(msg: Msg) -> object:
    """The event itself, as it is; where it isn't JSON, what there is of it."""
    with suppress(ValueError):
        return json.loads(msg.data)
    return {"subject": msg.subject, "headers": msg.headers, "body_base64": base64.b64encode(msg.data).decode()}


def _id(msg: Msg) -> str:
    return (msg.headers or {}).get(Header.MSG_ID.value, "")


def _free(backup: Path) -> Path:
    """A name that isn't taken: an earlier restore may have saved something."""
    for number in count(1):
        path = backup.with_name(f"{backup.name}.{ENDING}" if number == 1 else f"{backup.name}.{number}.{ENDING}")
        if not path.exists():
            return path
    raise AssertionError("the count has no end")
