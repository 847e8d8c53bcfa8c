"""The demo: the house runs, the year passes, and what came of it lies in a folder."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import nats
from nats.js import JetStreamContext

from deploy.demo.drive import Driver
from deploy.demo.mark import marked
from deploy.demo.sample_year import Year, sample_year
from deploy.demo.vacant import refuse_used
from deploy.house import House, house
from deploy.log_reader import read_log
from deploy.servers.embedded import Servers
from services.assignments.plan_file import load_plan
from services.assignments.resolve import resolve
from services.assignments.rules import Assignments, expand
from shared.ask import request_body
from shared.contracts.plan import Count, Frequency, PlanPublished
from shared.contracts.report import FORMATS
from shared.settings import read_settings


@dataclass
class Outcome:
    """What happened: the driver's tally, and the report's JSON by its file's name without ending."""

    tally: Counter[str]
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    house: House | None = None


Progress = Callable[[date, Year, Counter[str]], None]


async def run_demo(
    servers: Servers, environ: Mapping[str, str], source: bytes, out: Path, progress: Progress
) -> Outcome:
    """Drive the year of the plan in `source` on the servers and leave reports and mail in `out`.

    Raises PlanError for a wrong plan, CannotStart where something can't start or the servers hold events already.
    """
    plan = load_plan(source, "the plan")
    sample = marked(source)
    resolved = resolve(plan, revision=1, day=plan.effective_from)
    assignments = expand(plan)
    year = sample_year(resolved, assignments)
    # The report is due when the agencies' own are, before the year ends; the final one comes after the last outputs.
    wanted = {_report_day(resolved, assignments): f"report-{plan.year}", year.last: f"report-{plan.year}-final"}
    half = date(plan.year, 6, 30)
    manual = {"DONDOC_LOG": "text", **environ, "DONDOC_CALENDAR": "manual"}
    own = {"DONDOC_NATS_URL": servers.nats_url, "DONDOC_MONGO_URL": servers.mongo_url}
    await refuse_used(read_settings({**manual, **own}))
    log = (out / "services.log").open("a", encoding="utf-8")
    with log:

        def say(name: str, line: str) -> None:
            log.write(f"{name:<12}| {line}\n")
            log.flush()

        async with house(servers, manual, out / "mail", say) as up:
            nc = await nats.connect(servers.nats_url, max_reconnect_attempts=-1)
            driver = Driver(nc)
            outcome = Outcome(driver.tally, house=up)
            await driver.publish_plan(sample)
            async for day in driver.days(year):
                progress(day, year, driver.tally)
                if day == half:
                    await driver.settle()
                    await _ask(driver, plan.id, half, out / f"report-{half}.json")
                if day in wanted:
                    await driver.settle()
                    outcome.reports[wanted[day]] = await _save(driver, plan.id, day, out / wanted[day])
            # Asked for again half a year later, by all that is known since: the same bytes.
            if resolved.day <= half:
                await _ask(driver, plan.id, half, out / f"report-{half}-again.json")
            await _export(nc.jetstream(), out / "events.jsonl")
            driver.tally["events"] = (await nc.jetstream().stream_info("EVENTS")).state.messages
            driver.tally["dead letters"] = (await nc.jetstream().stream_info("DEADLETTER")).state.messages
            await nc.close()
            return outcome


def _report_day(plan: PlanPublished, assignments: Assignments) -> date:
    """The last day of the outputs that the plan wants once a year and counts; the year's last day if there are none."""
    yearly = {d.id for d in plan.duties if d.frequency is Frequency.YEARLY and d.count is Count.EXPLICIT}
    ends = [due.end for a in assignments.values() if a.duty in yearly for due in a.occurrences]
    return max(ends, default=date(plan.year, 12, 31))


async def _export(js: JetStreamContext, path: Path) -> None:
    """The log as it is, one CloudEvent a line, for whoever wants to recount."""
    lines = [msg.data async for msg in read_log(js)]
    await asyncio.to_thread(path.write_bytes, b"\n".join(lines) + b"\n")


async def _save(driver: Driver, plan: str, as_of: date, path: Path) -> dict[str, Any]:
    for form in FORMATS:
        await _ask(driver, plan, as_of, path.with_suffix(f".{form}"))
    report: dict[str, Any] = json.loads(path.with_suffix(".json").read_bytes())
    return report


async def _ask(driver: Driver, plan: str, as_of: date, path: Path) -> None:
    """The report as of that day, in the format that the file's ending names."""
    body = request_body(plan=plan, as_of=as_of.isoformat(), format=path.suffix[1:])
    await asyncio.to_thread(path.write_bytes, await driver.ask("reports", "report", body))
