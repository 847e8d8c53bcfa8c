"""Posting events and waiting for their receipts, by NATS alone, as any integrator can."""

import asyncio
import json
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError

from shared.posting import new_subject

Receipt = dict[str, Any]
Key = tuple[str, str | None, str | None]


class NotTaken(Exception):
    """The intake didn't store the event; the text is the server's reason."""


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
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        for subscription in self._subscriptions:
            await subscription.unsubscribe()

    async def post(self, agency: str, body: bytes, within: timedelta) -> Receipt:
        """Post one event in structured mode, or bytes that are none; one at a time for an agency.

        Raises NotTaken where the intake doesn't store it, TimeoutError where no receipt comes.
        """
        key = _key(agency, body)
        expected = self._expected.setdefault(key, asyncio.get_running_loop().create_future())
        headers = {"Content-Type": "application/cloudevents+json"}
        try:
            await self._js.publish(new_subject(agency), body, headers=headers)
        except (NatsError, TimeoutError) as error:
            self._expected.pop(key, None)
            raise NotTaken(str(error) or type(error).__name__) from None
        try:
            return await asyncio.wait_for(asyncio.shield(expected), within.total_seconds())
        finally:
            self._expected.pop(key, None)

    async def _hear(self, msg: Msg) -> None:
        receipt: Receipt = json.loads(msg.data)
        agency, submission = receipt["data"]["agency"], receipt["data"]["submission"]
        if submission is not None:
            expected = self._expected.get((agency, submission["source"], submission["id"]))
        else:
            # No envelope could be read, so the receipt can't name the event: it is the one that was posted just now.
            expected = next((waiting for key, waiting in self._expected.items() if key[0] == agency), None)
        if expected is not None and not expected.done():
            expected.set_result(receipt)


def _key(agency: str, body: bytes) -> Key:
    """By what the receipt names the event; None for both where the bytes hold no envelope."""
    try:
        event = json.loads(body)
        return (agency, str(event["source"]), str(event["id"]))
    except (ValueError, TypeError, KeyError):
        return (agency, None, None)
