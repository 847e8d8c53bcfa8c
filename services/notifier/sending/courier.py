"""The conversation with the mail server, over one connection that is kept."""

import asyncio
import time
from asyncio import WriteTransport
from contextlib import suppress
from datetime import timedelta

import aiosmtplib
from aiosmtplib import (
    SMTPConnectError,
    SMTPDataError,
    SMTPException,
    SMTPHeloError,
    SMTPReadTimeoutError,
    SMTPResponse,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPStatus,
)

from services.notifier.letters.mail import Begin, Envelope, Fate, MayEnd, Outcome
from shared.printable import printable
from shared.smtp_url import Server

# RFC 5321, 4.5.3.2: what a client must wait for at least.
COMMAND_TIMEOUT = timedelta(minutes=5)
FINAL_DOT_TIMEOUT = timedelta(minutes=10)
CONNECT_TIMEOUT = timedelta(minutes=1)
WRITTEN_LOOK = timedelta(milliseconds=5)
LEAVE_WITHIN = timedelta(seconds=5)
# Many servers end a connection after a hundred mails, by 421 in the middle; who leaves before has none repeated.
MAILS_EACH = 100
BROKEN_OFF = "máy chủ thư ngắt kết nối trong lúc nhận nội dung"
LEASE_RAN_OUT = "tiến trình gửi thư bị ngắt quãng quá lâu, chưa gửi nội dung"
# What a server says that took an address; it forwards one that isn't its own.
_TAKEN = (SMTPStatus.completed, SMTPStatus.will_forward)
_LONGEST_ANSWER = 300


