"""`dondoc status`."""

import json
from datetime import datetime, timedelta
from typing import Any

import click
from nats.aio.client import Client
from rich.table import Table

from deploy.connection import with_nats
from deploy.output import print_table
from services.reports.renderings.wording import COUNTS
from shared.ask import ask, request_body
from shared.settings import Settings

ANSWER_WITHIN = timedelta(seconds=30)


@click.command(name="status")
@click.option("--plan", help="which plan; needed where several are published")
@click.option("--agency", help="this agency alone, with what it owes")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="as known on that day; the last day if left out")
@click.option("--json", "as_json", is_flag=True)
@with_nats
async def command(
    nc: Client, _: Settings, plan: str | None, agency: str | None, as_of: datetime | None, as_json: bool
) -> None:
    """How the plan stands: the report's own counts, in total and by agency."""
    day = as_of.date().isoformat() if as_of else None
    body = request_body(plan=plan, agency=agency, as_of=day)
    status = json.loads(await ask(nc, "dondoc.reports.status", body, ANSWER_WITHIN))
    if as_json:
        click.echo(json.dumps(status, ensure_ascii=False, indent=2))
    else:
        _show(status)


def _show(status: dict[str, Any]) -> None:
    table = Table(title=f"{status['plan']}: số liệu tính đến ngày {datetime.fromisoformat(status['as_of']):%d/%m/%Y}")
    table.add_column("")
    for title in COUNTS.values():
        table.add_column(title, justify="right")
    rows = [("Ấn định số lượng", status["totals"]["explicit"]), ("Không ấn định số lượng", status["totals"]["implied"])]
    rows += [(line["short_name"], line) for line in status["agencies"] if line["expected"]]
    for name, counts in rows:
        table.add_row(name, *(str(counts[count]) for count in COUNTS))
    print_table(table)
