"""Leases as their holder and the one who looks on see them, by a clock that nobody can set."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.notifier.rules import Digest
from services.notifier.sending.lease import GRACE, LEASE, RENEW_EVERY, Lease, Watch, renewing
from services.notifier.sending.queue import Queued, State
from shared.mongo import PyMongoError
from tests.unit.notifier.sample import PLAN

SOON = timedelta(milliseconds=1)
SENDING = Queued(Digest(PLAN, "tt-a", date(2023, 3, 14), ()), State.SENDING, claim="first")


class Clock:
    """Seconds, as told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_lease_ends_by_itself() -> None:
    """It holds for LEASE from the moment it was asked for, and no longer, unless it is renewed."""
    clock = Clock()
    lease = Lease(clock.now, clock)
    clock.now += LEASE.total_seconds() - 0.1
    assert lease.holds()
    clock.now += 0.1
    assert not lease.holds()
    lease.renewed(clock.now)
    assert lease.holds()


async def test_a_lease_is_renewed_though_mongodb_was_away() -> None:
    """A question that fails ends nothing: it is asked again, and the lease goes on from there."""
    clock, answers, asked = Clock(), [PyMongoError("away"), True], asyncio.Event()
    lease = Lease(clock.now, clock)
    clock.now += LEASE.total_seconds()

    async def renew() -> bool:
        if not answers:
            asked.set()
            return True
        answer = answers.pop(0)
        if isinstance(answer, PyMongoError):
            raise answer
        return answer

    async with renewing(lease, renew, clock, SOON):
        assert not lease.holds()
        await asked.wait()
        assert lease.holds()


async def test_a_lease_that_another_one_has() -> None:
    """It holds no more from the moment at which that is known, and isn't asked for again."""
    clock, asked = Clock(), asyncio.Event()
    lease = Lease(clock.now, clock)

    async def renew() -> bool:
        assert not asked.is_set()
        asked.set()
        return False

    async with renewing(lease, renew, clock, SOON):
        await asked.wait()
        await asyncio.sleep(0)
        assert not lease.holds()


def test_a_lapsed_lease_is_watched_before_its_sender_counts_as_gone() -> None:
    """It must stay so for GRACE; one that was renewed, or is another sender's by now, starts anew."""
    watch, seconds = Watch(), GRACE.total_seconds()
    assert watch.gone([SENDING], 0) == []
    assert watch.gone([], 1) == []
    assert watch.gone([SENDING], seconds) == []
    assert watch.gone([SENDING], 2 * seconds) == [SENDING]
    assert watch.gone([replace(SENDING, claim="second")], 3 * seconds) == []


@pytest.mark.parametrize("longer", [LEASE, GRACE])
def test_who_lives_renews_in_time(longer: timedelta) -> None:
    """A sender renews more often than its lease ends, and than anybody takes it for gone."""
    assert longer > RENEW_EVERY
