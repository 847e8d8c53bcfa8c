"""An inbox for a desk: an SMTP server that keeps each message as a file, exactly as it came."""

import asyncio
import hashlib
import os
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import Message
from email.utils import parsedate_to_datetime
from itertools import count
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.servers.ports import LOOPBACK, free_port

STANDARD_PORT = 8025
DIGEST_LENGTH = 12
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9@._+-]+")


@asynccontextmanager
async def inbox(folder: Path, port: int = STANDARD_PORT) -> AsyncIterator[str]:
    """Take mail for the time of an `async with` block; the value is the URL for DONDOC_SMTP_URL.

    The port is what is preferred; where it is taken, a free one is used (0: always).
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # noqa: ASYNC240 - before anything waits
    folder.chmod(0o700)  # noqa: ASYNC240 - it may have been there before; mails are for who runs this
    handler = _Keeper(folder)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _smtp(handler, loop), LOOPBACK, free_port(port))
    try:
        yield f"smtp://{LOOPBACK}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def keep(folder: Path, recipients: Sequence[str], content: bytes) -> Path:
    """Write a message as DATE_RECIPIENT_DIGEST.eml, whole or not at all.

    The digest is of its Message-ID, so the same message has the same name in every run; when it comes again it is kept
    beside the first as `….copy-2.eml`, for people to see. Raises OSError where it can't be written.
    """
    headers = message_from_bytes(content)
    recipient = _NOT_IN_A_NAME.sub("-", recipients[0] if recipients else "nobody").lower()
    identity = str(headers.get("Message-ID", "")).strip().encode() or content
    digest = hashlib.sha256(identity).hexdigest()[:DIGEST_LENGTH]
    name = f"{_day(headers)}_{recipient}_{digest}"
    partial = folder / f".{name}.{os.getpid()}.partial"
    partial.write_bytes(content)
    try:
        for copy in count(1):
            path = folder / (f"{name}.eml" if copy == 1 else f"{name}.copy-{copy}.eml")
            try:
                path.hardlink_to(partial)  # fails where the name is taken, which a rename wouldn't
            except FileExistsError:
                continue
            return path
    finally:
        partial.unlink()
    raise AssertionError("the count has no end")


class _Keeper:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        try:
            path = keep(self._folder, envelope.rcpt_tos, content)
        except OSError as error:
            return f"452 4.3.1 The inbox can't store it: {error.strerror}"
        return f"250 2.0.0 Kept as {path.name}"


def _smtp(handler: _Keeper, loop: asyncio.AbstractEventLoop) -> SMTP:
    # The host name is given, since finding it out may ask a name server.
    return SMTP(handler, hostname="localhost", ident="inbox", enable_SMTPUTF8=True, loop=loop)


def _day(headers: Message) -> str:
    try:
        return parsedate_to_datetime(str(headers["Date"])).date().isoformat()
    except (TypeError, ValueError):
        return "undated"
