"""What a stuck round looks like: where each consumer stands, what each service says and waits for."""

import asyncio
import signal

import nats
from nats.errors import Error as NatsError

from shared import topology
from tests.faults.world import SERVICES, World

ASKED = ("assignments.pending", "submissions.pending", "notifier.queue", "reports.pending")
TELL_SECONDS = 1.0


async def autopsy(world: World) -> str:
    """One line; what tasks wait for stands in the services' logs."""
    for name in SERVICES:
        world.kept[name].send(signal.SIGUSR1)
    await asyncio.sleep(TELL_SECONDS)
    try:
        nc = await nats.connect(world.nats_url, allow_reconnect=False)
    except (NatsError, OSError, TimeoutError) as error:
        return f"nats-server: {error}"
    found = []
    for consumer in topology.CONSUMERS:
        try:
            info = await nc.jetstream().consumer_info(consumer.stream, consumer.name)
            waits = f"{info.num_pending} pending, {info.num_ack_pending} unacknowledged, {info.num_waiting} pulls"
            found.append(f"{consumer.name}: {waits}")
        except (NatsError, TimeoutError) as error:
            found.append(f"{consumer.name}: {error}")
    for asked in ASKED:
        try:
            found.append(f"{asked}: {(await nc.request(f'dondoc.{asked}', b'', timeout=3)).data.decode()}")
        except (NatsError, TimeoutError) as error:
            found.append(f"{asked}: {type(error).__name__}")
    await nc.close()
    return "; ".join(found)
