"""`dondoc bounce`: a mail server pipes what it reports into it."""

import os
import sys
from datetime import timedelta

import click

from deploy.connection import connected, told
from services.notifier.bounces.read_report import READ_BYTES
from shared.ask import ask
from shared.settings import read_settings

EX_TEMPFAIL = 75  # sysexits.h: the mail server keeps the message and tries again
WITHIN = timedelta(seconds=30)


@click.command(name="bounce")
@click.option("--to", "recipient", help="the address that the message was sent to; else its headers say")
def command(recipient: str | None) -> None:
    """Hand one message from standard input to the notifier, which marks addresses at which mail doesn't arrive.

    For a pipe transport of Postfix. Ends with 0 when it was taken, whatever it was, and with 75 when it must be tried
    again.
    """
    source = sys.stdin.buffer
    raw = source.read(READ_BYTES)
    while source.read(READ_BYTES):  # who pipes must get rid of all of it
        pass
    if recipient is not None:
        raw = f"X-Original-To: {' '.join(recipient.split())}\n".encode() + raw[: READ_BYTES - 1000]
    try:
        click.echo(told(lambda: _hand_over(raw)))
    except (click.ClickException, ValueError) as error:
        click.echo(f"dondoc: {error}", err=True)
        sys.exit(EX_TEMPFAIL)


async def _hand_over(raw: bytes) -> str:
    settings = read_settings(os.environ)
    async with connected(settings) as nc:
        return (await ask(nc, "dondoc.notifier.bounce", raw, WITHIN)).decode()
