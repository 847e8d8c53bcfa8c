"""One attempt to send a digest that we have claimed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from services.notifier.bounces.unreachable import Marked
from services.notifier.letters.drafting import draft
from services.notifier.letters.mail import Begin, Envelope, Fate, Mail, Outcome
from services.notifier.office_hours import opening
from services.notifier.sending.bookkeeping import Due
from services.notifier.sending.lease import Lease
from services.notifier.sending.limits import domains_of
from services.notifier.sending.queue import Queued, State
from services.notifier.sending.sending import Sending, settle, write_down
from services.notifier.sending.settling import given_up, released
from shared import metrics
from shared.contracts.plan import PlanPublished
from shared.crashpoints import CrashPoint, crash_point

NO_ADDRESS = "cơ quan không có địa chỉ thư điện tử dùng được trong kế hoạch; bổ sung địa chỉ rồi công bố lại"
RETURNED = "mọi địa chỉ của cơ quan đều bị trả lại thư; sửa địa chỉ trong kế hoạch rồi công bố lại, hoặc bỏ đánh dấu"
NOTHING_DUE = "không còn kỳ nào trong thư phải nhắc"
DAY_PASSED = "đã sang ngày sau, số liệu trong thư đã cũ"
READDRESSED = "người nhận thay đổi trong lúc gửi"
NOT_ALL_READ = "chưa đọc hết nhật ký sự kiện"
STOPPED = "tiến trình gửi thư được lệnh dừng"
DOMAIN_FULL = "tên miền của người nhận đã đủ số thư cho lúc này"


class Attempt:
    """Nothing is fixed, and nobody doubts, before the server has agreed to all but the text."""

    def __init__(
        self, claimed: Queued, plan: PlanPublished, marked: Sequence[Marked], lease: Lease, by: Sending
    ) -> None:
        """`plan` is without the `marked` addresses."""
        self._claimed, self._plan, self._marked, self._lease, self._by = claimed, plan, marked, lease, by
        self._fixed = self._handed = False
        self._before: str | None = None

    async def make(self) -> None:
        """The first one, or the same bytes again."""
        await (self._first() if self._claimed.frozen is None else self._again())

    async def _first(self) -> None:
        """Write it and fix the bytes; look again when the server has agreed to all but the text, and fix others if
        anything has changed."""
        books = self._by.books
        stood_at = await self._by.caught_up()
        due = await books.due(self._claimed.digest, self._plan)
        if due.nothing:
            await self._cancel()
            return
        self._before = await books.first_mail(self._claimed.digest)
        ready = self._written(due)
        assert ready.frozen is not None
        if not ready.frozen.to:
            await settle(ready, Outcome(Fate.REFUSED, self._unreachable()), self._by)
            return
        # With those that were claimed at the same time. What changes more than the bytes waits for the server's word:
        # put off, the digest keeps all that it was to name.
        if ready.digest.items == self._claimed.digest.items and not ready.telling and not await self._freeze(ready):
            return

        async def begin() -> bytes | None:
            nonlocal ready
            assert ready.frozen is not None
            stands_at = await self._by.caught_up()
            if stands_at is None:
                await self._put_back(NOT_ALL_READ)
                return None
            # Nothing was taken in since; of returned mail, of which the coordinator hears, no log tells.
            same = stands_at == stood_at and self._claimed.digest.recipient != self._plan.coordinator
            now = due if same else await books.due(self._claimed.digest, self._plan)
            if now.nothing:
                await self._cancel()
                return None
            if now == due:
                return ready.frozen.body if self._fixed else await self._freeze(ready)
            before, ready = ready.frozen, self._written(now)
            if ready.frozen is None or ready.frozen.recipients != before.recipients:
                await self._put_back(READDRESSED)
                return None
            return await self._freeze(ready)

        async with self._by.doubts:
            outcome = await self._hand_over(ready.frozen, ready.frozen.recipients, begin)
            if outcome is not None:
                # What was put off before it was fixed keeps all that it was to name.
                done = self._fixed or outcome.fate is not Fate.LATER
                await settle(replace(ready, handed=self._handed) if done else self._claimed, outcome, self._by)

    async def _again(self) -> None:
        """The same bytes once more, unless nothing in them is due any more or their day has passed."""
        mail = self._claimed.frozen
        assert mail is not None

        async def begin() -> bytes | None:
            if await self._by.caught_up() is None:
                await self._put_back(NOT_ALL_READ)
                return None
            return None if await self._gave_up() else await self._freeze(self._claimed)

        if await self._gave_up():
            return
        async with self._by.doubts:
            outcome = await self._hand_over(mail, self._claimed.left, begin)
            if outcome is not None:
                await settle(replace(self._claimed, handed=self._handed), outcome, self._by)

    async def _hand_over(self, mail: Mail, recipients: tuple[str, ...], begin: Begin) -> Outcome | None:
        """None where `begin` refrained, where we are told to stop, or where it is too much for the domain now."""
        by, domains = self._by, domains_of(recipients)
        async with by.lines:
            if by.stopping.is_set():
                await self._put_back(STOPPED)
                return None
            wait = by.limits.enter(domains)
            if not wait:
                try:
                    envelope = Envelope(mail.sender, recipients, self._claimed.digest.short)
                    return await by.send(envelope, begin, self._may_end)
                finally:
                    by.limits.leave(domains)
        await self._put_back(DOMAIN_FULL, timedelta(seconds=wait))
        return None

    def _written(self, due: Due) -> Queued:
        """The mail that says it, which isn't fixed yet."""
        by, plan, digest = self._by, self._plan, self._claimed.digest
        at = by.clock().astimezone(ZoneInfo(plan.time_zone)) if by.automatic else opening(plan, digest.day)
        ready = draft(
            digest, due.reminded, plan, at, by.mail_from, by.links, by.desk, self._before, due.besides, due.news
        )
        sender = by.bounces.of(digest.short) if by.bounces is not None else ready.mail.sender
        mail = replace(ready.mail, sender=sender, body=by.sign(ready.mail.body) if ready.mail.to else b"")
        return replace(self._claimed, digest=ready.digest, frozen=mail, telling=due.news)

    def _unreachable(self) -> str:
        returned = [one for one in self._marked if one.agency == self._claimed.digest.recipient]
        return "; ".join([RETURNED, *(f"{one.address}: {one.reason}" for one in returned)]) if returned else NO_ADDRESS

    async def _freeze(self, ready: Queued) -> bytes | None:
        """Fix the bytes; None if the claim is lost."""
        assert ready.frozen is not None
        self._fixed = await self._by.books.freeze(self._claimed, ready)
        crash_point(CrashPoint.NOTIFIER_FROZEN)
        return ready.frozen.body if self._fixed else None

    async def _may_end(self) -> bool:
        """Note that the final dot may go out: only from here on nobody knows, if we die, whether the server has it."""
        if not self._lease.holds():
            return False
        self._handed = await self._by.books.hand_over(self._claimed)
        crash_point(CrashPoint.NOTIFIER_HANDED)
        return self._handed and self._lease.holds()

    async def _cancel(self) -> None:
        await self._by.books.cancel(self._claimed)
        metrics.REMINDERS.labels(State.CANCELLED).inc()

    async def _put_back(self, why: str, wait: timedelta = timedelta(0)) -> None:
        """Nothing was tried; another attempt follows."""
        await write_down(released(self._claimed, why, self._by.clock() + wait), Outcome(Fate.LATER, why), self._by)

    async def _gave_up(self) -> bool:
        due = await self._by.books.due(self._claimed.digest, self._plan)
        # A mail that told the coordinator's news alone has nothing that could be due.
        is_due = due.reminded or not self._claimed.digest.items
        if is_due and due.today == self._claimed.digest.day:
            return False
        why = DAY_PASSED if is_due else NOTHING_DUE
        await write_down(given_up(self._claimed, why), Outcome(Fate.UNKNOWN, why), self._by)
        return True
