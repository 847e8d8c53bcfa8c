"""Where the notifier's view stands, as a real nats-server tells it."""

from datetime import date, timedelta

from nats.js import JetStreamContext

from services.notifier.log_position import caught_up
from shared import topology
from tests.integration.notifier_desk import MONTH
from tests.integration.test_notifier_service import publish
from tests.unit.notifier.sample import assigned_event, plan


async def stands_at(js: JetStreamContext) -> object:
    """Where it stands without waiting for anybody."""
    return await caught_up(js, timedelta(0), None)


async def take_in(js: JetStreamContext) -> None:
    facts = topology.NOTIFIER_FACTS
    reader = await js.pull_subscribe_bind(facts.name, facts.stream)
    for message in await reader.fetch(1):
        await message.ack_sync()


async def test_a_view_that_took_nothing_in_stands_where_it_stood(js: JetStreamContext) -> None:
    """Asked twice, the answer is the same; what is still to be read makes it none, and what was read another."""
    await publish(js, plan())
    assert await stands_at(js) is None
    await take_in(js)
    before = await stands_at(js)
    assert before is not None
    assert before == await stands_at(js)
    await publish(js, assigned_event(MONTH))
    assert await stands_at(js) is None
    await take_in(js)
    assert await stands_at(js) not in {None, before}


async def test_a_log_that_lost_its_day_has_no_place_to_stand(js: JetStreamContext) -> None:
    """It may lack who delivered as well."""
    assert await caught_up(js, timedelta(0), date(2023, 3, 8)) is None
