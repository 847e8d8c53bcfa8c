"""Keys end at their time: somebody must let the servers read again what counts, since they know no dates of users."""

import asyncio
from datetime import UTC, datetime, timedelta

from deploy.identity.applying import NotApplied, apply
from deploy.identity.folder import Identity
from deploy.say import Say
from shared.nats_once import NoNats

LOOK_EVERY = timedelta(seconds=20)


async def end_keys(identity: Identity, url: str, say: Say, every: timedelta = LOOK_EVERY) -> None:
    """For ever: when a key has ended, write the accounts without it and have them applied. What fails is said, and
    tried again. The first look applies in any case: a key may have ended since the server read its file."""
    applied = None
    while True:
        await asyncio.sleep(every.total_seconds())
        try:
            counts = identity.counting(datetime.now(UTC))
            if counts != applied:
                identity.prepare()
                await apply(identity, url)
                applied = counts
        except (OSError, ValueError, NoNats, NotApplied) as error:
            say("servers", f"keys that have ended still count: {error}")
