"""The proxy does what a network does, and nothing else; seen from both ends with plain sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import nats
import pytest

from deploy.servers.server import Running
from tests.faults.proxy import Proxy
from tests.integration.until import until

NOT_YET_SECONDS = 0.2  # long enough for a byte over loopback; a test that waits in vain only passes wrongly


@dataclass
class Far:
    """A server that keeps what it hears, and says what a test wants."""

    port: int = 0
    heard: bytearray = field(default_factory=bytearray)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        try:
            while data := await reader.read(1 << 16):
                self.heard += data
            self.ended.append("closed")
        except ConnectionResetError:
            self.ended.append("reset")

    async def hears(self, data: bytes) -> None:
        async def heard() -> bool:
            return bytes(self.heard) == data

        await until(heard, f"the server has heard {data[:40]!r}")

    async def has(self, connections: int) -> None:
        async def there() -> bool:
            return len(self.writers) == connections

        await until(there, f"{connections} connections came")


@pytest.fixture
async def far() -> AsyncIterator[Far]:
    far = Far()
    server = await asyncio.start_server(far.serve, "127.0.0.1", 0)
    far.port = server.sockets[0].getsockname()[1]
    yield far
    server.close()
    for writer in far.writers:
        if not writer.is_closing():
            writer.transport.abort()


@dataclass
class Near:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def silent(self) -> bool:
        """Whether it neither hears a byte nor sees an end just now."""
        try:
            async with asyncio.timeout(NOT_YET_SECONDS):
                await self.reader.read(1)
        except TimeoutError:
            return True
        return False

    async def is_reset(self) -> bool:
        try:
            return await self.reader.read(1) == b"never"
        except ConnectionResetError:
            return True


@asynccontextmanager
async def _near(proxy: Proxy) -> AsyncIterator[Near]:
    near = Near(*await asyncio.open_connection("127.0.0.1", proxy.port))
    try:
        yield near
    finally:
        near.writer.transport.abort()


async def test_bytes_and_closes_pass_both_ways(far: Far) -> None:
    """Ten megabytes each way arrive whole; the close of one side leaves the other way open."""
    much = bytes(range(256)) * 40_000
    async with Proxy.to(far.port) as proxy, _near(proxy) as near:
        near.writer.write(much)
        near.writer.write_eof()
        await far.hears(much)
        await far.has(1)
        far.writers[0].write(much)
        far.writers[0].close()
        assert await near.reader.read(-1) == much
        assert far.ended == ["closed"]


async def test_a_cut_resets_both_ends_and_new_connections_work(far: Far) -> None:
    """Client and server both see a reset, not a close; the next connection is served."""
    async with Proxy.to(far.port) as proxy, _near(proxy) as near:
        near.writer.write(b"a")
        await far.hears(b"a")
        proxy.cut()
        assert await near.is_reset()
        async with _near(proxy) as again:
            again.writer.write(b"b")
            await far.hears(b"ab")
            assert far.ended == ["reset"]


async def test_a_stall_moves_nothing_until_it_is_healed(far: Far) -> None:
    """Bytes and closes of old and new connections wait, none is lost, and none of the connections ends."""
    async with Proxy.to(far.port) as proxy, _near(proxy) as near:
        near.writer.write(b"a")
        await far.hears(b"a")
        proxy.stall()
        far.writers[0].write(b"down")
        near.writer.write(b"up")
        async with _near(proxy) as young:
            young.writer.write(b"!")
            assert await near.silent()
            assert await young.silent()
            assert bytes(far.heard) == b"a"
            assert len(far.writers) == 1
            proxy.heal()
            assert await near.reader.readexactly(4) == b"down"
            await far.has(2)

            async def all_heard() -> bool:
                return sorted(far.heard) == sorted(b"aup!")

            await until(all_heard, "the rest was heard")
    assert "closed" not in far.ended


async def test_half_open_drops_what_the_server_says_and_hides_its_close(far: Far) -> None:
    """The client's bytes arrive all the while; the client sees nothing until heal, which resets it."""
    async with Proxy.to(far.port) as proxy, _near(proxy) as near:
        near.writer.write(b"a")
        await far.hears(b"a")
        proxy.half_open()
        far.writers[0].write(b"dropped")
        near.writer.write(b"b")
        await far.hears(b"ab")
        assert await near.silent()
        far.writers[0].close()
        assert await near.silent()
        near.writer.write(b"into the void")
        assert await near.silent()
        proxy.heal()
        assert await near.is_reset()
        async with _near(proxy) as again:
            await far.has(2)
            far.writers[1].write(b"c")
            assert await again.reader.readexactly(1) == b"c"


async def test_half_open_leaves_whole_what_was_silent(far: Far) -> None:
    """A connection on which the server said nothing meanwhile goes on after heal."""
    async with Proxy.to(far.port) as proxy, _near(proxy) as near:
        near.writer.write(b"a")
        await far.hears(b"a")
        proxy.half_open()
        near.writer.write(b"b")
        await far.hears(b"ab")
        proxy.heal()
        far.writers[0].write(b"c")
        assert await near.reader.readexactly(1) == b"c"


async def test_refused_are_old_and_new_connections_until_heal(far: Far) -> None:
    """Neither reaches the server; after heal a new one does."""
    async with Proxy.to(far.port) as proxy, _near(proxy) as near:
        near.writer.write(b"a")
        await far.hears(b"a")
        proxy.refuse()
        assert await near.is_reset()
        async with _near(proxy) as refused:
            assert await refused.is_reset()
        proxy.heal()
        async with _near(proxy) as again:
            again.writer.write(b"b")
            await far.hears(b"ab")
            assert len(far.writers) == 2


async def test_a_server_that_is_not_there_resets_the_client() -> None:
    """As a port on which nobody listens does, a moment later."""
    async with Proxy.to(1) as proxy, _near(proxy) as near:
        assert await near.is_reset()


@pytest.mark.parametrize("way", ["heal", "stall", "half_open"])
async def test_nothing_is_left_at_the_end(far: Far, way: str) -> None:
    """No task and no connection outlives the block, in whatever state it is left."""
    before = asyncio.all_tasks()
    async with Proxy.to(far.port) as proxy:
        near = Near(*await asyncio.open_connection("127.0.0.1", proxy.port))
        near.writer.write(b"a")
        await far.hears(b"a")
        getattr(proxy, way)()
        async with _near(proxy):
            pass
    assert [task for task in asyncio.all_tasks() - before if "Proxy" in repr(task)] == []
    assert proxy.connections == 0
    assert await near.is_reset()


async def test_a_nats_client_finds_its_way_back_from_each(nats_server: Running) -> None:
    """After every fault the same connection of nats-py asks and is answered again."""
    async with Proxy.to(nats_server.port) as proxy:
        nc = await nats.connect(
            nats_server.server.url(nats_server.data, proxy.port),
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.05,
            ping_interval=1,
            max_outstanding_pings=1,
        )
        for fault in (proxy.cut, proxy.stall, proxy.half_open, proxy.refuse):
            fault()
            await asyncio.sleep(NOT_YET_SECONDS)
            proxy.heal()

            async def answered() -> bool:
                try:
                    await nc.jetstream().account_info()
                except Exception:
                    return False
                return True

            await until(answered, f"it is served after {fault.__name__}")
        await nc.close()
