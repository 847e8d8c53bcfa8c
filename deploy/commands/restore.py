"""`dondoc restore FOLDER`."""

from datetime import UTC, date, datetime
from pathlib import Path

import click
from nats.aio.client import Client

from deploy.archive import NoBackup
from deploy.connection import Failed, with_nats
from deploy.refill import NotRefilled
from deploy.restore import NotRestored
from deploy.restore import restore as put_back
from shared.settings import Settings


@click.command(name="restore")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="drop databases that aren't empty")
@click.option(
    "--mailed-until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="where the calendar is manual: the last day on which mail may have gone out, if nothing tells it",
)
@with_nats
async def command(nc: Client, settings: Settings, folder: Path, replace: bool, mailed_until: datetime | None) -> None:
    """Restore all that is recorded from the backup in FOLDER, and make the log anew; stop all services first.

    Nothing that may have been mailed since the backup is mailed again: rungs that were due by then count as mailed.
    """
    day: date | None = mailed_until.date() if mailed_until else None
    try:
        done = await put_back(nc, settings, folder, replace=replace, mailed_until=day, now=datetime.now(UTC))
    except (NoBackup, NotRestored, NotRefilled) as error:
        raise Failed(str(error)) from None
    click.echo(f"{done.documents} documents are restored; the log holds {done.refilled.published} events again")
    click.echo(
        f"what may have been mailed by {done.doubt.until} counts as mailed; {done.doubt.ended} mails are given up"
    )
    if done.lost.events:
        click.echo(f"{done.lost.events} events are newer than the backup and lost; they lie in {done.lost.file}")
