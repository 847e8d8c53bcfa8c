from contextlib import AsyncExitStack

import nats
from nats.aio.msg import Msg

from deploy.servers.nats import address, identity_of
from deploy.servers.server import Running
from shared.flushed import flushed


async def test_who_asks_by_another_connection_finds_every_subscription(nats_server: Running) -> None:
    """So many that the server is still reading them when it has answered the PING that went ahead of them."""

    async def answer(msg: Msg) -> None:
        await msg.respond(b"here")

    url = identity_of(nats_server.data).url("operator", address(nats_server.port))
    async with AsyncExitStack() as stack:
        one, other = await nats.connect(url), await nats.connect(url)
        stack.push_async_callback(one.close)
        stack.push_async_callback(other.close)
        for time in range(20):
            for number in range(1000):
                await one.subscribe(f"asked.{time}.{number}", cb=answer)
            await flushed(one)
            assert (await other.request(f"asked.{time}.999", timeout=30)).data == b"here"
