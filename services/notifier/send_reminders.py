"""Send what was decided: each digest once, and only what is owed at that moment."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.notifier.compose import compose, message_id
from services.notifier.letter import Reminded, write
from services.notifier.mail import Fate, Mail, Outcome
from services.notifier.office_hours import open_day, opening
from services.notifier.queue import Queued, State
from services.notifier.recipients import addresses
from services.notifier.rules import still_due
from services.notifier.settling import events, given_up, settled
from services.notifier.store import Store
from shared import metrics
from shared.contracts.ledger import standing
from shared.contracts.plan import PlanPublished
from shared.crashpoints import CrashPoint, crash_point
from shared.logs import logger
from shared.mongo import Mongo, Session
from shared.outbox import Outbox, Stamped

LEASE = timedelta(seconds=10)
RENEW_EVERY = timedelta(seconds=3)
NO_ADDRESS = "cơ quan không có địa chỉ thư điện tử dùng được trong kế hoạch; bổ sung địa chỉ rồi công bố lại"
GONE = "tiến trình gửi thư dừng giữa chừng"
NOTHING_DUE = "không còn kỳ nào trong thư phải nhắc"
DAY_PASSED = "đã sang ngày sau, số liệu trong thư đã cũ"

log = logger(__name__)


@dataclass(frozen=True)
class Sending:
    """What sending needs. `automatic` is whether the calendar is: then mails go out in office hours alone.

    `caught_up` tells whether the view has seen all that the log holds, `send` hands a mail to some recipients.
    """

    store: Store
    mongo: Mongo
    outbox: Outbox
    send: Callable[[Mail, tuple[str, ...]], Awaitable[Outcome]]
    clock: Callable[[], datetime]
    caught_up: Callable[[], Awaitable[bool]]
    mail_from: str
    automatic: bool


async def send_reminders(by: Sending) -> int:
    """Send everything that may go out now, one after another; how many attempts were made.

    Cancelled, it finishes the digest in hand first, so that none is left in SENDING.
    """
    for lost in await by.store.expired(by.clock()):
        await _rescue(lost, by)
    attempts = 0
    for plan in await by.store.plans():
        while (day := open_day(plan, by.clock())) is not None or not by.automatic:
            if not await by.caught_up():
                break
            if not await _finished(_send_one(plan, day if by.automatic else None, by)):
                break
            attempts += 1
    return attempts


async def _finished(one: Coroutine[Any, Any, bool]) -> bool:
    """See it through though we are told to stop: a conversation that is cut short leaves it open who has the mail."""
    attempt = asyncio.create_task(one)
    try:
        return await asyncio.shield(attempt)
    except asyncio.CancelledError:
        await asyncio.wait({attempt})
        raise


async def _send_one(plan: PlanPublished, day: date | None, by: Sending) -> bool:
    """Take a digest and bring it to an end, at least for now; False if there is none to take."""
    claimed = await by.store.claim(plan.plan, day, by.clock(), LEASE)
    if claimed is None:
        return False
    crash_point(CrashPoint.NOTIFIER_CLAIMED)
    async with _leased(claimed, by):
        await _attempt(claimed, plan, by)
    return True


async def _attempt(claimed: Queued, plan: PlanPublished, by: Sending) -> None:
    today = max(claimed.digest.day, await by.store.last_day() or claimed.digest.day)
    reminded = await _still_due(claimed, plan, today, by)
    if claimed.frozen is None:
        ready = await _prepare(claimed, reminded, plan, by)
    elif not reminded or today > claimed.digest.day:
        why = DAY_PASSED if reminded else NOTHING_DUE
        await _write(given_up(claimed, why), Outcome(Fate.UNKNOWN, why), by)
        return
    else:
        ready = claimed
    if ready is None or ready.frozen is None:
        return
    crash_point(CrashPoint.NOTIFIER_FROZEN)
    outcome = await by.send(ready.frozen, ready.left)
    crash_point(CrashPoint.NOTIFIER_SENT)
    await _settle(ready, outcome, by)


async def _prepare(claimed: Queued, reminded: Sequence[Reminded], plan: PlanPublished, by: Sending) -> Queued | None:
    """The digest with its bytes, frozen; None if there is nothing to send, or nowhere."""
    if not reminded:
        await by.mongo.transact(lambda session: by.store.cancel(claimed, "nothing is owed any more", session))
        metrics.REMINDERS.labels(State.CANCELLED).inc()
        return None
    digest = claimed.digest
    wanted = {one.key for one in reminded}
    items = tuple(item for item in digest.items if item.occurrence in wanted)
    digest = replace(digest, items=items)
    to = addresses(plan, digest.recipient, frozenset(item.rung for item in items), digest.day)
    if not to.to:
        nowhere = Mail(by.mail_from, (), (), message_id(digest.key, by.mail_from), b"")
        await _settle(replace(claimed, digest=digest, frozen=nowhere), Outcome(Fate.REFUSED, NO_ADDRESS), by)
        return None
    at = by.clock().astimezone(ZoneInfo(plan.time_zone)) if by.automatic else opening(plan, digest.day)
    letter = write(plan, digest.recipient, reminded, at, copied=bool(to.cc))
    mail = compose(letter, to, key=digest.key, mail_from=by.mail_from, date=at)

    async def freeze(session: Session) -> bool:
        return await by.store.freeze(claimed, mail, items, session)

    frozen = await by.mongo.transact(freeze)
    return replace(claimed, digest=digest, frozen=mail) if frozen else None


async def _still_due(claimed: Queued, plan: PlanPublished, today: date, by: Sending) -> list[Reminded]:
    """Those of the digest's items whose rung is due as they stand now: days may have turned since it was decided,
    dates may have moved."""
    items = claimed.digest.items
    accounts = await by.store.accounts([item.occurrence for item in items])
    reminded = []
    for item in items:
        account = accounts.get(item.occurrence)
        now = standing(account.facts, today) if account is not None else None
        if now is not None and still_due(plan, item, now, today):
            reminded.append(Reminded(item.occurrence, item.rung, now))
    return reminded


async def _settle(sent: Queued, outcome: Outcome, by: Sending) -> None:
    await _write(settled(sent, outcome, by.clock()), outcome, by)


async def _write(after: Queued, outcome: Outcome, by: Sending) -> None:
    told = [Stamped(id_, event) for id_, event in events(after)]

    async def mark(session: Session) -> bool:
        if not await by.store.settle(after, session):
            return False
        await by.outbox.add(told, session)
        return True

    if await by.mongo.transact(mark):
        crash_point(CrashPoint.NOTIFIER_MARKED)
        by.outbox.wake()
    state, key = after.state.value, after.digest.key
    metrics.REMINDERS.labels(state if after.next_try is None else outcome.fate.value).inc()
    say = log.info if after.state is State.SENT else log.warning
    say("mail", digest=key, state=state, reason=after.reason, attempts=after.attempts)


async def _rescue(lost: Queued, by: Sending) -> None:
    """A sender died: before the bytes were fixed nothing was sent; after it nobody knows."""
    outcome = Outcome(Fate.UNKNOWN, GONE)
    if lost.frozen is None:
        after = replace(lost, state=State.QUEUED, next_try=by.clock(), reason=GONE)
    else:
        after = settled(lost, outcome, by.clock())
    if after.next_try is not None:
        # The lease was wait enough: no server is busy with it.
        after = replace(after, next_try=by.clock())
    await _write(after, outcome, by)


@asynccontextmanager
async def _leased(claimed: Queued, by: Sending) -> AsyncIterator[None]:
    """Renew the lease for as long as the block lasts: a mail server may think for ten minutes."""

    async def renew() -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY.total_seconds())
            await by.store.renew(claimed, by.clock() + LEASE)

    renewing = asyncio.create_task(renew())
    try:
        yield
    finally:
        renewing.cancel()
