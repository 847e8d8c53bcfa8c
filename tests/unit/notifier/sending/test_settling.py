"""What becomes of a digest after each end of an attempt."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.notifier.bounces.unreachable import Marked
from services.notifier.letters.mail import Fate, Mail, Outcome
from services.notifier.rules import Digest
from services.notifier.sending.queue import Queued, State
from services.notifier.sending.settling import (
    FIRST_BACKOFF,
    LONGEST_BACKOFF,
    MOST_ATTEMPTS_FOR_SOME,
    backoff,
    events,
    given_up,
    refused_for_good,
    settled,
)
from shared.contracts.reminders import ReminderFailed, ReminderItem, ReminderSent, Rung
from tests.unit.notifier.sample import PLAN, key

NOW = datetime(2023, 3, 14, 1, 0, tzinfo=UTC)
A, B, C = "a@mau.example", "b@mau.example", "c@mau.example"
ITEMS = (ReminderItem(occurrence=key("III.2", "tt-a", "2023-02"), rung=Rung.OVERDUE),)
MAIL = Mail("nhac-viec@mau.example", (A, B), (C,), "<1@mau.example>", b"From: x\r\n\r\n")
SENDING = Queued(Digest(PLAN, "tt-a", date(2023, 3, 14), ITEMS), State.SENDING, attempts=1, frozen=MAIL)


def test_sent() -> None:
    """A mail that every recipient's server took is sent, told once, to all of them."""
    after = settled(SENDING, Outcome(Fate.SENT), NOW)
    assert (after.state, after.next_try) == (State.SENT, None)
    [(id_, event)] = events(after)
    assert id_ == "reminder.sent/mau-2023/tt-a/2023-03-14"
    assert isinstance(event, ReminderSent)
    assert (event.to, event.cc, event.items, event.message_id) == ((A, B), (C,), ITEMS, MAIL.message_id)


def test_some_refused() -> None:
    """Where one recipient is refused for good, the mail is sent to the others and told as failed for that one."""
    after = settled(SENDING, Outcome(Fate.SENT, refused={B: "550 no such user"}), NOW)
    (_, sent), (failed_id, failed) = events(after)
    assert after.state is State.SENT
    assert isinstance(sent, ReminderSent)
    assert isinstance(failed, ReminderFailed)
    assert (sent.to, sent.cc) == ((A,), (C,))
    assert (failed.to, failed.cc, failed.reason) == ((B,), (), f"{B}: 550 no such user")
    assert failed_id == "reminder.failed/mau-2023/tt-a/2023-03-14"


def test_some_deferred() -> None:
    """A recipient that is put off gets the same bytes later, and nobody else gets them again."""
    after = settled(SENDING, Outcome(Fate.SENT, deferred={C: "450 greylisted"}), NOW)
    assert (after.state, after.next_try, after.frozen) == (State.QUEUED, NOW + FIRST_BACKOFF, MAIL)
    assert after.left == (C,)
    assert events(after) == ()
    done = settled(replace(after, state=State.SENDING, next_try=None), Outcome(Fate.SENT), NOW)
    [(_, event)] = events(done)
    assert isinstance(event, ReminderSent)
    assert (event.to, event.cc) == ((A, B), (C,))


@pytest.mark.parametrize("fate", [Fate.SENT, Fate.LATER])
def test_deferred_for_ever(fate: Fate) -> None:
    """A recipient that is put off for ever is given up after some attempts and told as failed."""
    partly = replace(SENDING, accepted=(A, B), attempts=MOST_ATTEMPTS_FOR_SOME)
    after = settled(partly, Outcome(fate, "450 greylisted", deferred={C: "450 greylisted"}), NOW)
    assert (after.state, after.next_try) == (State.SENT, None)
    assert [type(event) for _, event in events(after)] == [ReminderSent, ReminderFailed]


def test_refused() -> None:
    """A mail that is refused for good has failed, with the server's words as the reason."""
    after = settled(SENDING, Outcome(Fate.REFUSED, "554 not wanted"), NOW)
    assert after.state is State.FAILED
    [(_, event)] = events(after)
    assert isinstance(event, ReminderFailed)
    assert (event.to, event.cc, event.reason) == ((A, B), (C,), "554 not wanted")


