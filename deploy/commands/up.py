"""`dondoc up`."""

import asyncio
import os
from pathlib import Path

import click

from deploy.connection import Failed
from deploy.house import house
from deploy.servers.embedded import Servers, servers
from deploy.servers.trouble import CannotStart
from deploy.stopping import stoppable
from shared.settings import read_settings


@click.command(name="up")
@click.option(
    "--data",
    default=".dondoc",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="where servers keep their data and the inbox its mail",
)
def command(data: Path) -> None:
    """Run servers and services in the foreground, until Ctrl-C.

    A server that DONDOC_NATS_URL or DONDOC_MONGO_URL names is used instead of one of ours. Without DONDOC_SMTP_URL
    the mail isn't sent: it is kept as files in DATA/mail.
    """
    environ = {"DONDOC_LOG": "text", **os.environ}
    read_settings(environ)
    try:
        with stoppable(), servers(data, environ) as running:
            asyncio.run(_run(running, environ, data / "mail"))
    except CannotStart as error:
        raise Failed(str(error)) from None
    except KeyboardInterrupt:
        click.echo("stopped", err=True)


async def _run(running: Servers, environ: dict[str, str], mail: Path) -> None:
    async with house(running, environ, mail, _say) as up:
        for name, place in up.places().items():
            click.echo(f"{name:<12} {place}")
        defaults = read_settings({})
        for variable, value in (("DONDOC_NATS_URL", running.nats_url), ("DONDOC_MONGO_URL", running.mongo_url)):
            if variable not in environ and value != getattr(defaults, variable.removeprefix("DONDOC_").lower()):
                click.echo(f"export {variable}='{value}'  # in other terminals, before anything else")
        click.echo("ready")
        await asyncio.Event().wait()


def _say(name: str, line: str) -> None:
    click.echo(f"{name:<12}| {line}", err=True)
