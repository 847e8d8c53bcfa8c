"""Take what a mail server reports: the failure is told, and an address that is wrong is marked."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from services.notifier.bounces.address import BounceAddress
from services.notifier.bounces.read_report import Fate, read_report
from services.notifier.bounces.unreachable import Marked, is_wrong
from services.notifier.letters.mail import Mail
from services.notifier.letters.text import one_line
from services.notifier.sending.queue import Queued
from services.notifier.store import Store
from shared.contracts.reminders import ReminderFailed
from shared.logs import logger
from shared.mongo import Mongo, Session
from shared.outbox import Outbox, Stamped

RETURNED = "thư bị trả lại"

log = logger(__name__)


async def take_report(
    raw: bytes, bounces: BounceAddress, store: Store, mongo: Mongo, outbox: Outbox, now: datetime
) -> str:
    """What was done, in words for the log. The same report again, and what is none of ours, changes nothing."""
    report = read_report(raw)
    short = bounces.read(report.to)
    if short is None:
        return _said("not addressed to a mail of ours, or forged")
    digest = await store.returned.by_short(short)
    if digest is None or digest.frozen is None:
        return _said("about a mail that isn't known", mail=short)
    if not report.fates:
        return _said("no report on delivery", mail=short)
    failed = 0
    for fate, address in _ours(report.fates, digest.frozen, bounces):
        if not fate.failed:
            _said(f"the mail is {fate.action}", digest=digest.digest.key, address=address, reason=fate.reason)
        elif await mongo.transact(partial(_write, digest, fate, address, now, store, outbox)):
            outbox.wake()
            failed += 1
            _said("the mail came back", digest=digest.digest.key, address=address, reason=fate.reason)
    return f"{failed} address(es) at which the mail did not arrive"


async def _write(
    digest: Queued, fate: Fate, address: str, now: datetime, store: Store, outbox: Outbox, session: Session
) -> bool:
    """False if it was told before."""
    event_id = f"reminder.failed/{digest.digest.key}/{address}"
    if await outbox.known([event_id], session):
        return False
    mail, told = digest.frozen, digest.digest
    assert mail is not None
    # One that fails behind an alias says nothing against the alias.
    is_ours = fate.ended_at.lower() == address.lower()
    by = "" if is_ours else f" từ {one_line(fate.ended_at)}"
    reason = f"{address}: {RETURNED}{by}: {fate.reason}"
    failed = ReminderFailed(
        agency=told.recipient,
        plan=told.plan,
        day=told.day,
        message_id=mail.message_id,
        to=tuple(one for one in mail.to if one == address),
        cc=tuple(one for one in mail.cc if one == address),
        items=told.items,
        reason=reason,
    )
    await outbox.add([Stamped(event_id, failed)], session)
    await store.returned.put_bounced(told.key, address, fate.reason, session)
    if is_ours and is_wrong(fate.status, fate.reason):
        await store.returned.put(Marked(address, told.plan, told.recipient, fate.reason, now), session)
    return True


def _ours(fates: tuple[Fate, ...], mail: Mail, bounces: BounceAddress) -> Iterator[tuple[Fate, str]]:
    """Each fate with the recipient of ours that it is about; a server may have sent the mail on to another address."""
    recipients = {address.lower(): address for address in mail.recipients}
    for fate in fates:
        known = [recipients[name.lower()] for name in fate.named if name.lower() in recipients]
        if bounces.read(fate.named) is not None:
            _said("about a report that came back", named=fate.named)
        elif known or len(recipients) == 1:
            yield fate, known[0] if known else mail.recipients[0]
        else:
            _said("about an address to which we didn't write", named=fate.named)


def _said(what: str, **more: object) -> str:
    log.info("report of a mail server", about=what, **more)
    return what
