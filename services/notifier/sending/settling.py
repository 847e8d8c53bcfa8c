"""What follows from the end of an attempt to send: the digest's next state, and what is told of it. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.notifier.bounces.unreachable import Marked, is_wrong
from services.notifier.letters.mail import Fate, Outcome
from services.notifier.sending.queue import Queued, State
from shared.contracts.base import Event
from shared.contracts.reminders import ReminderFailed, ReminderSent

# A broken connection is mended in seconds; a server that puts off strangers wants minutes, which the doublings give.
FIRST_BACKOFF = timedelta(seconds=15)
LONGEST_BACKOFF = timedelta(hours=1)
# A recipient that is put off again and again while others have the mail counts as refused after so many attempts.
MOST_ATTEMPTS_FOR_SOME = 8
DOUBTFUL = "không rõ lần gửi trước đã đến nơi hay chưa"
PUT_OFF = "máy chủ thư hoãn nhận"
RESTORED = "dữ liệu được khôi phục từ bản sao lưu; không rõ thư đã gửi hay chưa nên không gửi lại"
UNCERTAIN = "gửi hai lần đều mất kết nối sau khi chuyển nội dung; có thể đã đến nơi"


def settled(sent: Queued, outcome: Outcome, now: datetime) -> Queued:
    """The digest after an attempt. `sent` is frozen, unless the fate is LATER: nothing was handed over."""
    tried = replace(sent, reason=outcome.reason, refused={**sent.refused, **outcome.refused})
    match outcome.fate:
        case Fate.SENT:
            took = [one for one in sent.left if one not in outcome.refused and one not in outcome.deferred]
            return _to_the_rest(replace(tried, accepted=(*sent.accepted, *took)), outcome, now)
        case Fate.REFUSED:
            return _refused(tried, outcome)
        case Fate.LATER:
            return _later(tried, outcome, now)
        case Fate.UNKNOWN:
            return _uncertain(tried, now)


def released(claimed: Queued, why: str, at: datetime) -> Queued:
    """A digest that was claimed and not tried: as it was before, until that time."""
    state = State.UNKNOWN if claimed.resends else State.QUEUED
    return replace(claimed, state=state, attempts=claimed.attempts - 1, resends=0, next_try=at, reason=why)


def given_up(claimed: Queued, why: str) -> Queued:
    """A frozen digest that is not sent again, `why` being in words for people.

    It stays SENT to those who have it; where nobody surely has it, it stays UNKNOWN. Who is left is told as failed.
    """
    state = State.SENT if claimed.accepted else State.UNKNOWN
    # Every claim of an uncertain digest counts as a resend, this one too.
    before = DOUBTFUL if claimed.resends else PUT_OFF
    refused = [f"{address}: {answer}" for address, answer in claimed.refused.items()]
    reason = "; ".join([*refused, f"{before}; không gửi lại vì {why}"])
    return replace(claimed, state=state, next_try=None, reason=reason)


def doubted(found: Queued) -> Queued:
    """A digest that was on its way when the backup was made: whether it went out since, nobody knows any more."""
    state = State.SENT if found.accepted else State.UNKNOWN
    return replace(found, state=state, next_try=None, claim=None, reason=RESTORED)


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many attempts."""
    doublings = min(max(attempts - 1, 0), 10)
    return min(FIRST_BACKOFF * (1 << doublings), LONGEST_BACKOFF)


def events(after: Queued) -> Sequence[tuple[str, Event]]:
    """What is told of a digest that is settled, with event ids that its key gives; nothing while it is open."""
    if after.next_try is not None or after.frozen is None:
        return ()
    mail, digest = after.frozen, after.digest
    told: list[tuple[str, Event]] = []
    if after.accepted:
        sent = ReminderSent(
            agency=digest.recipient,
            plan=digest.plan,
            day=digest.day,
            message_id=mail.message_id,
            to=tuple(one for one in mail.to if one in after.accepted),
            cc=tuple(one for one in mail.cc if one in after.accepted),
            items=digest.items,
        )
        told.append((f"reminder.sent/{digest.key}", sent))
    missed = [one for one in mail.recipients if one not in after.accepted]
    if missed or not after.accepted:
        reasons = "; ".join(f"{address}: {answer}" for address, answer in after.refused.items())
        failed = ReminderFailed(
            agency=digest.recipient,
            plan=digest.plan,
            day=digest.day,
            message_id=mail.message_id,
            to=tuple(one for one in mail.to if one in missed),
            cc=tuple(one for one in mail.cc if one in missed),
            items=digest.items,
            reason=after.reason or reasons,
        )
        told.append((f"reminder.failed/{digest.key}", failed))
    return told


def refused_for_good(tried: Queued, now: datetime) -> list[Marked]:
    """The recipients of which a server said at once that there is no such address, or that it takes no mail."""
    digest = tried.digest
    return [
        Marked(address, digest.plan, digest.recipient, answer, now)
        for address, answer in tried.refused.items()
        if is_wrong(answer)
    ]


def _to_the_rest(tried: Queued, outcome: Outcome, now: datetime) -> Queued:
    """Some have it: the same bytes go to those that were put off, until that is given up."""
    if not tried.left:
        return replace(tried, state=State.SENT)
    if tried.attempts >= MOST_ATTEMPTS_FOR_SOME:
        refused = {**tried.refused, **_all_left(tried, outcome.reason), **outcome.deferred}
        return replace(tried, state=State.SENT, refused=refused)
    return replace(tried, state=State.QUEUED, next_try=now + backoff(tried.attempts))


def _refused(tried: Queued, outcome: Outcome) -> Queued:
    if not tried.accepted:
        return replace(tried, state=State.FAILED)
    return replace(tried, state=State.SENT, refused={**tried.refused, **_all_left(tried, outcome.reason)})


def _later(tried: Queued, outcome: Outcome, now: datetime) -> Queued:
    again = replace(tried, next_try=now + backoff(tried.attempts))
    if tried.accepted:
        return _to_the_rest(tried, outcome, now)
    if tried.resends:
        # The one resend has not happened.
        return replace(again, state=State.UNKNOWN, resends=0)
    # Nobody has it, so it is written anew next time, from what is owed then.
    return replace(again, state=State.QUEUED, frozen=None, refused={})


def _uncertain(tried: Queued, now: datetime) -> Queued:
    if not tried.resends:
        return replace(tried, state=State.UNKNOWN, next_try=now + FIRST_BACKOFF)
    state = State.SENT if tried.accepted else State.UNKNOWN
    return replace(tried, state=state, next_try=None, reason=f"{UNCERTAIN}: {tried.reason}")


def _all_left(tried: Queued, reason: str) -> dict[str, str]:
    return dict.fromkeys(tried.left, reason)
