"""How far a service has read its stream, and whether the stream still reaches as far as it did."""

import random
from contextlib import suppress

from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from deploy.servers.server import Running
from shared import topology
from shared.reading_position import LogEnd, has_read_all
from shared.topology import EVENTS, NOTIFIER_DAYS, NOTIFIER_FACTS
from tests.faults.stores import store_of, truncate
from tests.integration.log import day, tell
from tests.integration.until import until


async def _cut_end(js: JetStreamContext, server: Running) -> None:
    """A power cut takes the last messages."""
    server.child.kill()
    truncate(store_of(server), EVENTS, random.Random(1))
    server.start()

    async def back() -> bool:
        with suppress(NatsError, TimeoutError):
            await js.account_info()
            return True
        return False

    await until(back, "the client is connected again")


async def _lost(js: JetStreamContext, end: LogEnd) -> int:
    return await end.lost((await js.consumer_info(EVENTS, NOTIFIER_DAYS.name)).created)


async def test_what_is_not_acknowledged_is_not_read(js: JetStreamContext) -> None:
    """Of the consumer's own subjects, up to a place if one is named."""
    assert await has_read_all(js, NOTIFIER_DAYS)
    first, second = [await tell(js, day(text)) for text in ("2026-02-01", "2026-02-02")]
    assert not await has_read_all(js, NOTIFIER_DAYS)
    assert await has_read_all(js, NOTIFIER_DAYS, before=first)
    assert await has_read_all(js, NOTIFIER_FACTS)
    bound = await js.pull_subscribe_bind(NOTIFIER_DAYS.name, EVENTS)
    (msg,) = await bound.fetch(1)
    assert not await has_read_all(js, NOTIFIER_DAYS, before=second)
    await msg.ack_sync()
    assert await has_read_all(js, NOTIFIER_DAYS, before=second)
    assert not await has_read_all(js, NOTIFIER_DAYS)


async def test_a_log_that_lost_its_end_is_noticed_until_it_reaches_as_far_again(
    js: JetStreamContext, nats_server: Running
) -> None:
    """Nobody who looked before takes what is left for all that there is."""
    end = LogEnd(js)
    days = [day(f"2026-02-{number:02}") for number in range(1, 21)]
    for one in days:
        await tell(js, one)
        assert await _lost(js, end) == 0
    await _cut_end(js, nats_server)
    lost = await _lost(js, end)
    assert 0 < lost <= 20
    for one in days[-lost:]:
        assert await _lost(js, end) > 0
        await tell(js, one)
    assert await _lost(js, end) == 0


async def test_after_a_refill_the_log_is_what_it_is(js: JetStreamContext, nats_server: Running) -> None:
    """Consumers that were made anew tell that somebody filled in all that there was."""
    end = LogEnd(js)
    for number in range(1, 21):
        await tell(js, day(f"2026-02-{number:02}"))
    assert await _lost(js, end) == 0
    await _cut_end(js, nats_server)
    assert await _lost(js, end) > 0
    await topology.delete_consumers(js, EVENTS)
    await topology.apply(js)
    assert await _lost(js, end) == 0
