"""`dondoc agency add|rotate|revoke|list`."""

import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import click

from deploy.connection import Failed, told
from services.submissions.credentials import Credential, Credentials, counts
from services.submissions.issue_token import add_token, revoke_tokens, rotate_token
from services.submissions.store import Store
from shared.mongo import Mongo
from shared.outcomes import Rejected
from shared.settings import read_settings

T = TypeVar("T")
Work = Callable[[Credentials, Store, datetime], Awaitable[T]]


@click.group(name="agency")
def command() -> None:
    """What integrators post with: a token for each agency."""


@command.command()
@click.argument("agency")
@click.option("--ends", type=click.DateTime(["%Y-%m-%d"]), help="The first day (UTC) on which it counts no more.")
def add(agency: str, ends: datetime | None) -> None:
    """Make AGENCY's first token and print it; it is shown this once."""
    until = ends.replace(tzinfo=UTC) if ends else None
    _show(_run(lambda credentials, store, now: add_token(agency, credentials, store, now, until)))


@command.command()
@click.argument("agency")
@click.option("--overlap", type=click.IntRange(0, 24 * 31), default=24, help="Hours that the old one counts on; 24.")
def rotate(agency: str, overlap: int) -> None:
    """Make a new token for AGENCY and print it; the old one counts a while longer."""
    hours = timedelta(hours=overlap)
    _show(_run(lambda credentials, _, now: rotate_token(agency, credentials, now, hours)))


@command.command()
@click.argument("agency")
def revoke(agency: str) -> None:
    """End AGENCY's tokens now; the next request with one is refused."""
    ended = _run(lambda credentials, _, now: revoke_tokens(agency, credentials, now))
    click.echo(f"{agency}: {ended} revoked")


@command.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_(as_json: bool) -> None:
    """Who has tokens, since when and until when; never the tokens themselves."""
    now = datetime.now(UTC)
    for one in _run(lambda credentials, _store, _now: credentials.of()):
        click.echo(_as_json(one) if as_json else _line(one, now))


def _run(work: Work[T]) -> T:
    async def go() -> T:
        async with _submissions() as (credentials, store):
            return await work(credentials, store, datetime.now(UTC))

    try:
        return told(go)
    except Rejected as refusal:
        raise Failed(refusal.reason) from None


@asynccontextmanager
async def _submissions() -> AsyncIterator[tuple[Credentials, Store]]:
    settings = read_settings(os.environ)
    mongo = Mongo(settings.mongo_url, settings.database("submissions"))
    try:
        credentials = Credentials(mongo)
        await credentials.ensure_indexes()
        yield credentials, Store(mongo)
    finally:
        mongo.close()


def _show(token: str) -> None:
    click.echo(token)
    click.echo("Shown this once. Post with it: Authorization: Bearer …", err=True)


def _as_json(one: Credential) -> str:
    ends = one.ends.isoformat() if one.ends else None
    return json.dumps({"agency": one.agency, "mark": one.mark, "made": one.made.isoformat(), "ends": ends})


def _line(one: Credential, now: datetime) -> str:
    ends = "no end" if one.ends is None else f"{'until' if counts(one, now) else 'ended'} {one.ends:%Y-%m-%d %H:%M}"
    return f"{one.agency}  {one.mark}  since {one.made:%Y-%m-%d %H:%M}, {ends} (UTC)"
