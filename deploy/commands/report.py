"""`dondoc report PLAN`."""

import sys
from datetime import datetime, timedelta
from pathlib import Path

import click
from nats.aio.client import Client

from deploy.connection import Failed, with_nats
from shared.ask import ask, request_body
from shared.contracts.report import FORMATS
from shared.settings import Settings

ANSWER_WITHIN = timedelta(minutes=2)


@click.command(name="report")
@click.argument("plan")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="as known on that day; the last day if left out")
@click.option("--compare-to", type=click.DateTime(["%Y-%m-%d"]), help="beside the figures of that day")
@click.option("--compare-plan", help="beside the figures of another plan, such as that of the year before")
@click.option("--format", "form", default="json", show_default=True, type=click.Choice(FORMATS))
@click.option("-o", "out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="file; - for output")
@with_nats
async def command(
    nc: Client,
    _: Settings,
    plan: str,
    as_of: datetime | None,
    compare_to: datetime | None,
    compare_plan: str | None,
    form: str,
    out: Path,
) -> None:
    """The consolidated report of PLAN as a document."""
    question = request_body(
        plan=plan,
        as_of=as_of and as_of.date().isoformat(),
        compare_to=compare_to and compare_to.date().isoformat(),
        compare_plan=compare_plan,
        format=form,
    )
    document = await ask(nc, "dondoc.reports.report", question, ANSWER_WITHIN)
    _write(out, document)


def _write(out: Path, document: bytes) -> None:
    if str(out) == "-":
        sys.stdout.buffer.write(document)
        return
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(document)
    except OSError as error:
        raise Failed(f"{out} can't be written: {error.strerror}") from None
    click.echo(f"{out}: {len(document):,} bytes")
