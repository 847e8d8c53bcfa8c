"""`dondoc deadletters list|show|replay`."""

import sys

import click
from nats.aio.client import Client
from rich.table import Table

from deploy.connection import Failed, with_nats
from deploy.output import print_table
from shared import deadletters
from shared.deadletters import DeadLetter
from shared.settings import Settings


@click.group(name="deadletters")
def command() -> None:
    """Events that a service could not handle, each kept once with the reason."""


@command.command(name="list")
@with_nats
async def list_(nc: Client, _: Settings) -> None:
    """Every dead letter, the oldest first."""
    letters = await deadletters.list_all(nc.jetstream())
    if not letters:
        click.echo("there are none")
        return
    table = Table()
    for heading in ("number", "consumer", "subject", "reason"):
        table.add_column(heading, overflow="fold")
    for letter in letters:
        table.add_row(str(letter.number), letter.consumer, letter.subject, letter.reason)
    print_table(table)


@command.command()
@click.argument("number", type=int)
@with_nats
async def show(nc: Client, _: Settings, number: int) -> None:
    """The whole of one: why, headers, and the original bytes."""
    letter = await _find(nc, number)
    click.echo(f"consumer: {letter.consumer}\nsubject: {letter.subject}\nreason: {letter.reason}")
    for name, value in letter.headers.items():
        click.echo(f"{name}: {value}")
    click.echo()
    sys.stdout.buffer.write(letter.body + b"\n")


@command.command()
@click.argument("numbers", nargs=-1, type=int, required=True)
@with_nats
async def replay(nc: Client, _: Settings, numbers: tuple[int, ...]) -> None:
    """Deliver NUMBERS again, once their cause is mended, and take them out of the list."""
    for number in numbers:
        letter = await _find(nc, number)
        await deadletters.replay(nc.jetstream(), letter)
        click.echo(f"{number}: back on {letter.subject}")


async def _find(nc: Client, number: int) -> DeadLetter:
    letter = await deadletters.find(nc.jetstream(), number)
    if letter is None:
        raise Failed(f"there is no dead letter {number}; `dondoc deadletters list` shows what there is")
    return letter