class Courier:
    """One connection to one server, for one mail at a time."""

    def __init__(
        self, server: Server, final_dot_timeout: timedelta = FINAL_DOT_TIMEOUT, mails_each: int = MAILS_EACH
    ) -> None:
        """After `mails_each` mails the connection is ended, and the next one goes over a new one."""
        self._client = aiosmtplib.SMTP(**server.arguments, timeout=COMMAND_TIMEOUT.total_seconds())
        self._final_dot_timeout = final_dot_timeout
        self._mails_each = mails_each
        self._mails = 0
        self._used = time.monotonic()

    async def send(self, envelope: Envelope, begin: Begin, may_end: MayEnd) -> Outcome | None:
        """Hand over a mail; None where `begin` refrained. Never raises for what the server does.

        All that can be settled before it is settled first, so that `begin` is asked as late as can be. Without the
        final dot a server has nothing (RFC 5321, 4.1.1.4): until `may_end` has agreed, nothing was sent.
        """
        begun = False

        async def once() -> bytes | None:
            nonlocal begun
            begun = True
            return await begin()

        if self._mails >= self._mails_each:
            await self.close()
        kept = self._client.is_connected
        outcome = await self._try(envelope, once, may_end)
        # A kept connection may have been closed from the other side since, or is now (421): that says nothing of the
        # mail.
        lost = outcome is not None and outcome.fate is Fate.LATER and not self._client.is_connected
        if kept and lost and not begun:
            outcome = await self._try(envelope, once, may_end)
        self._mails += 1
        self._used = time.monotonic()
        return outcome

    async def rest(self, idle: timedelta) -> None:
        """Take leave of the server if nothing went over the connection for so long."""
        if time.monotonic() - self._used >= idle.total_seconds():
            await self.close()

    async def close(self) -> None:
        """Take leave of the server."""
        if self._client.is_connected:
            try:
                await self._client.quit(timeout=LEAVE_WITHIN.total_seconds())
            except (SMTPException, OSError):
                self._client.close()

    async def _try(self, envelope: Envelope, begin: Begin, may_end: MayEnd) -> Outcome | None:
        recipients = envelope.recipients
        try:
            if not self._client.is_connected:
                await self._client.connect(timeout=CONNECT_TIMEOUT.total_seconds())
                self._mails = 0
                if self._client.is_ehlo_or_helo_needed:
                    with suppress(SMTPHeloError):  # a server of old: it is greeted by HELO, and offers nothing
                        await self._client.ehlo()
            # What the server reports later: failures and delays, with our name for the mail and no copy of it.
            reports = self._client.supports_extension("dsn")
            options = f" RET=HDRS ENVID={envelope.id}" if reports else ""
            answer = await self._ask(f"MAIL FROM:<{envelope.sender}>{options}")
            # Whatever the server has against the sender is our configuration: it passes when that is mended.
            if answer.code != SMTPStatus.completed:
                raise SMTPResponseException(answer.code, answer.message)
            refused, deferred = await self._offer(recipients, " NOTIFY=FAILURE,DELAY" if reports else "")
            if not self._client.is_connected:  # 421: the last answer was the connection's too
                return Outcome(Fate.LATER, _told(refused | deferred))
        except (SMTPException, OSError) as error:
            self._client.close()
            return Outcome(Fate.LATER, _answer(error))
        if len(refused) + len(deferred) == len(recipients):
            await self._reset()
            fate = Fate.LATER if deferred else Fate.REFUSED
            return Outcome(fate, _told(refused | deferred), refused, deferred)
        try:
            text = await begin()
        except BaseException:
            self._client.close()
            raise
        if text is None:
            await self._reset()
            return None
        return await self._hand_over(text, may_end) or Outcome(Fate.SENT, refused=refused, deferred=deferred)

    async def _hand_over(self, text: bytes, may_end: MayEnd) -> Outcome | None:
        """What went wrong; None if the server has it."""
        try:
            await self._write(text)
        except SMTPDataError as error:
            await self._reset()
            return Outcome(Fate.REFUSED if error.code >= 500 else Fate.LATER, _answer(error))
        except (SMTPException, OSError) as error:
            self._abort()
            return Outcome(Fate.LATER, _answer(error))
        try:
            may = await may_end()
        except BaseException:
            self._abort()
            raise
        if not may:
            self._abort()
            return Outcome(Fate.LATER, LEASE_RAN_OUT)
        if not self._client.is_connected:  # it left while we asked: no dot goes out, and no server takes half a mail
            return Outcome(Fate.LATER, BROKEN_OFF)
        return await self._end()

    async def _end(self) -> Outcome | None:
        """The final dot; what went wrong, None if the server has the mail."""
        try:
            answer = await self._ask(".", self._final_dot_timeout)
        except (SMTPException, OSError) as error:
            self._client.close()
            return Outcome(Fate.UNKNOWN, _answer(error))
        # The first digit says it all, whatever follows (RFC 5321, 4.2.1).
        if answer.code // 100 == 2:
            return None
        said = _answer(SMTPDataError(answer.code, answer.message))
        if answer.code // 100 not in (4, 5):
            self._client.close()
            return Outcome(Fate.UNKNOWN, said)
        await self._reset()
        return Outcome(Fate.REFUSED if answer.code >= 500 else Fate.LATER, said)

    async def _write(self, text: bytes) -> None:
        """DATA and the text, all but the final dot; returns when none of it waits in this process any more."""
        answer = await self._ask("DATA")
        if answer.code != SMTPStatus.start_input:
            raise SMTPDataError(answer.code, answer.message)
        # A dot that begins a line is doubled (RFC 5321, 4.5.2).
        lines = (b"." if text.startswith(b".") else b"") + text.replace(b"\r\n.", b"\r\n..")
        protocol = self._client.protocol
        if protocol is None:
            raise SMTPServerDisconnected("Connection lost")
        protocol.write(lines)
        async with asyncio.timeout(COMMAND_TIMEOUT.total_seconds()):
            # asyncio says when a buffer is low, not when it is empty.
            while isinstance(protocol.transport, WriteTransport) and protocol.transport.get_write_buffer_size():  # noqa: ASYNC110
                await asyncio.sleep(WRITTEN_LOOK.total_seconds())
        if not self._client.is_connected:
            raise SMTPServerDisconnected("Connection lost")

    async def _ask(self, command: str, within: timedelta = COMMAND_TIMEOUT) -> SMTPResponse:
        """The server's answer to a command. Raises SMTPReadTimeoutError where it has none within that time."""
        # Not the library's `mail` and `rcpt`, which look for display names in each address, nor its timeout, which
        # costs three times as much as this one.
        try:
            async with asyncio.timeout(within.total_seconds()):
                return await self._client.execute_command(command.encode("ascii"), timeout=None)
        except TimeoutError:
            raise SMTPReadTimeoutError(f"no answer within {within.total_seconds():g} s") from None

    async def _offer(self, recipients: tuple[str, ...], options: str) -> tuple[dict[str, str], dict[str, str]]:
        """Name the recipients; those refused for good, and those for now, with the server's answers."""
        refused: dict[str, str] = {}
        deferred: dict[str, str] = {}
        for address in recipients:
            answer = await self._ask(f"RCPT TO:<{address}>{options}")
            if answer.code not in _TAKEN:
                # 552 is "too many recipients" of old servers: RFC 5321, 4.5.3.1.10 says to take it for 452.
                for_good = answer.code >= 500 and answer.code != 552
                (refused if for_good else deferred)[address] = _answer(SMTPResponseException(*answer))
        return refused, deferred

    def _abort(self) -> None:
        """Leave in the middle of the text, without the final dot."""
        if isinstance(self._client.transport, WriteTransport):
            self._client.transport.abort()
        self._client.close()

    async def _reset(self) -> None:
        try:
            await self._client.rset(timeout=30)
        except (SMTPException, OSError):
            self._client.close()


def _told(answers: dict[str, str]) -> str:
    return "; ".join(f"{address}: {answer}" for address, answer in answers.items())


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
    # Bytes that are no UTF-8 come as lone surrogates, which neither MongoDB nor the log can keep.
    return " ".join(printable(text).split())[:_LONGEST_ANSWER]
