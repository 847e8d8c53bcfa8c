"""`dondoc run SERVICE`."""

import asyncio
import importlib
import os
import sys

import click

from shared.listener import inherited
from shared.service import run as run_service
from shared.settings import HTTP_PORTS, read_settings


@click.command(name="run")
@click.argument("service", type=click.Choice(list(HTTP_PORTS)))
@click.option(
    "--listen-fd",
    type=click.IntRange(min=3),
    help="an open socket that listens, given to this process: HTTP is answered there, not at DONDOC_HTTP_PORT",
)
def command(service: str, listen_fd: int | None) -> None:
    """Run one SERVICE on the servers that DONDOC_NATS_URL, DONDOC_MONGO_URL and DONDOC_SMTP_URL name.

    It waits for servers and topology that aren't there yet, and ends with code 78 where its settings are wrong.
    """
    settings = read_settings(os.environ)
    try:
        listener = None if listen_fd is None else inherited(listen_fd)
    except OSError as error:
        raise click.BadParameter(f"{listen_fd} is no socket that listens ({error})", param_hint="--listen-fd") from None
    app = importlib.import_module(f"services.{service}.app")
    code = asyncio.run(run_service(service, app.start, settings, listener))
    # All is done. Taking the interpreter apart costs more than the whole stop, and waits for the threads of a driver
    # that waits for a server that is away.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
