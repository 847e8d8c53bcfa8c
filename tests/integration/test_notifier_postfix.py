"""Against a real Postfix: mails go through it once, and what it can't deliver comes back."""

import asyncio
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp

import pytest

from deploy.servers.ports import free_port
from services.notifier.bounces.take_report import take_report
from services.notifier.courier import Courier
from services.notifier.pool import Pool
from services.notifier.smtp_url import parse_smtp_url
from shared.mongo import Mongo
from tests.harness.postfix import MISSING, available, postfix
from tests.harness.postman import Postman, listening
from tests.integration.notifier_desk import MONTH, OVERDUE, at_work
from tests.integration.test_notifier_bounces import BOUNCES, FIRST, SECOND

pytestmark = pytest.mark.skipif(not available(), reason=MISSING)


@pytest.fixture
def folder() -> Path:
    """Postfix's processes, of other users, must reach it."""
    made = Path(mkdtemp(prefix="dondoc-postfix-", dir="/tmp"))
    made.chmod(0o755)
    return made


async def test_there_and_back(mongo: Mongo, folder: Path) -> None:
    """Postfix takes a mail for two; the server behind it refuses one. Its report, to the address of that mail alone,
    marks that recipient, and the other one has the mail once."""
    reports = folder / "reports"
    reports.mkdir(mode=0o777)
    reports.chmod(0o777)
    taker = folder / "take"
    new = f"{reports}/$$.new"
    taker.write_text(f'#!/bin/sh\n{{ echo "X-Original-To: $2"; cat; }} > {new} && mv {new} {reports}/$$\n')
    taker.chmod(0o755)
    behind = Postman(rcpt_t=["550 5.1.1 no such user", None])
    port = free_port(0)
    async with listening(behind) as url, at_work(mongo) as desk:
        with postfix(folder, port, int(url.rpartition(":")[2]), str(taker)) as through:
            server = parse_smtp_url(through)
            pool = Pool(lambda: Courier(server), 2)
            desk.sending = replace(desk.sending, send=pool.send, bounces=BOUNCES)
            await desk.owe(MONTH)
            await desk.turn(OVERDUE)
            assert await desk.send() == 1
            while not (came := [one for one in reports.iterdir() if one.suffix != ".new"]) or not behind.taken:
                await asyncio.sleep(0.05)
            by = desk.sending
            await take_report(came[0].read_bytes(), BOUNCES, by.store, by.mongo, by.outbox, desk.now)
            await pool.close()
        [marked] = await desk.store.returned.every()
        [taken] = behind.taken
        assert {marked.address, *taken.rcpt_tos} == {FIRST, SECOND}
        assert "550 5.1.1" in marked.reason
        assert str(taken.mail_from) == BOUNCES.of(by_short(came[0].read_bytes()))


def by_short(raw: bytes) -> str:
    """Postfix's report names our name for the mail."""
    [line] = [line for line in raw.splitlines() if line.lower().startswith(b"original-envelope-id:")]
    return line.partition(b":")[2].strip().decode()
