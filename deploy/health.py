"""Ask a service whether it is ready."""

import asyncio

from deploy.servers.ports import LOOPBACK

ANSWER_WITHIN_S = 2.0


async def is_ready(port: int, path: str = "/health/ready") -> bool:
    """Whether the HTTP server at this loopback port answers the path with 200."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            reader, writer = await asyncio.open_connection(LOOPBACK, port)
            try:
                writer.write(f"GET {path} HTTP/1.1\r\nHost: {LOOPBACK}\r\nConnection: close\r\n\r\n".encode())
                return (await reader.readline()).split()[1:2] == [b"200"]
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False
