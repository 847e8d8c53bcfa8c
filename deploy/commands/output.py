"""`dondoc output review`: what the coordinator says of an output."""

import json
from datetime import timedelta

import click
from nats.aio.client import Client

from deploy.connection import with_nats
from shared.ask import ask, request_body
from shared.settings import Settings

ANSWER_WITHIN = timedelta(seconds=30)


@click.group(name="output")
def command() -> None:
    """Decide about an output, by its id: it stands in its receipt and in the report."""


@command.command()
@click.argument("output")
@click.option("--accept/--send-back", "accepted", default=None, help="it counts, or must be mended")
@click.option("--reason", default="", help="why, as its agency is told; needed to send it back")
@click.option("--notable", is_flag=True, help="worth being named in the report")
@click.option("--reviewer", required=True, help="who reviews, by name or e-mail address")
@with_nats
async def review(nc: Client, _: Settings, output: str, accepted: bool | None, **said: object) -> None:
    """Accept OUTPUT, or send it back: then it meets nothing, until it is accepted after all. The last word holds."""
    if accepted is None:
        raise click.UsageError("say whether it counts: --accept or --send-back")
    body = request_body(output=output, accepted=accepted, **said)
    event = json.loads(await ask(nc, "dondoc.submissions.review", body, ANSWER_WITHIN))
    at = event["occurrence"]
    of = f"{at['duty']} {at['period']} of {at['agency']}" if at is not None else f"an output of {event['agency']}"
    became = "is accepted" if event["accepted"] else "is sent back"
    click.echo(f"{of} {became}{' as notable' if event['notable'] else ''} (review {event['review']})")
