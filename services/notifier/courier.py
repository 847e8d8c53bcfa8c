"""The conversation with the mail server, over one connection that is kept."""

import asyncio
from datetime import timedelta

import aiosmtplib
from aiosmtplib import (
    SMTPConnectError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)

from services.notifier.mail import Fate, Mail, Outcome
from services.notifier.smtp_url import Server

# RFC 5321, 4.5.3.2: what a client must wait for at least.
COMMAND_TIMEOUT = timedelta(minutes=5)
FINAL_DOT_TIMEOUT = timedelta(minutes=10)
CONNECT_TIMEOUT = timedelta(minutes=1)
_LONGEST_ANSWER = 300


class Courier:
    """One connection to one server; mails go one after another."""

    def __init__(self, server: Server, final_dot_timeout: timedelta = FINAL_DOT_TIMEOUT) -> None:
        self._client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.use_tls,
            start_tls=server.start_tls,
            timeout=COMMAND_TIMEOUT.total_seconds(),
        )
        self._final_dot_seconds = final_dot_timeout.total_seconds()
        self._one_at_a_time = asyncio.Lock()

    async def send(self, mail: Mail, recipients: tuple[str, ...] | None = None) -> Outcome:
        """Hand over the mail, to all its recipients or to those named. Never raises for what the server does."""
        async with self._one_at_a_time:
            kept = self._client.is_connected
            outcome = await self._try(mail, recipients or mail.recipients)
            # A kept connection may have been closed from the other side since: that says nothing of the mail.
            if kept and outcome.fate is Fate.LATER and not self._client.is_connected:
                outcome = await self._try(mail, recipients or mail.recipients)
            return outcome

    async def close(self) -> None:
        """Take leave of the server."""
        if self._client.is_connected:
            try:
                await self._client.quit(timeout=5)
            except (SMTPException, OSError):
                self._client.close()

    async def _try(self, mail: Mail, recipients: tuple[str, ...]) -> Outcome:
        try:
            if not self._client.is_connected:
                await self._client.connect(timeout=CONNECT_TIMEOUT.total_seconds())
            # Whatever the server has against the sender is our configuration: it passes when that is mended.
            await self._client.mail(mail.sender)
            refused, deferred = await self._offer(recipients)
        except (SMTPException, OSError) as error:
            self._client.close()
            return Outcome(Fate.LATER, _answer(error))
        if len(refused) + len(deferred) == len(recipients):
            await self._reset()
            reason = "; ".join(f"{address}: {answer}" for address, answer in (refused | deferred).items())
            return Outcome(Fate.LATER if deferred else Fate.REFUSED, reason, refused, deferred)
        try:
            await self._client.data(mail.body, timeout=self._final_dot_seconds)
        except SMTPDataError as error:
            await self._reset()
            return Outcome(Fate.REFUSED if error.code >= 500 else Fate.LATER, _answer(error))
        except (SMTPException, OSError) as error:
            self._client.close()
            return Outcome(Fate.UNKNOWN, _answer(error))
        return Outcome(Fate.SENT, refused=refused, deferred=deferred)

    async def _offer(self, recipients: tuple[str, ...]) -> tuple[dict[str, str], dict[str, str]]:
        """Name the recipients; those refused for good, and those for now, with the server's answers."""
        refused: dict[str, str] = {}
        deferred: dict[str, str] = {}
        for address in recipients:
            try:
                await self._client.rcpt(address)
            except SMTPRecipientRefused as error:
                # 552 is "too many recipients" of old servers: RFC 5321, 4.5.3.1.10 says to take it for 452.
                (refused if error.code >= 500 and error.code != 552 else deferred)[address] = _answer(error)
        return refused, deferred

    async def _reset(self) -> None:
        try:
            await self._client.rset(timeout=30)
        except (SMTPException, OSError):
            self._client.close()


def _answer(error: Exception) -> str:
    """In words for people, for they reach `reminder.failed`; the server's and the system's own are quoted."""
    if isinstance(error, SMTPResponseException):
        text = f"{error.code} {error.message}"
    elif isinstance(error, SMTPServerDisconnected):
        text = f"mất kết nối với máy chủ thư: {error}"
    elif isinstance(error, SMTPConnectError):
        text = f"không kết nối được với máy chủ thư: {error}"
    elif isinstance(error, TimeoutError):
        text = f"máy chủ thư không trả lời kịp thời: {error}"
    else:
        text = f"lỗi khi gửi thư, {type(error).__name__}: {error}"
    return " ".join(text.split())[:_LONGEST_ANSWER]
