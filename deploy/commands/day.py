"""`dondoc day publish DATE`."""

import json
from datetime import datetime, timedelta

import click
from nats.aio.client import Client

from deploy.connection import with_nats
from shared.ask import ask, request_body
from shared.settings import Settings

ANSWER_WITHIN = timedelta(seconds=30)


@click.group(name="day")
def command() -> None:
    """The calendar, where DONDOC_CALENDAR=manual."""


@command.command()
@click.argument("date", type=click.DateTime(["%Y-%m-%d"]))
@with_nats
async def publish(nc: Client, _: Settings, date: datetime) -> None:
    """Publish DATE (as 2023-02-28), and every day between the last one and it."""
    body = request_body(date=date.date().isoformat())
    done = json.loads(await ask(nc, "dondoc.assignments.publish_day", body, ANSWER_WITHIN))
    days = done["published"]
    if not days:
        click.echo(f"{done['last']} was published before")
    else:
        click.echo(f"published {days[0]}" + (f" to {days[-1]}, {len(days)} days" if len(days) > 1 else ""))
