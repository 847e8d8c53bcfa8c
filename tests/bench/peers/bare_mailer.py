"""`python -m tests.bench.peers.bare_mailer PORT FILE`: ten kept connections of aiosmtplib send what FILE holds.

A line of FILE is a JSON list: sender, recipients, bytes as base64. Prints the seconds that it took, and those of CPU.
"""

import asyncio
import base64
import json
import sys
import time
from collections import deque
from pathlib import Path

import aiosmtplib

CONNECTIONS = 10


async def send(port: int, mails: list[tuple[str, list[str], bytes]]) -> tuple[float, float]:
    waiting = deque(mails)

    async def courier(client: aiosmtplib.SMTP) -> None:
        while waiting:
            sender, recipients, body = waiting.popleft()
            await client.sendmail(sender, recipients, body)

    clients = [aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) for _ in range(CONNECTIONS)]
    for client in clients:
        await client.connect()
    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*map(courier, clients))
    took = time.perf_counter() - began, time.process_time() - cpu
    for client in clients:
        await client.quit()
    return took


if __name__ == "__main__":
    lines = (json.loads(line) for line in Path(sys.argv[2]).read_text().splitlines())
    mails = [(sender, to, base64.b64decode(body)) for sender, to, body in lines]
    print(*asyncio.run(send(int(sys.argv[1]), mails)), flush=True)
