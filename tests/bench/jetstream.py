"""What the bench asks of JetStream: hold a consumer back, post a backlog, see when the last receipt was stored."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import StreamConfig
from nats.js.errors import NotFoundError

from tests.bench.events import Posted

IN_FLIGHT = 2_000
HELD_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Stored:
    """How many messages a stream holds, and when (seconds since 1970, the server's clock) it stored the last."""

    count: int
    at: float


async def stored(nc: Client, stream: str) -> Stored:
    state = (await _ask(nc, f"STREAM.INFO.{stream}"))["state"]
    return Stored(state["messages"], datetime.fromisoformat(state["last_ts"]).timestamp())


async def hold(nc: Client, stream: str, consumer: str) -> None:
    """The consumer delivers nothing until it is let go."""
    until = (datetime.now(UTC) + HELD_FOR).isoformat()
    answer = await _ask(nc, f"CONSUMER.PAUSE.{stream}.{consumer}", {"pause_until": until})
    assert answer["paused"]


async def let_go(nc: Client, stream: str, consumer: str) -> None:
    answer = await _ask(nc, f"CONSUMER.PAUSE.{stream}.{consumer}", {})
    assert not answer["paused"]


async def post(nc: Client, subject: str, events: Iterable[Posted]) -> None:
    """Store the events on `<subject>.<agency>`, as fast as the client goes."""
    js = nc.jetstream(publish_async_max_pending=IN_FLIGHT)
    futures = [await js.publish_async(f"{subject}.{event.agency}", event.body) for event in events]
    for future in futures:
        await future


async def renew(js: JetStreamContext, config: StreamConfig) -> None:
    """The stream, empty."""
    await remove(js, str(config.name))
    await js.add_stream(config)


async def remove(js: JetStreamContext, stream: str) -> None:
    try:
        await js.delete_stream(stream)
    except NotFoundError:
        return


async def _ask(nc: Client, endpoint: str, request: Any = None) -> Any:
    body = b"" if request is None else json.dumps(request).encode()
    answer = json.loads((await nc.request(f"$JS.API.{endpoint}", body, timeout=20)).data)
    assert "error" not in answer, answer
    return answer
