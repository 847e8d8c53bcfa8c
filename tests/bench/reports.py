"""Reports of few and many outputs, by few and many agencies: what each format takes in the service, beside DuckDB's
scan of the same outputs; and how fast the view takes outputs in."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import count, islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from deploy.child import Child
from deploy.health import is_ready
from deploy.servers.ports import free_port
from services.reports.apply_events import apply_events
from services.reports.store import Store
from shared import topology
from shared.ask import NoAnswer, Refused, ask, request_body
from shared.contracts.base import Event
from shared.contracts.report import ConsolidatedReport
from shared.mongo import Mongo
from tests.bench.contestant import Trouble, started
from tests.bench.house import House
from tests.bench.ours import PREFIX
from tests.bench.peers.duck import COUNTS
from tests.bench.progress import Progress
from tests.bench.province import LAST_DAY, PLAN, one_day, plan_of, published, year_of
from tests.bench.spool import Spool
from tests.bench.usage import KIB, MIB, cpu_seconds, forget_peak, peak, tree

DATABASE = f"{PREFIX}_reports"
AGENCIES = (40, 5_000)
OUTPUTS = (1_000, 100_000, 1_000_000)
FORMATS = ("json", "docx", "pdf", "xlsx")
# Asked again when a few more outputs were taken in: a report whose figures nobody has asked for yet.
CHANGED = "json, changed"
DUCK = "duckdb"
BATCH = 500
# So many at the beginning and at the end tell whether taking in becomes slower.
STRETCH = 5_000
ONE_DAY = 20_000
JSON_TURNS = 7
FEW = 20
FAR = 10_000_000  # beyond all other numbers of outputs
WITHIN = timedelta(minutes=15)

Told = tuple[str, Event]
Grow = Callable[[], Awaitable[object]]


async def measure(house: House, provinces: Sequence[int], most: int, progress: Progress) -> Any:
    """For each number of agencies one view, filled from one number of outputs to the next, to at most `most`."""
    sizes = [size for size in OUTPUTS if size <= most] or [most]
    rows: list[dict[str, Any]] = []
    rates: list[dict[str, Any]] = []
    await house.renew_streams()
    await house.js.purge_stream(topology.EVENTS)  # the house's own plan would be one more
    for agencies in provinces:
        with TemporaryDirectory(dir=house.folder) as folder:
            async for row in _fill(house, agencies, sizes, Path(folder), rates, progress):
                rows.append(row)
        house.mongo.drop_database(DATABASE)
    await house.renew_streams()
    return {"rows": rows, "rates": rates}


async def _fill(
    house: House, agencies: int, sizes: Sequence[int], folder: Path, rates: list[dict[str, Any]], progress: Progress
) -> AsyncIterator[dict[str, Any]]:
    house.mongo.drop_database(DATABASE)
    mongo, plan = Mongo(house.mongo_url, DATABASE), plan_of(agencies)
    view = Store(mongo)
    await view.ensure_indexes()
    with Spool(folder, plan) as spool:
        await _take_in(published(plan), view, mongo, spool)
        seconds: list[float] = []
        for before, size in zip([0, *sizes], sizes, strict=False):
            progress(f"reports: {agencies:,} agencies, {size:,} outputs are taken in")
            seconds += await _take_in(year_of(plan, before, size), view, mongo, spool)
            await asyncio.to_thread(spool.export)
            more = count(FAR + size, FEW)

            async def grow(more: Iterator[int] = more) -> None:
                await _take_in(one_day(plan, next(more), FEW), view, mongo, spool)

            formats = await _measured(house, folder, agencies, size, grow, progress)
            yield {"agencies": agencies, "outputs": size, "formats": formats}
        rates.append({"agencies": agencies, "name": "a year", "outputs": sizes[-1], **_rates(seconds)})
        progress(f"reports: {agencies:,} agencies, one occurrence")
        many = min(ONE_DAY, sizes[-1])
        seconds = await _take_in(one_day(plan, sizes[-1], many), view, mongo, spool)
        rates.append({"agencies": agencies, "name": "one occurrence, one day", "outputs": many, **_rates(seconds)})
    mongo.close()


async def _take_in(told: Iterable[Told], view: Store, mongo: Mongo, spool: Spool) -> list[float]:
    """As the service does; seconds of each batch."""
    waiting, seconds = iter(told), []
    while batch := list(islice(waiting, BATCH)):
        for _, event in batch:
            spool.tell(event)
        began = time.perf_counter()
        await apply_events(batch, view, mongo)
        seconds.append(time.perf_counter() - began)
    return seconds


def _rates(seconds: Sequence[float]) -> dict[str, int]:
    """Events a second of the first batches, of the last ones, and of all."""
    few = max(1, min(STRETCH // BATCH, len(seconds) // 2))
    parts = {"first": seconds[:few], "last": seconds[-few:], "all": seconds}
    return {name: round(BATCH * len(part) / sum(part)) for name, part in parts.items()}


async def _measured(
    house: House, folder: Path, agencies: int, size: int, grow: Grow, progress: Progress
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for wanted in FORMATS:
        progress(f"reports: {agencies:,} agencies, {size:,} outputs, {wanted}")
        async with _service(house) as service:  # each in a fresh one: what a format took isn't given back at once
            found[wanted] = await _asked(house, service, wanted)
            if wanted == FORMATS[0]:
                report = await _ask(house, wanted)
    scanned = json.loads(await _duck(folder))
    agree(ConsolidatedReport.model_validate_json(report), scanned["counts"])
    ms = median(scanned["seconds"]) * 1_000
    found[DUCK] = {"ms": round(ms, 1), "peak_mib": round(scanned["peak_kib"] * KIB / MIB)}
    async with _service(house) as service:
        await _ask(house, FORMATS[0])
        found[CHANGED] = await _asked(house, service, FORMATS[0], grow)
    return found


async def _nothing() -> None:
    """The view stays as it is."""


async def _asked(house: House, service: Child, wanted: str, grow: Grow = _nothing) -> dict[str, Any]:
    """Milliseconds in the service by its own account, of its CPU, and the most memory that it held meanwhile; before
    each question the view grows."""
    turns = JSON_TURNS if wanted == "json" else 1
    forget_peak(service.pid)
    cpu, millis, size = cpu_seconds(tree(service.pid)), [], 0
    for _ in range(turns):
        await grow()
        before = await _processing(house)
        try:
            size = len(await _ask(house, wanted))
        except (Refused, NoAnswer) as error:
            return {"failed": str(error), "peak_mib": round(peak(service.pid) / MIB)}
        millis.append((await _processing(house) - before) / 1e6)
    return {
        "ms": round(median(millis), 1),
        "least_ms": round(min(millis), 1),
        "cpu_ms": round((cpu_seconds(tree(service.pid)) - cpu) / turns * 1_000),
        "peak_mib": round(peak(service.pid) / MIB),
        "kib": round(size / KIB),
    }


async def _ask(house: House, wanted: str) -> bytes:
    body = request_body(plan=PLAN, as_of=LAST_DAY.isoformat(), format=wanted)
    return await ask(house.nc, "dondoc.reports.report", body, WITHIN)


async def _processing(house: House) -> int:
    """Nanoseconds that the service's endpoint for reports has worked so far."""
    reply = await house.nc.request("$SRV.STATS.dondoc-reports", timeout=WITHIN.total_seconds())
    endpoints = {one["name"]: one for one in json.loads(reply.data)["endpoints"]}
    return int(endpoints["report"]["processing_time"])


