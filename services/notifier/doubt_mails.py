"""After a restore: what may have been mailed since the backup counts as mailed. Doubt means silence."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from zoneinfo import ZoneInfo

from services.notifier.sending.queue import Queued
from services.notifier.sending.settling import doubted, events
from services.notifier.store import Store
from shared.mongo import Mongo, Session
from shared.outbox import Outbox, Stamped


@dataclass(frozen=True)
class Doubt:
    """`until` is the last day on which mail may have gone out; `ended` how many digests are given up."""

    until: date
    ended: int


async def doubt_mails(store: Store, mongo: Mongo, outbox: Outbox, mailed_until: date | None, now: datetime) -> Doubt:
    """End every digest that was on its way, and doubt every rung that was due until a day.

    That day is `mailed_until`, else the one of `now` in the plans' time zones. The service must not run meanwhile.
    """
    digests = await store.open_digests()
    for found in digests:
        await mongo.transact(partial(_end, doubted(found), store, outbox))
    if mailed_until is None:
        zones = {plan.time_zone for plan in await store.plans()} or {"UTC"}
        mailed_until = max(now.astimezone(ZoneInfo(zone)).date() for zone in zones)
    return Doubt(await store.put_doubt(mailed_until), len(digests))


async def _end(ended: Queued, store: Store, outbox: Outbox, session: Session) -> None:
    await store.end(ended, session)
    await outbox.add([Stamped(id_, event) for id_, event in events(ended)], session)
