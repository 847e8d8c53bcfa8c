"""What attempts look up and write, those of one moment together: one question and one transaction for all of them."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.notifier.letters.drafting import find_due
from services.notifier.letters.line import Reminded
from services.notifier.letters.mail import Mail
from services.notifier.letters.news import NOTHING, News
from services.notifier.overdue import besides, overdue_by_recipient, whose
from services.notifier.rules import Digest
from services.notifier.sending.dropped import why_dropped
from services.notifier.sending.lease import LEASE
from services.notifier.sending.queue import Queued
from services.notifier.sending.settling import events, refused_for_good
from services.notifier.store import Store
from shared.contracts.ledger import Account
from shared.contracts.plan import PlanPublished
from shared.contracts.reminders import Rung
from shared.mongo import Mongo, Session
from shared.outbox import Outbox, Stamped
from shared.together import Together
from shared.workdays import DAY

# The end of a mail waits for others: the next one goes out meanwhile.
SETTLE_AFTER = timedelta(milliseconds=50)

Asked = tuple[Digest, PlanPublished]


@dataclass(frozen=True)
class Due:
    """What a digest is to say as things stand: `reminded` is still due on `today`; `besides` is what else is overdue
    for its recipient; `news` is what the coordinator hears besides. For what is overdue alone no mail goes out."""

    reminded: tuple[Reminded, ...]
    besides: tuple[Reminded, ...]
    news: News
    today: date

    @property
    def nothing(self) -> bool:
        return not self.reminded and not self.news


class Bookkeeping:
    """Each method is for one digest, and waits for its company of the moment. Raises one of Unavailable."""

    def __init__(self, store: Store, mongo: Mongo, outbox: Outbox, clock: Callable[[], datetime]) -> None:
        self._store, self._mongo, self._outbox, self._clock = store, mongo, outbox, clock
        self._looks: Together[Asked, Due] = Together(self._look)
        self._firsts: Together[Digest, str | None] = Together(store.threads.first_mails)
        self._freezes: Together[Queued, bool] = Together(self._freeze, _size)
        self._hands: Together[Queued, bool] = Together(self._hand_over)
        # Side by side they would wait for an open transaction in each of the driver's threads, and its end for one.
        self._renewals: Together[Queued, bool] = Together(self._renew)
        self._settles: Together[Queued, bool] = Together(self._settle, _size, SETTLE_AFTER)

    async def due(self, digest: Digest, plan: PlanPublished) -> Due:
        """What there is to say at this moment."""
        return await self._looks.do((digest, plan))

    async def first_mail(self, digest: Digest) -> str | None:
        """The Message-ID of the mail that the digest's one follows up, None where there is none."""
        return await self._firsts.do(digest)

    async def freeze(self, claimed: Queued, ready: Queued) -> bool:
        """Fix the bytes and the items of `ready`; False if the claim is lost."""
        if ready.digest.items == claimed.digest.items and not ready.telling:
            return await self._freezes.do(ready)

        async def freeze(session: Session) -> bool:
            held = await self._store.held([ready], session)
            if held:
                await self._store.freeze_anew(ready, session)
            return bool(held)

        return await self._mongo.transact(freeze)

    async def hand_over(self, claimed: Queued) -> bool:
        """The final dot may go out from now on; False if the claim is lost."""
        return await self._hands.do(claimed)

    async def renew(self, claimed: Queued) -> bool:
        """Hold it for another LEASE; False if the claim is lost."""
        return await self._renewals.do(claimed)

    async def settle(self, after: Queued) -> bool:
        """Write the digest as it is now and what is told of it; False if the claim is lost."""
        return await self._settles.do(after)

    async def cancel(self, claimed: Queued) -> None:
        """Nothing is left to remind of, unless the claim is lost."""

        async def cancel(session: Session) -> None:
            if await self._store.held([claimed], session):
                digest = claimed.digest
                accounts = await self._store.accounts((item.occurrence for item in digest.items), session)
                today = max(digest.day, await self._store.last_day(session) or digest.day)
                await self._store.cancel(claimed, why_dropped(digest, accounts, today), session)

        await self._mongo.transact(cancel)

    async def _look(self, asked: Sequence[Asked]) -> list[Due]:
        keys = {item.occurrence for digest, _ in asked for item in digest.items}
        signed = {one.occurrence for digest, _ in asked for one in digest.items if one.rung is Rung.FOR_SIGNATURE}
        last, owed = await asyncio.gather(self._store.last_day(), self._owed(asked))
        accounts = {account.key: account for several in owed.values() for account in several}
        if not_owed := keys - accounts.keys():  # or not overdue yet: mostly none
            accounts |= await self._store.accounts(not_owed)
        reached = await self._store.threads.reached(signed) if signed else {}
        plans = {plan.plan: plan for _, plan in asked}
        overdue = {
            (id_, day): overdue_by_recipient(plans[id_], several, day, max(day, last or day))
            for (id_, day), several in owed.items()
        }
        found = []
        for digest, plan in asked:
            today = max(digest.day, last or digest.day)
            is_told = digest.recipient == plan.coordinator
            news = await self._store.news.untold(plan.plan, digest.key) if is_told else NOTHING
            reminded = find_due(digest, plan, today, accounts, reached)
            late = overdue[plan.plan, digest.day].get(digest.recipient, ())
            found.append(Due(tuple(reminded), tuple(besides(late, reminded)), news, today))
        return found

    async def _owed(self, asked: Sequence[Asked]) -> dict[tuple[str, date], list[Account]]:
        """By plan and day, what was to be registered before it and isn't met or excused, of those who are asked."""
        recipients: dict[tuple[str, date], set[str]] = defaultdict(set)
        for digest, plan in asked:
            recipients[plan.plan, digest.day].add(digest.recipient)
        plans = {plan.plan: plan for _, plan in asked}
        return {
            (id_, day): await self._store.owed(id_, day - DAY, None, whose(plans[id_], those, day))
            for (id_, day), those in recipients.items()
        }

    async def _freeze(self, several: Sequence[Queued]) -> list[bool]:
        fixed = await self._store.freeze(several)
        return [one.digest.key in fixed for one in several]

    async def _hand_over(self, several: Sequence[Queued]) -> list[bool]:
        held = await self._store.hand_over(several)
        return [one.digest.key in held for one in several]

    async def _renew(self, several: Sequence[Queued]) -> list[bool]:
        held = await self._store.renew(several, LEASE)
        return [one.digest.key in held for one in several]

    async def _settle(self, several: Sequence[Queued]) -> list[bool]:
        async def settle(session: Session) -> list[bool]:
            held = await self._store.held(several, session)
            ours = [one for one in several if one.digest.key in held]
            if ours:
                await self._store.settle(ours, session)
                for mark in (mark for one in ours for mark in refused_for_good(one, self._clock())):
                    await self._store.returned.put(mark, session)
                await self._outbox.add([Stamped(id_, event) for one in ours for id_, event in events(one)], session)
            return [one.digest.key in held for one in several]

        written = await self._mongo.transact(settle)
        self._outbox.wake()
        return written


def _size(one: Queued) -> int:
    mail: Mail | None = one.frozen
    return len(mail.body) if mail is not None else 0
