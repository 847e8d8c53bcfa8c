"""An answer that comes before the request was read to its end still arrives.

A connection that is closed with bytes unread is reset, and a client that reads the answer only when it has sent its
body sees the reset alone. So what is on its way is read and dropped, up to a bound, before the answer ends.
"""

import asyncio
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Long enough for a body of the usual sizes on a slow line; what is longer meets the reset.
_SECONDS = 5
_BYTES = 64_000_000


class Lingering:
    """Around an ASGI application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        more = True
        announced = {name for name, _ in scope.get("headers", ())} & {b"content-length", b"transfer-encoding"}

        async def received() -> Message:
            nonlocal more
            message = await receive()
            more = message.get("more_body", False)
            return message

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start" and more and announced:
                # Else the server reads on for as long as the client sends.
                message = {**message, "headers": [*message.get("headers", ()), (b"connection", b"close")]}
            if message["type"] != "http.response.body" or message.get("more_body", False) or not more:
                await send(message)
                return
            await send({**message, "more_body": True})
            dropped = 0
            with suppress(TimeoutError):
                async with asyncio.timeout(_SECONDS):
                    while more and dropped < _BYTES:
                        dropped += len((await received()).get("body", b""))
            await send({"type": "http.response.body"})

        await self._app(scope, received, sent)
