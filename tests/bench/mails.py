"""A morning's digests: decided, built and sent by one and two notifiers, beside a bare pool with the same bytes."""

import asyncio
import base64
import json
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

from deploy.child import Child
from deploy.health import is_ready
from deploy.servers.ports import free_port
from services.notifier.database.documents import mail
from shared import topology
from shared.ask import ask
from shared.contracts.base import Event
from shared.contracts.days import CalendarDay
from shared.contracts.duties import DutyAssigned, Occurrence
from shared.contracts.envelope import encode
from shared.contracts.plan import Agency, Count, Duty, Frequency, PlanPublished
from shared.workdays import WorkingDays
from tests.bench.contestant import LOOK_EVERY, Trouble, says_ready, started
from tests.bench.house import House
from tests.bench.ours import PREFIX
from tests.bench.peers.bare_mailer import CONNECTIONS
from tests.bench.progress import Progress
from tests.bench.usage import cpu_seconds, tree
from tests.unit.notifier.sample import COORDINATOR, DISTRICT, plan

DATABASE = f"{PREFIX}_notifier"
BARE, OURS = f"bare aiosmtplib, {CONNECTIONS} connections", "Đôn đốc"
DAY = date(2023, 3, 8)
DOMAINS = 100
DUTIES = {"III.1": ("2023-W08", date(2023, 2, 26)), "III.2": ("2023-02", date(2023, 2, 28))}
WITHIN = timedelta(minutes=20)
TOLD_EVERY = timedelta(milliseconds=50)


@dataclass
class Turns:
    """Mails a second, and CPU microseconds a mail of who sends them, as it says itself or the kernel counts."""

    name: str
    processes: int
    per_second: list[float] = field(default_factory=list)
    micros: list[float] = field(default_factory=list)

    def row(self) -> dict[str, Any]:
        speed, micros = median(self.per_second), median(self.micros)
        return {"name": self.name, "processes": self.processes, "per_second": round(speed), "cpu_micros": round(micros)}


async def measure(house: House, count: int, repeat: int, progress: Progress) -> Any:
    """From the day's event until each mail is sent and told; `count` agencies owe two outputs each."""
    bare, ours = Turns(BARE, 1), [Turns(OURS, 1), Turns(OURS, 2)]
    size = 0.0
    async with _sink(house) as (sink, port):
        for turn in range(repeat):
            for turns in ours:
                progress(f"mails {turn + 1}/{repeat}: {turns.processes} notifier(s)")
                await _ours(house, port, count, turns)
                _took(sink, count)
            mails = list(_sent(house))
            size = sum(len(body) for _, _, body in mails) / len(mails)
            progress(f"mails {turn + 1}/{repeat}: {BARE}")
            await _bare(house, port, mails, bare)
            _took(sink, count)
            house.mongo.drop_database(DATABASE)
    await house.renew_streams()
    return {"mails": count, "bytes": round(size), "repeat": repeat, "rows": [one.row() for one in (bare, *ours)]}


def morning(count: int) -> Iterator[Event]:
    """A plan of so many agencies, each with two outputs that are late on DAY."""
    agencies = [
        Agency(
            id=f"xa-{number:04}",
            kind="xa",
            name=f"Ủy ban nhân dân xã Mẫu {number:04}",
            short_name=f"xã Mẫu {number:04}",
            emails=(f"van-thu@xa-{number:04}.mien-{number % DOMAINS}.example",),
            parent=DISTRICT.id,
        )
        for number in range(count)
    ]
    performers = tuple(agency.id for agency in agencies)
    duties = [
        Duty(
            id=id_,
            clause=id_,
            title=f"Sản phẩm mẫu của nhiệm vụ {id_} để đo tốc độ",
            heading="III",
            count=Count.EXPLICIT,
            frequency=Frequency.WEEKLY if "W" in period else Frequency.MONTHLY,
            lead=performers[0],
            performers=performers,
        )
        for id_, (period, _) in DUTIES.items()
    ]
    whole = plan(agencies=(COORDINATOR, DISTRICT, *agencies), duties=tuple(duties))
    yield whole
    yield from (_assigned(whole, agency, duty) for agency in performers for duty in DUTIES)


def _assigned(whole: PlanPublished, agency: str, duty: str) -> DutyAssigned:
    period, end = DUTIES[duty]
    register_by = WorkingDays(frozenset(whole.days_off), frozenset(whole.days_on)).after(end, 5)
    owed = Occurrence(period=period, start=date(2023, 2, 1), end=end, register_by=register_by)
    return DutyAssigned(
        plan=whole.plan, revision=1, day=whole.day, duty=duty, agency=agency, title="mẫu", occurrences=(owed,)
    )


