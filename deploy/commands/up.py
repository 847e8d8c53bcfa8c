"""`dondoc up`."""

import asyncio
import os
import shlex
from pathlib import Path

import click

from deploy.connection import Failed
from deploy.house import house
from deploy.servers.embedded import Servers, servers
from deploy.servers.trouble import CannotStart
from deploy.stopping import stoppable
from deploy.terminal import refuse_another_house, write_environment
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
        refuse_another_house(environ)
        with stoppable(), servers(data, environ) as running:
            asyncio.run(_run(running, environ, data))
    except CannotStart as error:
        raise Failed(str(error)) from None
    except KeyboardInterrupt:
        click.echo("stopped", err=True)


async def _run(running: Servers, environ: dict[str, str], data: Path) -> None:
    async with house(running, environ, data / "mail", _say) as up:
        for name, place in up.places().items():
            click.echo(f"{name:<12} {place}")
        if running.embedded:
            told = {one.server.variable: one.url for one in running.embedded}
            if running.identity is not None:
                told["DONDOC_IDENTITY"] = str(running.identity.path)
            file = write_environment(data, told)
            click.echo(f". {shlex.quote(str(file))}  # in other terminals, before anything else")
        click.echo("ready")
        await asyncio.Event().wait()


def _say(name: str, line: str) -> None:
    click.echo(f"{name:<12}| {line}", err=True)
