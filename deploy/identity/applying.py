"""Letting running servers read their configuration again: who isn't concerned stays connected.

The system account's request is used, not a signal: it works from another host and in a container as well.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from deploy.identity.folder import Identity
from deploy.identity.permissions import SYSTEM
from shared.nats_once import connect_once

PING = "$SYS.REQ.SERVER.PING"
ANSWER_WITHIN = timedelta(seconds=10)
# The others of a cluster answer as soon as the first one does; one that is known to it and gone never does.
OTHERS_WITHIN = timedelta(milliseconds=500)


class NotApplied(Exception):
    """A server didn't take the configuration; the text is its reason."""


async def apply(identity: Identity, url: str) -> int:
    """Every server of the cluster at that URL reads its file again; how many there are.

    Raises NoNats where none answers or it doesn't know our secret, NotApplied where one didn't take the file: the
    others have been asked all the same.
    """
    nc = await connect_once(identity.url(SYSTEM, url))
    count, refusals = 0, []
    try:
        async for name, id_ in _servers(nc):
            count += 1
            if refusal := await _reload(nc, name, id_):
                refusals.append(refusal)
    except (TimeoutError, NatsError) as error:
        raise NotApplied(f"nats-server took the connection, and doesn't answer ({error or 'no answer'})") from None
    finally:
        await nc.close()
    if refusals:
        raise NotApplied("; ".join(refusals))
    return count


async def _reload(nc: Client, name: str, id_: str) -> str | None:
    """Why the server didn't take its file; None where it did."""
    # Twice: an account that is new imports no service after the first time (nats-server 2.15.1); posts found nobody.
    for _ in range(2):
        try:
            answer = await _ask(nc, f"$SYS.REQ.SERVER.{id_}.RELOAD")
        except (TimeoutError, NatsError) as error:
            return f"nats-server {name} doesn't answer ({error or 'no answer'})"
        if "error" in answer:
            return f"nats-server {name} refuses its configuration: {answer['error']['description']}"
    return None


async def _servers(nc: Client) -> AsyncIterator[tuple[str, str]]:
    """Name and id of each, as soon as it answers: who waits for a key mustn't wait for others of a cluster. It ends
    when all have answered that any of them knows of, or when the rest keep silent."""
    heard: asyncio.Queue[Msg] = asyncio.Queue()
    inbox = nc.new_inbox()
    subscription = await nc.subscribe(inbox, cb=heard.put)
    await nc.publish(PING, reply=inbox)
    known: set[str] = set()
    expected = 1
    while len(known) < expected:
        try:
            async with asyncio.timeout((OTHERS_WITHIN if known else ANSWER_WITHIN).total_seconds()):
                answer = json.loads((await heard.get()).data)
        except TimeoutError:
            if not known:
                raise
            break
        server, expected = answer["server"], max(expected, _size(answer["statsz"]))
        if server["id"] not in known:
            known.add(server["id"])
            yield server["name"], server["id"]
    await subscription.unsubscribe()


def _size(statistics: dict[str, Any]) -> int:
    """How many servers there are, by what one says of itself: it hears of another a moment after it is linked to it."""
    linked = {route["name"] for route in statistics.get("routes", [])}
    return max(int(statistics["active_servers"]), 1 + len(linked))


async def _ask(nc: Client, subject: str) -> dict[str, Any]:
    reply = await nc.request(subject, timeout=ANSWER_WITHIN.total_seconds())
    answer: dict[str, Any] = json.loads(reply.data)
    return answer
