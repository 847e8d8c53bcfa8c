"""Against a real Postfix: mails go through it once, and what it can't deliver comes back."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest

from deploy.servers.ports import free_port
from services.notifier.bounces.take_report import take_report
from services.notifier.sending.courier import Courier
from services.notifier.sending.pool import Pool
from services.notifier.sending.settling import LONGEST_BACKOFF
from shared.contracts.registry import decode
from shared.contracts.reminders import ReminderFailed, ReminderSent
from shared.mongo import Mongo
from shared.smtp_url import parse_smtp_url
from tests.harness.postfix import MISSING, answer, available, order, postfix, restart
from tests.harness.postman import Postman, listening
from tests.integration.notifier_desk import MONTH, OVERDUE, Desk, at_work
from tests.integration.test_notifier_bounces import BOUNCES, FIRST, SECOND

TOLD = "reminder.sent/mau-2023/tt-a/2023-03-08"
QUEUES = ("maildrop", "incoming", "active", "deferred")

pytestmark = pytest.mark.skipif(not available(), reason=MISSING)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Postfix's processes, of other users, must reach it."""
    made = Path(mkdtemp(prefix="dondoc-postfix-", dir="/tmp"))
    made.chmod(0o755)
    yield made
    rmtree(made)


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


@asynccontextmanager
async def through_postfix(mongo: Mongo, folder: Path) -> AsyncIterator[tuple[Desk, Postman]]:
    """A desk that hands its mails to Postfix, and the postman behind that; one mail waits."""
    behind, port = Postman(), free_port(0)
    async with listening(behind) as url, at_work(mongo) as desk:
        with postfix(folder, port, int(url.rpartition(":")[2])) as through:
            server = parse_smtp_url(through)
            pool = Pool(lambda: Courier(server), 2)
            desk.sending = replace(desk.sending, send=pool.send)
            await desk.owe(MONTH)
            await desk.turn(OVERDUE)
            yield desk, behind
            await pool.close()


async def again(desk: Desk, folder: Path, **answers: str) -> None:
    """Postfix answers otherwise from now on, and the next try has come."""
    await asyncio.to_thread(change, folder, answers)
    desk.later(LONGEST_BACKOFF)
    await desk.send()


def change(folder: Path, answers: dict[str, str]) -> None:
    answer(folder, **answers)
    restart(folder)


async def arrived(desk: Desk, behind: Postman, folder: Path) -> list[str]:
    """The mailboxes at which the mail arrived, a mailbox as often as it did, when Postfix has none left."""
    while any(path.is_file() for queue in QUEUES for path in (folder / "queue" / queue).rglob("*")):
        await asyncio.sleep(0.05)
    assert await desk.send() == 0
    return sorted(box for taken in behind.taken for box in taken.rcpt_tos)


async def test_nobody_listens(mongo: Mongo, folder: Path) -> None:
    """While Postfix is down the mail waits, and says why; once it is up the mail arrives, once."""
    async with through_postfix(mongo, folder) as (desk, behind):
        await asyncio.to_thread(order, folder, "stop")
        assert await desk.send() == 1
        [row] = [row async for row in mongo.db["digests"].find({})]
        assert (row["state"], "không kết nối được" in row["reason"]) == ("queued", True)
        await again(desk, folder)
        assert await arrived(desk, behind, folder) == [SECOND, FIRST]
        assert await desk.told() == [TOLD]


@pytest.mark.parametrize(
    "refusal", ["421 4.3.2 closing", "450 4.2.0 greylisted"], ids=["421 in the middle", "450 then 250"]
)
@pytest.mark.parametrize("names", [("tt-a", "tt-a-2"), ("tt-a-2",)], ids=["both", "the second"])
async def test_not_now(mongo: Mongo, folder: Path, refusal: str, names: tuple[str, ...]) -> None:
    """Whether Postfix puts off both recipients or the second, or ends the connection there: each has the mail once
    when Postfix takes it, and the mail is told once."""
    async with through_postfix(mongo, folder) as (desk, behind):
        await again(desk, folder, **dict.fromkeys(names, refusal))
        assert await desk.told() == []
        assert (await desk.store.counts())["queued"] == 1
        await again(desk, folder)
        assert await arrived(desk, behind, folder) == [SECOND, FIRST]
        assert await desk.told() == [TOLD]


async def test_one_of_two_is_refused_for_good(mongo: Mongo, folder: Path) -> None:
    """The other one has the mail, once; it is told as sent to that one, and as failed for the refused one with
    Postfix's words."""
    async with through_postfix(mongo, folder) as (desk, behind):
        await again(desk, folder, **{"tt-a": "550 5.1.1 no such user here"})
        assert await arrived(desk, behind, folder) == [SECOND]
        events = [decode(row.body)[1] async for row in desk.sending.outbox.all_rows()]
        [sent] = [event for event in events if isinstance(event, ReminderSent)]
        [failed] = [event for event in events if isinstance(event, ReminderFailed)]
        assert (sent.to, failed.to) == ((SECOND,), (FIRST,))
        assert "550 5.1.1" in failed.reason


def by_short(raw: bytes) -> str:
    """Postfix's report names our name for the mail."""
    [line] = [line for line in raw.splitlines() if line.lower().startswith(b"original-envelope-id:")]
    return line.partition(b":")[2].strip().decode()
