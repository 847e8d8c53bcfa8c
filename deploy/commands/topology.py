"""`dondoc topology apply|check|refill`."""

import sys

import click
from nats.aio.client import Client

from deploy.connection import Failed, with_nats
from deploy.refill import NotRefilled, refill_log
from shared import topology
from shared.settings import Settings


@click.group(name="topology")
def command() -> None:
    """Streams and consumers, as declared in shared/topology.py."""


@command.command()
@with_nats
async def apply(nc: Client, settings: Settings) -> None:
    """Make every stream and consumer as declared; what is stored stays."""
    await topology.apply(nc.jetstream(), settings.stream_replicas)
    click.echo(f"{len(topology.STREAMS)} streams and {len(topology.CONSUMERS)} consumers are as declared")


@command.command()
@with_nats
async def check(nc: Client, settings: Settings) -> None:
    """Say what is missing or other than declared; exit code 1 if anything is."""
    found = await topology.differences(nc.jetstream(), settings.stream_replicas)
    for line in found or ["all is as declared"]:
        click.echo(line)
    sys.exit(1 if found else 0)


@command.command()
@with_nats
async def refill(nc: Client, settings: Settings) -> None:
    """Publish again, from the services' outboxes, what the log lost (after a wiped or restored NATS store).

    Services may run meanwhile. It makes missing streams and consumers as well; run it again if it breaks off.
    """
    try:
        refilled = await refill_log(nc.jetstream(), settings)
    except NotRefilled as error:
        raise Failed(str(error)) from None
    click.echo(f"{refilled.held} events were in the log, {refilled.published} were published again")
    if refilled.refused:
        click.echo(f"nats-server refuses {len(refilled.refused)} for good: see `dondoc deadletters list`")