@asynccontextmanager
async def _service(house: House) -> AsyncIterator[Child]:
    http = free_port(0)

    async def ready(_: Child) -> bool:
        return await is_ready(http)

    environ = {**house.environ, "DONDOC_DATABASE_PREFIX": PREFIX, "DONDOC_HTTP_PORT": str(http)}
    service = await started(house, "deploy.cli", ["run", "reports"], environ, ready)
    try:
        yield service
    finally:
        service.kill()


async def _duck(folder: Path) -> bytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.bench.peers.duck", str(folder), LAST_DAY.isoformat()),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, error = await process.communicate()
    if process.returncode:
        raise Trouble(f"DuckDB's scan failed: {error.decode()[-2000:]}")
    return out


def agree(report: ConsolidatedReport, counts: dict[str, dict[str, int]]) -> None:
    """Raises Trouble where DuckDB counts otherwise than the report."""
    months = {
        f"{line.month}/{state}": count
        for line in report.months
        for state in ("met", "met_late", "overdue", "open")
        if (count := getattr(line, state))
    }
    ours = {
        "pairs": {f"{line.agency}/{line.duty}": line.outputs for line in report.pairs if line.outputs},
        "channels": {line.id: line.outputs for line in report.channels if line.outputs},
        "months": months,
    }
    for name in COUNTS:
        if ours[name] != counts[name]:
            other = sorted(set(ours[name].items()) ^ set(counts[name].items()))[:6]
            raise Trouble(f"the report and DuckDB count {name} otherwise: {other}")
