"""`dondoc report PLAN`, `dondoc report issued|fetch|narrative`, and `dondoc report template save|check FILE`."""

import sys
from datetime import datetime, timedelta
from pathlib import Path

import click
from nats.aio.client import Client

from deploy.commands.report_issued import fetch, issued
from deploy.commands.report_narrative import narrative
from deploy.commands.report_template import template
from deploy.connection import Failed, with_nats
from deploy.report_progress import shown_progress
from shared.ask import ask, request_body
from shared.contracts.report import FORMATS
from shared.settings import Settings

ANSWER_WITHIN = timedelta(minutes=2)


class ReportCommands(click.Group):
    """What comes first is the plan that is reported on, unless it is the name of a command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["document", *args]
        return super().parse_args(ctx, args)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return ["PLAN -o FILE [OPTIONS], or COMMAND [ARGS]..."]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """First those of the document, which is what most come for."""
        options = [one for one in document.params if isinstance(one, click.Option)]
        lines = [line for option in options if (line := option.get_help_record(ctx))]
        with formatter.section("Options of PLAN's report"):
            formatter.write_dl(lines)
        super().format_options(ctx, formatter)


@click.group(name="report", cls=ReportCommands)
def command() -> None:
    """The consolidated report of PLAN as a document; by the commands, what belongs to it."""


command.add_command(template)
command.add_command(issued)
command.add_command(fetch)
command.add_command(narrative)


@command.command(name="document", hidden=True)
@click.argument("plan")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="as known on that day; the last day if left out"
)
@click.option("--compare-to", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="beside the figures of that day")
@click.option("--compare-plan", help="beside the figures of another plan, such as that of the year before")
@click.option("--format", "form", default="json", show_default=True, type=click.Choice(FORMATS))
@click.option("-o", "out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="file; - for output")
@with_nats
async def document(
    nc: Client,
    _: Settings,
    plan: str,
    as_of: datetime | None,
    compare_to: datetime | None,
    compare_plan: str | None,
    form: str,
    out: Path,
) -> None:
    """The consolidated report of PLAN as a document. On a terminal its progress is shown."""
    async with shown_progress(nc) as job:
        question = request_body(
            plan=plan,
            as_of=as_of and as_of.date().isoformat(),
            compare_to=compare_to and compare_to.date().isoformat(),
            compare_plan=compare_plan,
            format=form,
            job=job,
        )
        data = await ask(nc, "dondoc.reports.report", question, ANSWER_WITHIN)
    _write(out, data)


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
