"""Posting events and waiting for their receipts, by NATS alone, as any integrator can."""

import asyncio
import json
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

Receipt = dict[str, Any]
Key = tuple[str, str | None, str | None]


class Poster:
    """Hears every receipt; `post` returns the one of its event, found by CloudEvents source and id."""

    def __init__(self, nc: Client) -> None:
        self._nc = nc
        self._js = nc.jetstream()
        self._expected: dict[Key, asyncio.Future[Receipt]] = {}
        self._subscriptions: list[Subscription] = []

    async def __aenter__(self) -> Self:
        for kind in ("recorded", "rejected"):
            subject = f"dondoc.output.{kind}.*"
            self._subscriptions.append(await self._nc.subscribe(subject, cb=self._hear))
        await self._nc.flush()
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        for subscription in self._subscriptions:
            await subscription.unsubscribe()

    async def post(self, agency: str, body: bytes, within: timedelta) -> Receipt:
        """Post one event in structured mode, or bytes that are none. Raises TimeoutError where no receipt comes."""
        key = _key(agency, body)
        expected = self._expected.setdefault(key, asyncio.get_running_loop().create_future())
        await self._js.publish(
            f"dondoc.intake.{agency}", body, headers={"Content-Type": "application/cloudevents+json"}
        )
        try:
            return await asyncio.wait_for(asyncio.shield(expected), within.total_seconds())
        finally:
            self._expected.pop(key, None)

    async def _hear(self, msg: Msg) -> None:
        receipt: Receipt = json.loads(msg.data)
        submission = receipt["data"]["submission"] or {}
        key = (receipt["data"]["agency"], submission.get("source"), submission.get("id"))
        expected = self._expected.get(key)
        if expected is not None and not expected.done():
            expected.set_result(receipt)


def _key(agency: str, body: bytes) -> Key:
    """By what the receipt names the event; bytes that hold no envelope are named by none."""
    try:
        event = json.loads(body)
        return (agency, str(event["source"]), str(event["id"]))
    except (ValueError, TypeError, KeyError):
        return (agency, None, None)