@asynccontextmanager
async def _sink(house: House) -> AsyncIterator[tuple[Child, int]]:
    port = free_port(0)
    sink = await started(house, "tests.bench.peers.mail_sink", [str(port)], house.environ, says_ready)
    try:
        yield sink, port
    finally:
        sink.kill()


def _took(sink: Child, count: int) -> None:
    """Raises Trouble where the server didn't take so many since it was asked last."""
    before = sink.log.read_text().count("\n")
    sink.process.send_signal(signal.SIGUSR1)
    while (said := sink.log.read_text().splitlines()[before:]) == []:
        pass
    if int(said[0].split()[0]) != count:
        raise Trouble(f"the server took {said[0].split()[0]} mails of {count}")


async def _ours(house: House, port: int, count: int, turns: Turns) -> None:
    house.mongo.drop_database(DATABASE)
    await _tell_all(house, morning(count))
    notifiers = [await _start(house, port) for _ in range(turns.processes)]
    try:
        await _has_read(house)
        own = [pid for notifier in notifiers for pid in tree(notifier.pid)]
        before = await _told(house)
        cpu, began = cpu_seconds(own), asyncio.get_running_loop().time()
        await _tell(house, CalendarDay(date=DAY))
        async with asyncio.timeout(WITHIN.total_seconds()):
            # Not asked of the notifier, whose time that would take; the day is an event too.
            while await _told(house) - before <= count:
                await asyncio.sleep(TOLD_EVERY.total_seconds())
        took = asyncio.get_running_loop().time() - began
        turns.per_second.append(count / took)
        turns.micros.append((cpu_seconds(own) - cpu) / count * 1e6)
        await _settled(house)
    finally:
        for notifier in notifiers:
            notifier.kill()


async def _start(house: House, port: int) -> Child:
    http = free_port(0)

    async def ready(_: Child) -> bool:
        return await is_ready(http)

    own = {
        "DONDOC_DATABASE_PREFIX": PREFIX,
        "DONDOC_HTTP_PORT": str(http),
        "DONDOC_SMTP_URL": f"smtp://127.0.0.1:{port}?starttls=never",
        "DONDOC_LINK_SECRET": "bench " * 8,
    }
    return await started(house, "deploy.cli", ["run", "notifier"], {**house.environ, **own}, ready)


async def _tell_all(house: House, events: Iterator[Event]) -> None:
    """A log that holds these alone."""
    await house.renew_streams()
    await house.js.purge_stream(topology.EVENTS)
    js = house.nc.jetstream(publish_async_max_pending=1_000)
    stored = [await js.publish_async(event.subject, _encoded(event)) for event in events]
    await asyncio.gather(*stored)


async def _tell(house: House, event: Event) -> None:
    await house.js.publish(event.subject, _encoded(event))


def _encoded(event: Event) -> bytes:
    return encode(event, id=f"{event.subject}/{getattr(event, 'duty', '')}", source="/mau", time=datetime.now(UTC))


async def _has_read(house: House) -> None:
    facts = topology.NOTIFIER_FACTS
    while True:
        info = await house.js.consumer_info(facts.stream, facts.name)
        if not info.num_pending and not info.num_ack_pending:
            return
        await asyncio.sleep(LOOK_EVERY.total_seconds())


async def _told(house: House) -> int:
    """How many events the log holds."""
    return (await house.js.stream_info(topology.EVENTS)).state.messages


async def _settled(house: House) -> None:
    async with asyncio.timeout(WITHIN.total_seconds()):
        while True:
            queue = json.loads(await ask(house.nc, "dondoc.notifier.queue", b"", WITHIN))
            if queue["day"] == DAY.isoformat() and not queue["pending"] and not queue["unpublished"]:
                return
            await asyncio.sleep(0.1)


def _sent(house: House) -> Iterator[tuple[str, list[str], bytes]]:
    """Envelope and bytes of every mail that ours sent last."""
    for digest in house.mongo[DATABASE]["digests"].find({"state": "sent"}):
        sent = mail(digest["frozen"])  # type: ignore[arg-type]
        yield sent.sender, list(sent.recipients), sent.body


async def _bare(house: House, port: int, mails: list[tuple[str, list[str], bytes]], turns: Turns) -> None:
    file = house.folder / "mails.jsonl"
    lines = (json.dumps([sender, to, base64.b64encode(body).decode()]) for sender, to, body in mails)
    file.write_text("\n".join(lines))

    async def done(process: Child) -> bool:
        return bool(process.log.read_text().strip())

    process = await started(house, "tests.bench.peers.bare_mailer", [str(port), str(file)], house.environ, done)
    said = process.log.read_text()
    process.kill()
    try:
        took, cpu = map(float, said.split())
    except ValueError:
        raise Trouble(f"{BARE} failed: {said[-2000:]}") from None
    turns.per_second.append(len(mails) / took)
    turns.micros.append(cpu / len(mails) * 1e6)
