"""The side of `dondoc agency` that concerns NATS: keys in the identity folder, and servers that hear of them."""

import asyncio
import os
from datetime import UTC, datetime, timedelta

import click

from deploy.connection import Failed
from deploy.identity.applying import NotApplied, apply
from deploy.identity.folder import Identity
from deploy.identity.issue_key import give_key, revoke_keys
from deploy.identity.keys import KeyRefused
from deploy.identity.subjects import heard_on, post_to
from shared.nats_address import inbox_prefix
from shared.nats_once import NoNats
from shared.settings import read_settings


def identity() -> Identity:
    """The folder that DONDOC_IDENTITY names."""
    return Identity(read_settings(os.environ).identity)


def give(agency: str, overlap: timedelta = timedelta(0), ends: datetime | None = None) -> None:
    """Make a key, let servers know, and say where its seed lies and how to use it. Says so where there is no folder."""
    if not (held := identity()).exists:
        click.echo(f"No key for NATS was made: {_absent(held)}", err=True)
        return
    try:
        seed = give_key(agency, held, datetime.now(UTC), overlap, ends)
    except KeyRefused as refusal:
        raise Failed(str(refusal)) from None
    click.echo(
        f"NATS: the key's seed is in {seed}; hand it over and remove it. With it and the inbox prefix"
        f" {inbox_prefix(agency)} post to {post_to(agency)} and listen to {heard_on(agency, '*')}",
        err=True,
    )
    if why := tell_servers(held):
        click.echo(f"It doesn't count yet: {why}. `dondoc agency apply` tries again.", err=True)


def take(agency: str) -> tuple[int, str | None]:
    """End the agency's keys: how many counted, and why they may still open NATS."""
    if not (held := identity()).exists:
        return 0, None
    try:
        return revoke_keys(agency, held, datetime.now(UTC)), tell_servers(held)
    except OSError as error:
        return 0, f"the identity folder can't be written: {error}"


def tell_servers(held: Identity) -> str | None:
    """Have the running servers read their accounts again; why they didn't, None where they did."""
    url = read_settings(os.environ).nats_url
    try:
        asyncio.run(apply(held, url))
    except (NoNats, NotApplied) as error:
        return str(error)
    return None


def apply_now() -> int:
    """Write the accounts by the keys that count now, and have them read; by how many servers."""
    if not (held := identity()).exists:
        raise Failed(_absent(held))
    held.prepare()
    try:
        return asyncio.run(apply(held, read_settings(os.environ).nats_url))
    except (NoNats, NotApplied) as error:
        raise Failed(str(error)) from None


def _absent(held: Identity) -> str:
    return (
        f"there is no identity folder at {held.path}. Beside a running `dondoc up` read its `environment` file first; "
        "for servers of your own `dondoc agency init` makes the folder, and DONDOC_IDENTITY names it."
    )
