"""`dondoc rebuild SERVICE`."""

import importlib

import click
from nats.aio.client import Client

from deploy.connection import with_nats
from deploy.log_reader import Unreadable, read_events
from shared.mongo import Mongo
from shared.settings import Settings

# assignments has no view: its plans and days come from nobody else.
WITH_VIEW = ("submissions", "notifier", "reports")


@click.command(name="rebuild")
@click.argument("service", type=click.Choice(WITH_VIEW))
@with_nats
async def command(nc: Client, settings: Settings, service: str) -> None:
    """Make the view of SERVICE anew from the log; what is its own truth (outputs, what was mailed) stays.

    Stop SERVICE first. After a wiped log run `dondoc topology refill` before.
    """
    mongo = Mongo(settings.mongo_url, settings.database(service))
    package = f"services.{service}"
    store = importlib.import_module(f"{package}.store").Store(mongo)
    rebuild = importlib.import_module(f"{package}.rebuild").rebuild
    unreadable = Unreadable()
    count = await rebuild(store, mongo, read_events(nc.jetstream(), unreadable))
    mongo.close()
    for line in unreadable.lines:
        click.echo(f"passed over: {line}", err=True)
    click.echo(f"the view of {service} is built from {count} events")
