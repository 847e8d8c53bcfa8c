"""`dondoc backup FOLDER`."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from deploy.archive import NoBackup
from deploy.backup import back_up
from deploy.connection import Failed, told
from shared.settings import read_settings


@click.command(name="backup")
@click.argument("folder", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Back up all that is recorded to FOLDER, a new one; services may run meanwhile.

    That is MongoDB, as of one moment. NATS needs no backup: the log is made anew from it.
    """
    settings = read_settings(os.environ)
    try:
        manifest = told(lambda: back_up(settings, folder, datetime.now(UTC)))
    except NoBackup as error:
        raise Failed(str(error)) from None
    documents = sum(file.documents for file in manifest.files)
    click.echo(f"{folder}: {documents} documents as of {manifest.moment:%Y-%m-%d %H:%M:%S} UTC")
