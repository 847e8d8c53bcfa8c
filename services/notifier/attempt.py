"""One attempt to send a digest that we have claimed."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from services.notifier.drafting import Draft, draft, find_due
from services.notifier.lease import Lease
from services.notifier.line import Reminded
from services.notifier.mail import Fate, Outcome
from services.notifier.office_hours import opening
from services.notifier.queue import Queued, State
from services.notifier.sending import Sending, settle, write_down
from services.notifier.settling import given_up
from shared import metrics
from shared.contracts.plan import PlanPublished
from shared.crashpoints import CrashPoint, crash_point
from shared.mongo import Session

NO_ADDRESS = "cơ quan không có địa chỉ thư điện tử dùng được trong kế hoạch; bổ sung địa chỉ rồi công bố lại"
NOTHING_DUE = "không còn kỳ nào trong thư phải nhắc"
DAY_PASSED = "đã sang ngày sau, số liệu trong thư đã cũ"
READDRESSED = "người nhận thay đổi trong lúc gửi"


class Attempt:
    """Nothing is fixed, and nobody doubts, before the server has agreed to all but the text."""

    def __init__(self, claimed: Queued, plan: PlanPublished, lease: Lease, by: Sending) -> None:
        self._claimed, self._plan, self._lease, self._by = claimed, plan, lease, by
        self._before: str | None = None

    async def first(self) -> None:
        """Write it, and fix the bytes when the server has agreed to all but the text."""
        due, _ = await self._due()
        if not due:
            await self._cancel()
            return
        self._before = await self._by.store.first_mail(self._claimed.digest)
        ready = self._draft(due)
        if not ready.mail.to:
            await settle(self._fixed(ready), Outcome(Fate.REFUSED, NO_ADDRESS), self._by)
            return
        frozen = False

        async def begin() -> bytes | None:
            nonlocal ready, frozen
            now, _ = await self._due()
            if not now:
                await self._cancel()
                return None
            if now != due:
                before, ready = ready, self._draft(now)
                if ready.mail.recipients != before.mail.recipients:
                    await self._put_back()
                    return None
            frozen = await self._freeze(ready)
            return ready.mail.body if frozen else None

        outcome = await self._by.send(ready.mail.sender, ready.mail.recipients, begin, self._lease.holds)
        if outcome is not None:
            # What was put off before it was fixed keeps all that it was to name.
            done = frozen or outcome.fate is not Fate.LATER
            await settle(self._fixed(ready) if done else self._claimed, outcome, self._by)

    async def again(self) -> None:
        """The same bytes once more, unless nothing in them is due any more or their day has passed."""
        mail = self._claimed.frozen
        assert mail is not None

        async def begin() -> bytes | None:
            if await self._gave_up():
                return None
            return mail.body if await self._freeze(Draft(self._claimed.digest, mail)) else None

        if await self._gave_up():
            return
        outcome = await self._by.send(mail.sender, self._claimed.left, begin, self._lease.holds)
        if outcome is not None:
            await settle(self._claimed, outcome, self._by)

    async def _due(self) -> tuple[list[Reminded], date]:
        """What is still due, and the day on which it is."""
        digest, store = self._claimed.digest, self._by.store
        today = max(digest.day, await store.last_day() or digest.day)
        return await find_due(digest, self._plan, today, store), today

    def _draft(self, due: list[Reminded]) -> Draft:
        by, plan, digest = self._by, self._plan, self._claimed.digest
        at = by.clock().astimezone(ZoneInfo(plan.time_zone)) if by.automatic else opening(plan, digest.day)
        return draft(digest, due, plan, at, by.mail_from, by.links, self._before)

    def _fixed(self, ready: Draft) -> Queued:
        return replace(self._claimed, digest=ready.digest, frozen=ready.mail)

    async def _freeze(self, ready: Draft) -> bool:
        """Fix the bytes; False if the claim is lost."""

        async def freeze(session: Session) -> bool:
            return await self._by.store.freeze(self._claimed, ready.mail, ready.digest.items, session)

        frozen = await self._by.mongo.transact(freeze)
        crash_point(CrashPoint.NOTIFIER_FROZEN)
        return frozen

    async def _cancel(self) -> None:
        by, claimed = self._by, self._claimed
        await by.mongo.transact(lambda session: by.store.cancel(claimed, "nothing is owed any more", session))
        metrics.REMINDERS.labels(State.CANCELLED).inc()

    async def _put_back(self) -> None:
        after = replace(self._claimed, state=State.QUEUED, next_try=self._by.clock(), reason=READDRESSED)
        await write_down(after, Outcome(Fate.LATER, READDRESSED), self._by)

    async def _gave_up(self) -> bool:
        due, today = await self._due()
        if due and today == self._claimed.digest.day:
            return False
        why = DAY_PASSED if due else NOTHING_DUE
        await write_down(given_up(self._claimed, why), Outcome(Fate.UNKNOWN, why), self._by)
        return True
