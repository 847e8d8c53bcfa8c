"""The turn of days by the clock, in the plans' time zone; every day missed since the last is published at start."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from services.assignments.publish_days import publish_days
from services.assignments.store import Store
from shared.logs import logger
from shared.mongo import BulkWriteError, DuplicateKeyError, Mongo
from shared.outbox import Outbox
from shared.outcomes import Rejected

LOOK_EVERY = timedelta(seconds=1)
STANDS_STILL = timedelta(minutes=1)

log = logger(__name__)


async def turn_days(now: Callable[[], datetime], store: Store, mongo: Mongo, outbox: Outbox) -> None:
    """Until cancelled. Before a plan is published there is no calendar."""
    while True:
        zone = await store.time_zone()
        if zone is not None:
            today = now().astimezone(ZoneInfo(zone)).date()
            last = await store.last_day()
            if last is None or last < today:
                try:
                    days = await publish_days(today, store, mongo, outbox)
                    log.info("days published", days=[day.isoformat() for day in days.published])
                except (DuplicateKeyError, BulkWriteError):
                    pass  # another replica was first
                except Rejected as refusal:
                    log.error("the calendar stands still; is the clock right?", why=refusal.reason)
                    await asyncio.sleep(STANDS_STILL.total_seconds())
        await asyncio.sleep(LOOK_EVERY.total_seconds())
