"""`dondoc bounce`, as a mail server's pipe runs it: what it ends with, and what it makes of what comes in."""

import asyncio
import subprocess
import sys
from email import message_from_bytes

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from deploy.servers.ports import free_port
from shared.contracts.days import CalendarDay
from shared.contracts.reminders import ReminderFailed
from tests.harness.postman import Postman, listening
from tests.harness.services import Processes
from tests.integration.reports_of_servers import about, auto_reply
from tests.integration.test_notifier_service import log, publish, settled
from tests.integration.test_notifier_two import DAY, owe

OK, TRY_AGAIN = 0, 75
BOX = "xa-0000@mau.example"


async def bounce(environ: dict[str, str], raw: bytes, *arguments: str) -> tuple[int, str]:
    return await run(environ, "bounce", *arguments, raw=raw)


async def run(environ: dict[str, str], *arguments: str, raw: bytes = b"") -> tuple[int, str]:
    """A command's exit code and what it said."""
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "deploy.cli", *arguments],
        env=environ,
        input=raw,
        capture_output=True,
        timeout=120,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).decode()


async def test_while_nobody_takes_it_the_mail_server_keeps_it(environ: dict[str, str], js: JetStreamContext) -> None:
    """Without a notifier, and without a server to ask: both are mended sooner than a report is written again."""
    assert (await bounce(environ, b"x"))[0] == TRY_AGAIN
    nowhere = {**environ, "DONDOC_NATS_URL": f"nats://127.0.0.1:{free_port(0)}"}
    assert (await bounce(nowhere, b"x"))[0] == TRY_AGAIN
    assert (await bounce({**environ, "DONDOC_NATS_URL": "x"}, b"x"))[0] == TRY_AGAIN


async def test_without_an_address_for_reports_it_is_kept(
    js: JetStreamContext, environ: dict[str, str], processes: Processes
) -> None:
    """The notifier says which setting is missing."""
    async with processes("notifier"):
        code, said = await bounce(environ, b"x")
    assert code == TRY_AGAIN
    assert "DONDOC_BOUNCE_ADDRESS" in said


async def test_what_comes_in(
    js: JetStreamContext, nc: Client, environ: dict[str, str], processes: Processes, capfd: pytest.CaptureFixture[str]
) -> None:
    """A report marks its address, once, which is listed until it is unmarked. A report that came back, an absence note,
    a forged token, 10 MB, garbage and nothing at all are taken as well, for the mail server to be rid of them, and do
    nothing but say so."""
    postman = Postman()
    async with listening(postman) as url:
        environ |= {"DONDOC_SMTP_URL": url, "DONDOC_BOUNCE_ADDRESS": "tra-lai@mau.example"}
        await owe(js, 1)
        async with processes("notifier"):
            await publish(js, CalendarDay(date=DAY))
            await settled(nc, DAY)
            [mail] = postman.taken
            ours, no = str(mail.mail_from), ("failed", "5.1.1", "smtp; 550 5.1.1 no such user")
            assert ours.startswith("tra-lai+")
            forged = ours.replace("+", "+a", 1)
            for raw, said in (
                (about(ours, ours, *no), "0 address(es)"),
                (auto_reply(ours), "no report on delivery"),
                (about(forged, BOX, *no), "forged"),
                (b"To: " + ours.encode() + b"\n\n" + b"x" * 10_000_000, "no report on delivery"),
                (b"\xff\x00" * 1000, "forged"),
                (b"", "forged"),
            ):
                code, output = await bounce(environ, raw)
                assert (code, said in output) == (OK, True), output
            assert [event async for _, event in log(js) if isinstance(event, ReminderFailed)] == []
            assert "1 address(es)" in (await bounce(environ, about("x@mau.example", BOX, *no), "--to", ours))[1]
            assert "0 address(es)" in (await bounce(environ, about(ours, BOX, *no)))[1]
            await settled(nc, DAY)
            assert f"  {BOX} (" in (await run(environ, "reminders", "list"))[1]
            code, said = await run(environ, "reminders", "unmark", BOX, "khong-ai@mau.example")
            assert (code != OK, f"{BOX} is mailed again" in said, "khong-ai@mau.example is not marked" in said) == (
                (True,) * 3
            )
            assert f"  {BOX} (" not in (await run(environ, "reminders", "list"))[1]
            [failed] = [event async for _, event in log(js) if isinstance(event, ReminderFailed)]
    assert (failed.to, "550 5.1.1" in failed.reason) == ((BOX,), True)
    assert isinstance(mail.content, bytes)
    assert failed.message_id == message_from_bytes(mail.content)["Message-ID"]
    assert "forged" in capfd.readouterr().out
