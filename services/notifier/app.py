"""Wiring: what the service is made of; `officers/` and `bounces/` each bring a part with wiring of its own."""

import asyncio
import json
import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

from nats.aio.msg import Msg

from services.notifier import log_position
from services.notifier.apply_events import apply_events
from services.notifier.bounces.take_bounces import take_bounces
from services.notifier.decide_reminders import decide_reminders
from services.notifier.officers.answer_officers import answer_officers
from services.notifier.send_reminders import send_reminders
from services.notifier.sending.caught_up import CaughtUp, Position
from services.notifier.sending.courier import Courier
from services.notifier.sending.limits import Limits
from services.notifier.sending.mailing import read_mailing
from services.notifier.sending.pool import Pool
from services.notifier.sending.sending import Sending
from services.notifier.store import Store
from shared.contracts.days import CalendarDay
from shared.contracts.registry import decode
from shared.crashpoints import CrashPoint, crash_point
from shared.outcomes import Retry
from shared.runtime import REFILL, Delivery, Runtime
from shared.settings import CalendarMode
from shared.topology import NOTIFIER_DAYS, NOTIFIER_FACTS

LOOK_EVERY = timedelta(seconds=1)
LOOK_AGAIN = timedelta(milliseconds=100)
CATCH_UP_WITHIN = timedelta(seconds=5)


async def start(runtime: Runtime) -> None:
    """Keep the view, decide at the turn of a day, send, and tell how the queue stands.

    Raises SettingsError where the mail server's address or the sender's is wrong, or the secret of links is not set.
    """
    settings = runtime.settings
    mailing = read_mailing(settings)
    pool = Pool(lambda: Courier(mailing.server, mails_each=settings.mail_each_connection), settings.mail_connections)
    store = Store(runtime.mongo)
    await store.ensure_indexes()
    decided = asyncio.Event()

    async def latest_day() -> date:
        return await log_position.latest_day(runtime.js)

    async def caught_up() -> Position | None:
        return await log_position.caught_up(runtime.js, CATCH_UP_WITHIN, await store.last_day())

    async def log_is_whole() -> str | None:
        lost = await log_position.lost_day(runtime.js, await store.last_day())
        return f"the log has lost the day {lost}, so no mail is sent: {REFILL}" if lost else None

    async def keep_view(batch: list[Msg]) -> None:
        told = [decode(msg.data, msg.headers) for msg in batch]
        await apply_events([(envelope.id, event) for envelope, event in told], store, runtime.mongo)

    async def turn_day(delivery: Delivery) -> None:
        # A day decides on everything that was stored before it.
        if not await log_position.facts_are_in(runtime.js, delivery.sequence, CATCH_UP_WITHIN):
            raise Retry(LOOK_AGAIN, "facts from before this day are still to be read")
        assert isinstance(delivery.event, CalendarDay)
        await decide_reminders(delivery.event.date, store, runtime.mongo, latest_day, _now())
        crash_point(CrashPoint.NOTIFIER_DECIDED)
        decided.set()

    sending = Sending(
        store=store,
        mongo=runtime.mongo,
        outbox=runtime.outbox,
        send=pool.send,
        clock=_now,
        caught_up=CaughtUp(caught_up),
        mail_from=settings.mail_from,
        links=settings.links(),
        desk=settings.desk_at(),
        automatic=settings.calendar is CalendarMode.AUTO,
        at_once=settings.mail_connections,
        sign=mailing.sign,
        bounces=mailing.bounces,
        limits=Limits(settings.mail_domain_connections, settings.mail_domain_per_minute, time.monotonic),
    )

    async def send_forever() -> None:
        try:
            while True:
                await send_reminders(sending)
                await pool.rest()
                # Not `wait_for`: in Python 3.11 it can swallow the cancellation that ends this loop.
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY.total_seconds()):
                        await decided.wait()
                decided.clear()
        finally:
            await pool.close()

    async def queue(_: bytes) -> bytes:
        day = await store.last_day()
        counts = await store.counts()
        # After the mails: the end of each comes with its event.
        unpublished = await runtime.outbox.count_unpublished()
        return json.dumps({"day": day.isoformat() if day else None, "unpublished": unpublished, **counts}).encode()

    take_bounces(runtime, mailing.bounces, store)
    runtime.subscribe_batches(NOTIFIER_FACTS, keep_view)
    runtime.subscribe(NOTIFIER_DAYS, turn_day)
    runtime.health.add_check("days", log_is_whole)
    runtime.answer("queue", queue)
    runtime.spawn(send_forever, "sender")
    await answer_officers(runtime, store)


def _now() -> datetime:
    return datetime.now(UTC)
