"""`dondoc demo`."""

import asyncio
import os
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from deploy.connection import Failed
from deploy.demo.run import Outcome, run_demo
from deploy.demo.sample_year import Year
from deploy.output import print_table
from deploy.servers.embedded import servers
from deploy.servers.trouble import CannotStart
from deploy.stopping import stoppable
from services.assignments.plan_file import PlanError
from shared.ask import NoAnswer, Refused
from shared.contracts.report import FORMATS
from shared.settings import read_settings

PLANS = Path("plans")
STEP_DAYS = 30  # of plain progress, where there is no terminal to draw a bar on
COUNTS = ("expected", "expected_to_date", "met", "met_late", "overdue", "excused", "open")


@click.command(name="demo")
@click.option("--plan", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="the one in plans/ if unset")
@click.option("--out", default=Path("out/demo"), show_default=True, type=click.Path(file_okay=False, path_type=Path))
def command(plan: Path | None, out: Path) -> None:
    """Run the plan's whole year with sample outputs and leave reports and mail in OUT.

    OUT is emptied first. Every output, name and address is a sample, and is marked so.
    """
    read_settings(os.environ)
    source = (plan or _only_plan()).read_bytes()
    _empty(out)
    began = time.monotonic()
    try:
        with stoppable(), servers(out / "data", os.environ) as running, _progress() as progress:
            outcome = asyncio.run(run_demo(running, dict(os.environ), source, out, progress))
    except (CannotStart, PlanError, NoAnswer, Refused) as error:
        raise Failed(str(error)) from None
    except KeyboardInterrupt:
        raise click.exceptions.Abort from None
    _tell(outcome, out, time.monotonic() - began)


def _only_plan() -> Path:
    found = sorted(PLANS.glob("*.yaml"))
    if len(found) != 1:
        raise Failed(f"there are {len(found)} plan files in {PLANS.absolute()}; name one with --plan")
    return found[0]


def _empty(out: Path) -> None:
    """Remove what an earlier demo left, and nothing that isn't one's."""
    marker = out / "DEMO"
    if out.exists() and any(out.iterdir()) and not marker.exists():
        raise Failed(f"{out} holds files that are not of a demo; choose another folder with --out")
    try:
        if out.exists():
            shutil.rmtree(out)
        out.mkdir(parents=True)
        marker.write_text("Sample data: made by `dondoc demo`, emptied by the next one.\n")
    except OSError as error:
        raise Failed(f"{out} can't be used: {error.strerror}; choose another folder with --out") from None


@contextmanager
def _progress() -> Iterator[Any]:
    console = Console(stderr=True)
    shown = Progress(
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), console=console
    )
    said: set[int] = set()
    with shown if console.is_terminal else _nothing():
        task = shown.add_task("servers and services start", total=None)

        def progress(day: date, year: Year, tally: Counter[str]) -> None:
            total, done = (year.last - year.first).days + 1, (day - year.first).days + 1
            text = f"{day}  {tally['recorded']} recorded, {tally['rejected']} rejected, {tally['mails']} mails"
            shown.update(task, description=text, total=total, completed=done)
            if not console.is_terminal and (done // STEP_DAYS not in said or done == total):
                said.add(done // STEP_DAYS)
                click.echo(text, err=True)

        yield progress


@contextmanager
def _nothing() -> Iterator[None]:
    yield


def _tell(outcome: Outcome, out: Path, seconds: float) -> None:
    for name, report in outcome.reports.items():
        table = Table(title=f"{name}: số liệu tính đến ngày {date.fromisoformat(report['as_of']):%d/%m/%Y}")
        table.add_column("")
        for count in COUNTS:
            table.add_column(count, justify="right")
        for kind, counts in report["totals"].items():
            table.add_row(kind, *(str(counts[count]) for count in COUNTS))
        print_table(table)
    tally = outcome.tally
    flags = ", ".join(f"{n} {flag.removeprefix('flag ')}" for flag, n in sorted(tally.items()) if flag[:5] == "flag ")
    table = Table(title="what happened")
    table.add_column("")
    table.add_column("", justify="right")
    for label, value in (
        ("outputs recorded", f"{tally['recorded']}"),
        ("flagged", flags),
        ("events rejected", f"{tally['rejected']}"),
        ("events posted again", f"{tally['repeated']}"),
        ("exempted, excused, extended", f"{tally['decisions']}"),
        ("reviews of outputs", f"{tally['reviews']}"),
        ("reminders sent", f"{tally['mails']}"),
        ("reminders failed", f"{tally['mails failed']}"),
        ("events in the log", f"{tally['events']}"),
        ("dead letters", f"{tally['dead letters']}"),
        ("seconds", f"{seconds:.0f}"),
    ):
        table.add_row(label, value)
    print_table(table)
    click.echo(f"reports:   {out}/report-*.{{{','.join(FORMATS)}}}")
    click.echo(f"reminders: {out}/mail/*.eml")
    click.echo(f"event log: {out}/events.jsonl")
    click.echo(f"services:  {out}/services.log")
