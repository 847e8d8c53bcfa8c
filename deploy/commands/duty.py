"""`dondoc duty exempt|extend|nothing-to-report`: decisions about one occurrence."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import click
from nats.aio.client import Client

from deploy.connection import with_nats
from shared.ask import ask, request_body
from shared.contracts.duties import ExcuseKind
from shared.contracts.officers import OPERATOR
from shared.settings import Settings

ANSWER_WITHIN = timedelta(seconds=30)


@click.group(name="duty")
def command() -> None:
    """Decide about one occurrence: PLAN DUTY AGENCY PERIOD, by a document that somebody approved."""


def _filled_in(_: click.Context, __: click.Parameter, text: str) -> str:
    """What the report's annex prints: the command that pages and mails print leaves it to the officer, and empty."""
    if not text.strip():
        raise click.BadParameter("it is empty; write it between the quotation marks")
    return text


def decision(body: Callable[..., Any]) -> Callable[..., Any]:
    """The arguments and options that every decision has."""
    for option in (
        click.option(
            "--by",
            "decided_by",
            default=OPERATOR,
            show_default=True,
            help="who enters it, by name or e-mail address, as the log keeps it",
        ),
        click.option("--reason", required=True, callback=_filled_in, help="why, as the report prints it"),
        click.option("--document", required=True, callback=_filled_in, help="number of the document that decides it"),
        click.option("--approver", required=True, callback=_filled_in, help="who approved it"),
    ):
        body = option(body)
    for name in ("period", "agency", "duty", "plan"):
        body = click.argument(name)(body)
    return body


@command.command()
@decision
@with_nats
async def exempt(nc: Client, _: Settings, **fields: str) -> None:
    """The agency need not deliver it; the occurrence leaves the denominator."""
    await _excuse(nc, ExcuseKind.EXEMPTION, fields)


@command.command(name="nothing-to-report")
@decision
@with_nats
async def nothing_to_report(nc: Client, _: Settings, **fields: str) -> None:
    """There was nothing to deliver (không phát sinh); the occurrence leaves the denominator."""
    await _excuse(nc, ExcuseKind.NOTHING_TO_REPORT, fields)


@command.command()
@decision
@click.option("--until", required=True, type=click.DateTime(["%Y-%m-%d"]), help="the new date, as 2023-12-08")
@with_nats
async def extend(nc: Client, _: Settings, until: datetime, **fields: str) -> None:
    """The occurrence must exist by a later date."""
    body = request_body(**fields, until=until.date().isoformat())
    event = json.loads(await ask(nc, "dondoc.assignments.extend", body, ANSWER_WITHIN))
    click.echo(f"{_name(event)} is extended to {event['end']}, to be registered by {event['register_by']}")


async def _excuse(nc: Client, kind: ExcuseKind, fields: dict[str, str]) -> None:
    body = request_body(**fields, kind=kind)
    event = json.loads(await ask(nc, "dondoc.assignments.excuse", body, ANSWER_WITHIN))
    click.echo(
        f"{_name(event)} is excused ({event['kind']}) by {event['document']}; an output for it would count all the same"
    )


def _name(event: dict[str, str]) -> str:
    return f"{event['duty']} {event['period']} of {event['agency']}"
