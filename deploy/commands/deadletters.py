"""`dondoc deadletters list|show|replay`."""

import sys

import click
from nats.aio.client import Client
from rich.table import Table

from deploy.connection import Failed, with_nats
from deploy.output import print_table
from deploy.set_apart import SetApart, StillRefused, list_apart, publish_apart
from shared import deadletters
from shared.deadletters import DeadLetter
from shared.settings import Settings


@click.group(name="deadletters")
def command() -> None:
    """Events that a service could not handle, or not bring into the log, each kept once with the reason."""


@command.command(name="list")
@with_nats
async def list_(nc: Client, settings: Settings) -> None:
    """Every dead letter, the oldest first; then what the log refused."""
    letters = await deadletters.list_all(nc.jetstream())
    refused = await list_apart(settings)
    if not letters and not refused:
        click.echo("there are none")
        return
    table = Table()
    for heading in ("letter", "consumer", "subject", "reason"):
        table.add_column(heading, overflow="fold")
    for letter in letters:
        table.add_row(str(letter.number), letter.consumer, letter.subject, letter.reason)
    for one in refused:
        table.add_row(one.name, f"relay of {one.service}", one.apart.row.subject, one.apart.reason)
    print_table(table)


@command.command()
@click.argument("letter")
@with_nats
async def show(nc: Client, settings: Settings, letter: str) -> None:
    """The whole of one: why, headers, and the original bytes."""
    found = await _find(nc, settings, letter)
    if isinstance(found, SetApart):
        row = found.apart.row
        _show(f"relay of {found.service}", row.subject, found.apart.reason, dict(row.headers), row.body)
    else:
        _show(found.consumer, found.subject, found.reason, dict(found.headers), found.body)


def _show(consumer: str, subject: str, reason: str, headers: dict[str, str], body: bytes) -> None:
    click.echo(f"consumer: {consumer}\nsubject: {subject}\nreason: {reason}")
    for name, value in headers.items():
        click.echo(f"{name}: {value}")
    click.echo()
    sys.stdout.buffer.write(body + b"\n")


@command.command()
@click.argument("letters", nargs=-1, required=True)
@with_nats
async def replay(nc: Client, settings: Settings, letters: tuple[str, ...]) -> None:
    """Deliver LETTERS again, once their cause is mended, and take them out of the list."""
    for name in letters:
        found = await _find(nc, settings, name)
        if isinstance(found, SetApart):
            try:
                await publish_apart(nc, settings, found)
            except StillRefused as error:
                raise Failed(f"{name} stays where it is: {error}") from None
            click.echo(f"{name}: in the log as {found.apart.row.subject}")
        else:
            await deadletters.replay(nc.jetstream(), found)
            click.echo(f"{name}: back on {found.subject}")


async def _find(nc: Client, settings: Settings, name: str) -> DeadLetter | SetApart:
    """By the number of a letter, or by the name of a refused event."""
    found: DeadLetter | SetApart | None
    if name.isascii() and name.isdigit():
        found = await deadletters.find(nc.jetstream(), int(name))
    else:
        found = next((one for one in await list_apart(settings) if one.name == name), None)
    if found is None:
        raise Failed(f"there is no dead letter {name}; `dondoc deadletters list` shows what there is")
    return found
