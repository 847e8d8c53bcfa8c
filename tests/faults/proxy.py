"""A TCP proxy on loopback that can do to a connection what a network does: cut, stall, half-open, refuse."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import Enum

LOOPBACK = "127.0.0.1"
CHUNK_BYTES = 64 * 1024
BACKLOG = 512
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER on, for no time: closing sends RST


class Way(Enum):
    """What becomes of bytes and of new connections."""

    PASS = "pass"
    STALL = "stall"
    HALF_OPEN = "half open"
    REFUSE = "refuse"


class Proxy:
    """Forwards from `port` to another port of loopback. The methods take effect at once and for all connections."""

    def __init__(self, target: int, listener: socket.socket) -> None:
        self.port: int = listener.getsockname()[1]
        self.way = Way.PASS
        self._target = target
        self._listener = listener
        self._moving = asyncio.Event()
        self._moving.set()
        self._connections: dict[_Connection, asyncio.Task[None]] = {}

    @classmethod
    @asynccontextmanager
    async def to(cls, port: int) -> AsyncIterator["Proxy"]:
        """A proxy before `port`, for the time of the block; at the end every connection is reset."""
        with socket.create_server((LOOPBACK, 0), backlog=BACKLOG) as listener:
            listener.setblocking(False)
            proxy = cls(port, listener)
            accepting = asyncio.create_task(proxy._accept())
            try:
                yield proxy
            finally:
                accepting.cancel()
                ended = [accepting, *proxy._connections.values()]
                proxy.cut()
                await asyncio.wait(ended)

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self._connections)

    def cut(self) -> None:
        """Reset all connections; new ones work as before."""
        for connection in list(self._connections):
            self._cut(connection)

    def stall(self) -> None:
        """Connections stay open and new ones are taken, but no byte moves until `heal`."""
        self._go(Way.STALL)

    def half_open(self) -> None:
        """What the server sends is dropped, its close as well; what the client sends reaches the server."""
        self._go(Way.HALF_OPEN)

    def refuse(self) -> None:
        """Reset all connections, and every new one at once."""
        self._go(Way.REFUSE)
        self.cut()

    def heal(self) -> None:
        """All is well again; a connection that lost bytes is reset, since it can't be whole any more."""
        self._go(Way.PASS)
        for connection in list(self._connections):
            if connection.lost:
                self._cut(connection)

    def _go(self, way: Way) -> None:
        self.way = way
        if way is Way.STALL:
            self._moving.clear()
        else:
            self._moving.set()

    def _cut(self, connection: "_Connection") -> None:
        connection.reset()
        self._connections.pop(connection).cancel()

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            client, _ = await loop.sock_accept(self._listener)
            connection = _Connection(client)
            if self.way is Way.REFUSE:
                connection.reset()
                connection.close()
                continue
            task = self._connections[connection] = asyncio.create_task(self._carry(connection))
            task.add_done_callback(lambda _, ended=connection: self._connections.pop(ended, None))

    async def _carry(self, connection: "_Connection") -> None:
        client, server = connection.client, connection.server
        try:
            await self._moving.wait()
            try:
                await asyncio.get_running_loop().sock_connect(server, (LOOPBACK, self._target))
            except OSError:
                if not self._hidden(connection):
                    raise
            await asyncio.gather(self._up(connection, client, server), self._down(connection, server, client))
            if connection.lost:
                await asyncio.Future()  # the client may not learn of the end before `heal`
        except OSError:
            connection.reset()
        finally:
            self._connections.pop(connection, None)  # at once: nobody may touch a closed one
            connection.close()

    async def _up(self, connection: "_Connection", client: socket.socket, server: socket.socket) -> None:
        """From the client to the server, its close as well."""
        loop = asyncio.get_running_loop()
        buffer = memoryview(bytearray(CHUNK_BYTES))
        while count := await loop.sock_recv_into(client, buffer):
            await self._moving.wait()
            try:
                await loop.sock_sendall(server, buffer[:count])
            except OSError:
                if not self._hidden(connection):
                    raise
        await self._moving.wait()
        with suppress(OSError):  # it may be gone already
            server.shutdown(socket.SHUT_WR)

    async def _down(self, connection: "_Connection", server: socket.socket, client: socket.socket) -> None:
        """From the server to the client, unless that way is closed."""
        loop = asyncio.get_running_loop()
        buffer = memoryview(bytearray(CHUNK_BYTES))
        while True:
            try:
                count = await loop.sock_recv_into(server, buffer)
            except OSError:
                await self._moving.wait()
                if self._hidden(connection):
                    return
                raise
            await self._moving.wait()
            if self._hidden(connection):
                if not count:
                    return
            elif count:
                await loop.sock_sendall(client, buffer[:count])
            else:
                client.shutdown(socket.SHUT_WR)
                return

    def _hidden(self, connection: "_Connection") -> bool:
        """Whether what the server does now is kept from the client; then the connection isn't whole any more."""
        if self.way is Way.HALF_OPEN:
            connection.lost = True
        return connection.lost


class _Connection:
    """`lost`: something that the server sent didn't reach the client."""

    def __init__(self, client: socket.socket) -> None:
        self.client = client
        self.server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.lost = False
        for end in (client, self.server):
            end.setblocking(False)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def reset(self) -> None:
        """Let the close be an RST on both sides."""
        for end in (self.client, self.server):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)

    def close(self) -> None:
        self.client.close()
        self.server.close()
