"""Waiting for what isn't there: one line when it is missing, one when it comes."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from shared import waiting
from shared.health import Health


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries follow each other without a pause, and the reminder every 30 s is due after 30 of them."""
    monkeypatch.setattr(waiting, "TRY_EVERY", timedelta(seconds=0))


def _failing(*texts: str) -> Callable[[], Awaitable[None]]:
    """An attempt that fails with each of these texts, then works."""
    rest = list(texts)

    async def attempt() -> None:
        if rest:
            raise ConnectionError(rest.pop(0))

    return attempt


async def test_what_is_there_is_not_spoken_of() -> None:
    """A start without trouble is silent."""
    with capture_logs() as said:
        assert await waiting.until(asyncio.Event(), Health(), "NATS", _failing())
    assert said == []


async def test_one_line_when_it_is_missing_and_one_when_it_comes() -> None:
    """The same trouble is said once, however often it is met."""
    with capture_logs() as said:
        assert await waiting.until(asyncio.Event(), Health(), "NATS", _failing(*["no servers"] * 5))
    assert [line["event"] for line in said] == ["waiting for NATS: no servers", "NATS is there"]


async def test_another_trouble_is_another_line() -> None:
    """When the reason changes the person who mends it hears of it."""
    with capture_logs() as said:
        await waiting.until(asyncio.Event(), Health(), "MongoDB", _failing("refused", "no primary"))
    assert [line["event"] for line in said][:2] == ["waiting for MongoDB: refused", "waiting for MongoDB: no primary"]


async def test_a_long_wait_is_said_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a minute of silence would look like a service that hangs."""
    monkeypatch.setattr(waiting, "TRY_EVERY", timedelta(milliseconds=1))
    monkeypatch.setattr(waiting, "SAY_EVERY", timedelta(milliseconds=2))
    with capture_logs() as said:
        await waiting.until(asyncio.Event(), Health(), "NATS", _failing(*["no servers"] * 5))
    assert [line["event"] for line in said].count("waiting for NATS: no servers") == 3


async def test_told_to_stop_it_waits_no_longer() -> None:
    """A service that never got ready still ends when it is asked to."""
    stop, health = asyncio.Event(), Health()

    async def attempt() -> None:
        stop.set()
        raise ConnectionError("no servers")

    assert not await waiting.until(stop, health, "NATS", attempt)
    assert health.waiting_for == "waiting for NATS: no servers"


async def test_a_drivers_long_error_becomes_one_short_line() -> None:
    """MongoDB's driver tells its whole view of the topology; a person needs the first part."""
    health, stop = Health(), asyncio.Event()

    async def attempt() -> None:
        stop.set()
        raise ConnectionError(f"refused (configured timeouts: x), Timeout: 5s,\nTopology: {'x' * 900}")

    await waiting.until(stop, health, "MongoDB", attempt)
    assert health.waiting_for == "waiting for MongoDB: refused"
