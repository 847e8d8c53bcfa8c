"""The side of `dondoc agency` that concerns HTTP: tokens, in the database of submissions."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import click

from deploy.connection import Failed, told
from services.submissions.credentials import Credential, Credentials
from services.submissions.deliverers import deliverers
from services.submissions.issue_token import add_token, revoke_tokens, rotate_token
from shared.mongo import Mongo, Unavailable
from shared.outcomes import Rejected
from shared.settings import read_settings, without_user

T = TypeVar("T")


def give(agency: str, ends: datetime | None) -> None:
    """Make a first token and show it."""

    async def work(mongo: Mongo, credentials: Credentials) -> str:
        return await add_token(agency, credentials, await deliverers(mongo), datetime.now(UTC), ends)

    _show(_run(work))


def replace(agency: str, overlap: timedelta, ends: datetime | None) -> None:
    """Make another token and show it; those before count on for `overlap`."""
    _show(_run(lambda _, credentials: rotate_token(agency, credentials, datetime.now(UTC), overlap, ends)))


def take(agency: str) -> int:
    """End the agency's tokens: how many counted."""
    return _run(lambda _, credentials: revoke_tokens(agency, credentials, datetime.now(UTC)))


def listed() -> Sequence[Credential]:
    """Everybody's."""
    return _run(lambda _, credentials: credentials.of())


def _run(work: Callable[[Mongo, Credentials], Awaitable[T]]) -> T:
    async def go() -> T:
        async with _submissions() as mongo:
            credentials = Credentials(mongo)
            await credentials.ensure_indexes()
            return await work(mongo, credentials)

    try:
        return told(go)
    except Rejected as refusal:
        raise Failed(refusal.reason) from None


@asynccontextmanager
async def _submissions() -> AsyncIterator[Mongo]:
    settings = read_settings(os.environ)
    where = f"MongoDB at {without_user(settings.mongo_url)}"
    if "DONDOC_MONGO_URL" not in os.environ:
        click.echo(f"DONDOC_MONGO_URL isn't set: this asks {where}", err=True)
    mongo = Mongo(settings.mongo_url, settings.database("submissions"))
    try:
        yield mongo
    except Unavailable as away:
        hint = "beside a running `dondoc up` run `. .dondoc/environment` first, else set DONDOC_MONGO_URL"
        raise Failed(f"{where} doesn't answer; {hint} ({str(away)[:100]})") from None
    finally:
        mongo.close()


def _show(token: str) -> None:
    click.echo(token)
    click.echo("Shown this once. Post with it: Authorization: Bearer …", err=True)
