"""`dondoc verify`."""

import sys

import click
from nats.aio.client import Client

from deploy.connection import with_nats
from deploy.progress_bar import progress_bar
from deploy.verification import verify
from shared.settings import Settings


@click.command(name="verify")
@with_nats
async def command(nc: Client, settings: Settings) -> None:
    """Recount everything from the log and say where stores or report disagree; exit code 1 if they do."""
    with progress_bar() as bar:
        task = bar.add_task("", total=None)

        def tell(what: str, done: int, of: int | None) -> None:
            bar.update(task, description=what, completed=done, total=of)

        verdict = await verify(nc, settings, tell)
    agree = f"log, outboxes and stores agree: {verdict.events} events, {verdict.outputs} outputs"
    for line in verdict.disagreements or [agree]:
        click.echo(line)
    sys.exit(1 if verdict.disagreements else 0)
