"""`python -m tests.bench.peers.mail_sink PORT`: a mail server that takes everything and keeps nothing but a count.

SIGUSR1 makes it print `<mails> <seconds from the first command to the last answer>` and start anew.
"""

import asyncio
import signal
import sys
import time
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope


class Sink:
    """Counts what it takes, from the first MAIL on."""

    def __init__(self) -> None:
        self.taken, self.first, self.last = 0, 0.0, 0.0

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Envelope, address: str, options: Any) -> str:
        self.first = self.first or time.monotonic()
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Envelope) -> str:
        self.taken += 1
        self.last = time.monotonic()
        return "250 OK"

    def tell(self) -> None:
        print(self.taken, self.last - self.first, flush=True)
        self.taken, self.first, self.last = 0, 0.0, 0.0


async def serve(port: int) -> None:
    sink, loop = Sink(), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, sink.tell)
    server = await loop.create_server(lambda: SMTP(sink, hostname="localhost", loop=loop), "127.0.0.1", port)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
