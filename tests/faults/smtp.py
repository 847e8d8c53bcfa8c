"""`python -m tests.faults.smtp PORT FOLDER CONTROL`: a mail server as a process that keeps what it acknowledges.

Each accepted mail is kept durably, with its envelope, before it is answered with 250, every copy of it. CONTROL is a
JSON file that is looked at anew at each command; it may be missing. Its fields are those of `Manners`.
"""

import asyncio
import base64
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

LOOPBACK = "127.0.0.1"
DIGEST_LENGTH = 12
KEPT = "*.kept"


@dataclass(frozen=True)
class Manners:
    """How the server behaves; pauses in seconds.

    `command`: before each answer but the last; `before_keeping` and `after_keeping`: between the final dot and its
    answer. `drop_before_dot_answer`: keep the mail, then cut the connection instead of answering.
    """

    command: float = 0.0
    before_keeping: float = 0.0
    after_keeping: float = 0.0
    drop_before_dot_answer: bool = False


@dataclass(frozen=True)
class Kept:
    """A mail as it came: its exact bytes, its envelope, and when (UTC)."""

    content: bytes
    sender: str
    recipients: tuple[str, ...]
    at: datetime


def behave(control: Path, manners: Manners) -> None:
    """Let a server with this control file behave so from its next command on."""
    new = control.with_name(f".{control.name}.new")
    new.write_text(json.dumps(asdict(manners)))
    new.replace(control)


def read(folder: Path) -> list[Kept]:
    """What was kept, in the order in which it came; all that was acknowledged is among it."""
    return [_kept(json.loads(path.read_bytes())) for path in sorted(folder.glob(KEPT))]


def keep(folder: Path, number: int, kept: Kept) -> Path:
    """Write it so that it is there even if this process or the machine ends right after. Raises OSError."""
    digest = hashlib.sha256(kept.content).hexdigest()[:DIGEST_LENGTH]
    path = folder / f"{number:08}-{digest}.kept"
    partial = path.with_suffix(".partial")
    line = {
        "content": base64.b64encode(kept.content).decode(),
        "sender": kept.sender,
        "recipients": kept.recipients,
        "at": kept.at.isoformat(),
    }
    with partial.open("w") as file:
        json.dump(line, file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return path


def _kept(line: dict[str, Any]) -> Kept:
    return Kept(
        content=base64.b64decode(line["content"]),
        sender=line["sender"],
        recipients=tuple(line["recipients"]),
        at=datetime.fromisoformat(line["at"]),
    )


class _Keeper:
    def __init__(self, folder: Path, control: Path) -> None:
        self._folder = folder
        self._control = control
        self._numbers = _numbers(folder)

    async def handle_EHLO(self, _server: SMTP, session: Session, _e: Envelope, name: str, told: list[str]) -> list[str]:
        await self._pause()
        session.host_name = name
        return told

    async def handle_MAIL(self, _server: SMTP, _s: Session, envelope: Envelope, address: str, options: Any) -> str:
        await self._pause()
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, _server: SMTP, _s: Session, envelope: Envelope, address: str, options: Any) -> str:
        await self._pause()
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_RSET(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:
        await self._pause()
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        manners = self._manners()
        await asyncio.sleep(manners.before_keeping)
        assert isinstance(envelope.content, bytes)
        kept = Kept(envelope.content, envelope.mail_from or "", tuple(envelope.rcpt_tos), datetime.now(UTC))
        try:
            path = keep(self._folder, next(self._numbers), kept)
        except OSError as error:
            return f"452 4.3.1 It can't be kept: {error.strerror}"
        await asyncio.sleep(manners.after_keeping)
        if manners.drop_before_dot_answer:
            server.transport.abort()
        return f"250 2.0.0 Kept as {path.name}"

    async def _pause(self) -> None:
        await asyncio.sleep(self._manners().command)

    def _manners(self) -> Manners:
        try:
            return Manners(**json.loads(self._control.read_bytes()))
        except FileNotFoundError:
            return Manners()


def _numbers(folder: Path) -> Iterator[int]:
    """Numbers beyond those that an earlier run used."""
    return count(max((int(path.name.split("-")[0]) for path in folder.glob("*-*")), default=0) + 1)


async def serve(port: int, folder: Path, control: Path) -> None:
    """Listen until cancelled; 0 is any free port. A line on standard output says which."""
    folder.mkdir(parents=True, exist_ok=True)
    keeper = _Keeper(folder, control)
    loop = asyncio.get_running_loop()

    def smtp() -> SMTP:
        return SMTP(keeper, hostname="localhost", ident="faults", enable_SMTPUTF8=True, loop=loop)

    server = await loop.create_server(smtp, LOOPBACK, port)
    print(f"listening at smtp://{LOOPBACK}:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])))
