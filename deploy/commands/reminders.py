"""`dondoc reminders unmark`."""

from datetime import timedelta

import click
from nats.aio.client import Client

from deploy.connection import with_nats
from shared.ask import ask
from shared.settings import Settings

WITHIN = timedelta(seconds=10)


@click.group(name="reminders")
def command() -> None:
    """What is mailed to agencies."""


@command.command()
@click.argument("address")
@with_nats
async def unmark(nc: Client, _: Settings, address: str) -> None:
    """Mail ADDRESS again, from which mail came back."""
    await ask(nc, "dondoc.notifier.unmark", address.encode(), WITHIN)
    click.echo(f"{address} is mailed again")
