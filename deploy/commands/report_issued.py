"""`dondoc report issued PLAN` and `dondoc report fetch SHA256`: what was handed out, and the same bytes again."""

import os
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import click
from nats.aio.client import Client
from rich.table import Table

from deploy.connection import Failed, with_nats
from deploy.output import print_table
from shared.ask import ask, ask_for_file, request_body
from shared.contracts.issued_reports import IssuedReport, IssuedReports
from shared.settings import Settings

ANSWER_WITHIN = timedelta(minutes=2)


@click.command()
@click.argument("plan")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="only those as of that day")
@click.option("--json", "as_json", is_flag=True, help="for programs")
@with_nats
async def issued(nc: Client, _: Settings, plan: str, as_of: datetime | None, as_json: bool) -> None:
    """The reports of PLAN that were handed out, the newest first, each by the SHA-256 of its bytes."""
    question = request_body(plan=plan, as_of=as_of and as_of.date().isoformat())
    answer = await ask(nc, "dondoc.reports.issued", question, ANSWER_WITHIN)
    if as_json:
        click.echo(answer.decode())
        return
    found = IssuedReports.model_validate_json(answer)
    table = Table()
    for label in ("as of", "format", "beside", "bytes", "handed out (UTC)", "by", "SHA-256"):
        table.add_column(label, justify="right" if label == "bytes" else "left", no_wrap=label == "SHA-256")
    for one in found.reports:
        table.add_row(
            str(one.as_of),
            one.format,
            _beside(one),
            f"{one.size:,}",
            f"{one.issued_at:%Y-%m-%d %H:%M:%S}",
            one.issued_by or "",
            one.sha256,
        )
    print_table(table)
    if found.left_off:
        click.echo(f"{found.left_off} older ones are left off; name a day with --as-of", err=True)


def _beside(one: IssuedReport) -> str:
    if one.compared_as_of is None:
        return ""
    return str(one.compared_as_of) if one.compared_plan == one.plan else f"{one.compared_plan} {one.compared_as_of}"


@click.command()
@click.argument("name", metavar="SHA256")
@click.option("-o", "out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="the file to write")
@with_nats
async def fetch(nc: Client, _: Settings, name: str, out: Path) -> None:
    """The report of that SHA256 again: the bytes that were handed out, or an error and no file."""
    file = await ask_for_file(nc, "dondoc.reports.document", request_body(sha256=name), ANSWER_WITHIN)
    partial = out.with_name(f".{out.name}.{os.getpid()}.partial")
    digest, size = sha256(), 0
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("xb") as new:
            async for piece in file.pieces:
                new.write(piece)
                digest.update(piece)
                size += len(piece)
        if digest.hexdigest() != name:
            raise Failed(f"what came has the SHA-256 {digest.hexdigest()}: it isn't the report {name}; nothing is kept")
        partial.replace(out)
    except LookupError as error:
        raise Failed(f"the report came half: {error}; try again") from None
    except OSError as error:
        raise Failed(f"{out} can't be written: {error.strerror}") from None
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
    click.echo(f"{out}: {size:,} bytes, {file.name}, SHA-256 as it was issued")
