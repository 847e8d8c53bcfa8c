"""`dondoc verify`."""

import sys

import click
from nats.aio.client import Client

from deploy.connection import with_nats
from deploy.verification import verify
from shared.settings import Settings


@click.command(name="verify")
@with_nats
async def command(nc: Client, settings: Settings) -> None:
    """Recount everything from the log and say where stores or report disagree; exit code 1 if they do."""
    verdict = await verify(nc, settings)
    agree = f"log, outboxes and stores agree: {verdict.events} events, {verdict.outputs} outputs"
    for line in verdict.disagreements or [agree]:
        click.echo(line)
    sys.exit(1 if verdict.disagreements else 0)
