"""`dondoc officer add|remove|list|token|revoke-token`: who may sign in at the desk."""

import json
from datetime import timedelta

import click
from nats.aio.client import Client
from rich.table import Table

from deploy.connection import with_nats
from deploy.output import print_table
from shared.ask import ask, request_body
from shared.contracts.officers import Role
from shared.settings import Settings

ANSWER_WITHIN = timedelta(seconds=30)


@click.group(name="officer")
def command() -> None:
    """Who may sign in at the coordinator's desk, and in which role."""


@command.command()
@click.argument("email")
@click.option("--name", help="the person, as the desk shows them; needed for a new one")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@with_nats
async def add(nc: Client, _: Settings, email: str, name: str | None, role: str) -> None:
    """List an officer, or give one another name or role. The first must be an admin."""
    one = json.loads(await ask(nc, "dondoc.reports.list_officer", _body(email, name, role), ANSWER_WITHIN))
    click.echo(f"{one['email']} ({one['name']}) is listed as {one['role']}")


@command.command()
@click.argument("email")
@with_nats
async def remove(nc: Client, _: Settings, email: str) -> None:
    """End an officer's access at once: sessions and token too."""
    await ask(nc, "dondoc.reports.list_officer", _body(email, None, None), ANSWER_WITHIN)
    click.echo(f"{email} is no longer listed")


@command.command(name="list")
@click.option("--json", "as_json", is_flag=True)
@with_nats
async def list_(nc: Client, _: Settings, as_json: bool) -> None:
    """All officers."""
    found = json.loads(await ask(nc, "dondoc.reports.officers", b"", ANSWER_WITHIN))
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    table = Table("E-mail", "Name", "Role", "Token made")
    for one in found:
        table.add_row(one["email"], one["name"], one["role"], (one["token_made"] or "")[:10])
    print_table(table)


@command.command()
@click.argument("email")
@with_nats
async def token(nc: Client, _: Settings, email: str) -> None:
    """Print a token for programs, which act as that officer. It is shown once; the one before ends."""
    made = json.loads(await ask(nc, "dondoc.reports.officer_token", request_body(email=email), ANSWER_WITHIN))
    click.echo(made["token"])


@command.command(name="revoke-token")
@click.argument("email")
@with_nats
async def revoke_token(nc: Client, _: Settings, email: str) -> None:
    """End an officer's token now."""
    await ask(nc, "dondoc.reports.officer_token", json.dumps({"email": email, "revoke": True}).encode(), ANSWER_WITHIN)
    click.echo(f"{email} has no token")


def _body(email: str, name: str | None, role: str | None) -> bytes:
    return request_body(email=email, name=name, role=role)