def test_refused_after_some_have_it() -> None:
    """When the rest is refused, the mail still counts as sent to those who have it."""
    after = settled(replace(SENDING, accepted=(A,)), Outcome(Fate.REFUSED, "554 not wanted"), NOW)
    (_, sent), (_, failed) = events(after)
    assert isinstance(sent, ReminderSent)
    assert isinstance(failed, ReminderFailed)
    assert (sent.to, failed.to, failed.cc) == ((A,), (B,), (C,))


def test_later_is_written_anew() -> None:
    """A mail that nobody took waits without its bytes, so that next time it says what is owed then."""
    after = settled(SENDING, Outcome(Fate.LATER, "connection refused"), NOW)
    assert (after.state, after.frozen, after.next_try) == (State.QUEUED, None, NOW + FIRST_BACKOFF)
    assert events(after) == ()


def test_uncertain_is_sent_again_once() -> None:
    """After an uncertain end the same bytes wait for one more attempt; after a second one it is over, as failed."""
    once = settled(SENDING, Outcome(Fate.UNKNOWN, "lost"), NOW)
    assert (once.state, once.frozen, once.next_try) == (State.UNKNOWN, MAIL, NOW + FIRST_BACKOFF)
    assert events(once) == ()
    again = replace(once, state=State.SENDING, resends=1, next_try=None)
    twice = settled(again, Outcome(Fate.UNKNOWN, "lost"), NOW)
    assert (twice.state, twice.next_try) == (State.UNKNOWN, None)
    [(_, event)] = events(twice)
    assert isinstance(event, ReminderFailed)
    assert "có thể đã đến nơi" in event.reason


def test_given_up_in_doubt() -> None:
    """An uncertain mail that isn't sent again stays uncertain, and is told as failed, with both reasons."""
    after = given_up(replace(SENDING, resends=1), "đã sang ngày sau")
    assert (after.state, after.next_try) == (State.UNKNOWN, None)
    [(_, event)] = events(after)
    assert isinstance(event, ReminderFailed)
    assert (event.to, event.cc) == ((A, B), (C,))
    assert event.reason == "không rõ lần gửi trước đã đến nơi hay chưa; không gửi lại vì đã sang ngày sau"


def test_given_up_for_the_rest() -> None:
    """A mail that some have stays sent to them; who was put off, or refused before, is told as failed, each with
    why."""
    partly = replace(SENDING, accepted=(A,), refused={B: "550 no such user"})
    after = given_up(partly, "đã sang ngày sau")
    (_, sent), (_, failed) = events(after)
    assert (after.state, after.next_try) == (State.SENT, None)
    assert isinstance(sent, ReminderSent)
    assert isinstance(failed, ReminderFailed)
    assert (sent.to, failed.to, failed.cc) == ((A,), (B,), (C,))
    assert failed.reason == f"{B}: 550 no such user; máy chủ thư hoãn nhận; không gửi lại vì đã sang ngày sau"


def test_a_resend_that_did_not_happen() -> None:
    """When the server can't be reached for the resend, the resend is still to be had."""
    again = replace(SENDING, resends=1)
    after = settled(again, Outcome(Fate.LATER, "connection refused"), NOW)
    assert (after.state, after.resends, after.frozen) == (State.UNKNOWN, 0, MAIL)
    assert after.next_try is not None


def test_backoff_grows_to_an_hour() -> None:
    """The wait doubles from 15 seconds and never exceeds an hour."""
    waits = [backoff(attempts) for attempts in range(1, 2000, 1)]
    assert waits[:3] == [FIRST_BACKOFF, FIRST_BACKOFF * 2, FIRST_BACKOFF * 4]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_BACKOFF == timedelta(hours=1)


@pytest.mark.parametrize(
    ("answer", "for_good"),
    [
        ("550 5.1.1 no such user", True),
        ("552 5.2.2 the mailbox is full", False),
        ("550 5.1.8 sender address rejected: domain not found", False),
    ],
)
def test_an_address_that_a_server_calls_wrong_is_marked(answer: str, for_good: bool) -> None:
    """At once, by the rule that holds for reports as well."""
    at = datetime(2023, 3, 14, tzinfo=UTC)
    tried = Queued(Digest("mau-2023", "tt-a", date(2023, 3, 14), ()), State.SENT, refused={"tt-a@mau.example": answer})
    expected = [Marked("tt-a@mau.example", "mau-2023", "tt-a", answer, at)] if for_good else []
    assert refused_for_good(tried, at) == expected
