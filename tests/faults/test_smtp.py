"""The mail server keeps what it acknowledges, whatever happens to it, and behaves as it is told."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiosmtplib
import pytest

from deploy.child import tied_to_parent
from tests.faults.smtp import Kept, Manners, behave, read
from tests.harness.servers import clean_environ
from tests.harness.tree import ROOT
from tests.integration.until import until

SENDER = "dondoc@so.example"
RECIPIENTS = ["a@xa.example", "b@xa.example"]
MAIL = "Subject: Thử\r\n\r\n..hai chấm\r\n.\r\nhết\r\n".encode()
LONG_SECONDS = 3600.0


@asynccontextmanager
async def _serving(folder: Path, port: int = 0) -> AsyncIterator[tuple[Process, int]]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.smtp", str(port), str(folder / "kept"), str(folder / "control")),
        stdout=PIPE,
        cwd=ROOT,
        env=clean_environ(),
        preexec_fn=tied_to_parent(),
    )
    assert process.stdout is not None
    try:
        line = (await process.stdout.readline()).decode()
        assert line.startswith("listening at smtp://127.0.0.1:")
        yield process, int(line.rpartition(":")[2])
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _send(port: int, mail: bytes = MAIL) -> None:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, timeout=30) as client:
        await client.sendmail(SENDER, RECIPIENTS, mail)


async def _kept(folder: Path, number: int) -> list[Kept]:
    async def there() -> bool:
        return len(read(folder / "kept")) == number

    await until(there, f"{number} mails are kept")
    return read(folder / "kept")


async def test_a_mail_is_kept_with_its_envelope_and_its_exact_bytes_and_every_copy(tmp_path: Path) -> None:
    """The same mail twice is there twice, in order, with sender and recipients."""
    async with _serving(tmp_path) as (_, port):
        await _send(port)
        await _send(port, b"Subject: other\r\n\r\n")
        await _send(port)
    kept = read(tmp_path / "kept")
    assert [mail.content for mail in kept] == [MAIL, b"Subject: other\r\n\r\n", MAIL]
    assert {(mail.sender, mail.recipients) for mail in kept} == {(SENDER, tuple(RECIPIENTS))}
    assert [mail.at for mail in kept] == sorted(mail.at for mail in kept)


async def test_what_was_acknowledged_is_there_after_a_kill_and_goes_on_after_a_restart(tmp_path: Path) -> None:
    """The port can be had again, and a later mail overwrites no earlier one."""
    async with _serving(tmp_path) as (process, port):
        await _send(port)
        process.kill()
        await process.wait()
    async with _serving(tmp_path, port) as (_, again):
        assert again == port
        await _send(port)
    assert [mail.content for mail in read(tmp_path / "kept")] == [MAIL, MAIL]


async def test_killed_before_keeping_it_has_nothing_and_the_sender_no_answer(tmp_path: Path) -> None:
    """The final dot was sent; without an answer the sender may not believe that it was taken."""
    behave(tmp_path / "control", Manners(before_keeping=LONG_SECONDS))
    async with _serving(tmp_path) as (process, port):
        sending = asyncio.create_task(_send(port))
        done, _ = await asyncio.wait([sending], timeout=0.5)
        assert not done
        process.kill()
        with pytest.raises((aiosmtplib.SMTPException, OSError)):
            await sending
    assert read(tmp_path / "kept") == []


async def test_killed_after_keeping_it_has_the_mail_and_the_sender_no_answer(tmp_path: Path) -> None:
    """What was kept without a 250 is the one case in which a sender may rightly send again."""
    behave(tmp_path / "control", Manners(after_keeping=LONG_SECONDS))
    async with _serving(tmp_path) as (process, port):
        sending = asyncio.create_task(_send(port))
        await _kept(tmp_path, 1)
        assert not sending.done()
        process.send_signal(signal.SIGKILL)
        with pytest.raises((aiosmtplib.SMTPException, OSError)):
            await sending
    assert [mail.content for mail in read(tmp_path / "kept")] == [MAIL]


async def test_a_connection_is_cut_instead_of_the_last_answer_and_told_otherwise_not(tmp_path: Path) -> None:
    """The mail is kept all the same; a change of manners holds for the next mail, without a restart."""
    behave(tmp_path / "control", Manners(drop_before_dot_answer=True))
    async with _serving(tmp_path) as (_, port):
        with pytest.raises((aiosmtplib.SMTPException, OSError)):
            await _send(port)
        await _kept(tmp_path, 1)
        behave(tmp_path / "control", Manners())
        await _send(port)
        await _kept(tmp_path, 2)


async def test_a_slow_server_takes_its_time_with_each_command(tmp_path: Path) -> None:
    """A sender with less patience than that gives up, and nothing is kept."""
    behave(tmp_path / "control", Manners(command=LONG_SECONDS))
    async with _serving(tmp_path) as (_, port):
        with pytest.raises((aiosmtplib.SMTPException, TimeoutError)):
            async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, timeout=0.5) as client:
                await client.sendmail(SENDER, RECIPIENTS, MAIL)
        behave(tmp_path / "control", Manners(command=0.01))
        await _send(port)
        await _kept(tmp_path, 1)
