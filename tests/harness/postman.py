"""A real SMTP server for tests that misbehaves as it is told."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session


class Postman:
    """Takes mail and keeps it in `taken`.

    `at` says what to answer to a command (mail, rcpt, rcpt_X for addresses that begin with X, data), in turn, the last
    one for ever: an SMTP reply, None for yes, `drop` to cut the connection, `take and drop` to do so with the mail.
    """

    def __init__(self, **at: list[str | None]) -> None:
        self.taken: list[Envelope] = []
        self.connections: list[Session] = []
        self.transports: list[asyncio.BaseTransport] = []
        self._at = at

    def _next(self, command: str) -> str | None:
        answers = self._at.get(command) or [None]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    async def handle_EHLO(self, server: Any, session: Session, _e: Any, name: str, told: list[str]) -> list[str]:
        session.host_name = name
        self.connections.append(session)
        return told

    async def handle_MAIL(self, server: SMTP, _s: Any, envelope: Envelope, address: str, options: list[str]) -> str:
        envelope.mail_options.extend(options)
        return self._answer(server, "mail") or self._keep_sender(envelope, address)

    async def handle_RCPT(self, server: SMTP, _s: Any, envelope: Envelope, address: str, options: list[str]) -> str:
        envelope.rcpt_options.extend(options)
        answer = self._answer(server, "rcpt_" + address[0]) or self._answer(server, "rcpt")
        if answer is None or answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, _s: Any, envelope: Envelope) -> str:
        answer = self._next("data")
        if answer is None or answer == "take and drop":
            self.taken.append(envelope)
        if answer in {"drop", "take and drop"}:
            server.transport.abort()
        return answer if answer and answer[0].isdigit() else "250 OK"

    async def before_text(self) -> None:
        """What is waited for before DATA is answered."""

    def _answer(self, server: SMTP, command: str) -> str | None:
        answer = self._next(command)
        if answer == "drop":
            server.transport.abort()
        return answer

    @staticmethod
    def _keep_sender(envelope: Envelope, address: str) -> str:
        envelope.mail_from = address
        return "250 OK"


@asynccontextmanager
async def listening(
    postman: Postman, *, tls: ssl.SSLContext | None = None, from_the_start: bool = False, **options: Any
) -> AsyncIterator[str]:
    """The postman at work; the value is the URL for DONDOC_SMTP_URL. With `tls` it offers STARTTLS, or speaks TLS from
    the start; `options` are aiosmtpd's."""
    loop = asyncio.get_running_loop()
    offered = {} if from_the_start else {"tls_context": tls}
    wrapped = {"ssl": tls} if from_the_start else {}
    server = await loop.create_server(lambda: _smtp(postman, loop, **offered, **options), "127.0.0.1", 0, **wrapped)
    try:
        yield f"{'smtps' if from_the_start else 'smtp'}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


class _Smtp(SMTP):
    def _getparams(self, params: Any) -> Any:
        """What aiosmtpd doesn't know, RFC 3461's, is kept among the envelope's options."""
        found: Any = super()._getparams(params)
        return {name: value for name, value in (found or {}).items() if name not in {"RET", "ENVID", "NOTIFY"}}

    async def smtp_DATA(self, arg: str) -> None:
        await self.event_handler.before_text()
        await super().smtp_DATA(arg)


def _smtp(postman: Postman, loop: asyncio.AbstractEventLoop, **options: Any) -> SMTP:
    protocol = _Smtp(postman, hostname="localhost", loop=loop, **options)
    made = protocol.connection_made

    def connection_made(transport: asyncio.BaseTransport) -> None:
        postman.transports.append(transport)
        made(transport)

    protocol.connection_made = connection_made  # type: ignore[method-assign]
    return protocol


async def yes() -> bool:
    """The final dot may go out."""
    return True


async def no() -> bool:
    """It may not."""
    return False
