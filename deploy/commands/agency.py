"""`dondoc agency add|rotate|revoke|list|init|apply`: an agency's token for HTTP and its key for NATS go together.

What speaks to MongoDB is imported where it is used, since its driver takes long to load.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import click

from deploy.commands import agency_keys
from deploy.connection import Failed


@click.group(name="agency")
def command() -> None:
    """What integrators post with: for each agency a token (HTTP) and a key (NATS)."""


@command.command()
@click.argument("agency")
@click.option("--ends", type=click.DateTime(["%Y-%m-%d"]), help="The first day (UTC) on which they count no more.")
def add(agency: str, ends: datetime | None) -> None:
    """Make AGENCY's first token, printed this once, and its key, whose seed is kept in a file."""
    from deploy.commands import agency_tokens

    until = ends.replace(tzinfo=UTC) if ends else None
    agency_tokens.give(agency, until)
    agency_keys.give(agency, ends=until)


@command.command()
@click.argument("agency")
@click.option("--overlap", type=click.IntRange(0, 24 * 31), default=24, help="Hours that the old ones count on; 24.")
@click.option(
    "--ends", type=click.DateTime(["%Y-%m-%d"]), help="The first day (UTC) on which the new ones count no more."
)
def rotate(agency: str, overlap: int, ends: datetime | None) -> None:
    """Make a new token and a new key for AGENCY; the old ones count a while longer."""
    from deploy.commands import agency_tokens

    hours, until = timedelta(hours=overlap), ends.replace(tzinfo=UTC) if ends else None
    agency_tokens.replace(agency, hours, until)
    agency_keys.give(agency, hours, until)


@command.command()
@click.argument("agency")
def revoke(agency: str) -> None:
    """End AGENCY's tokens and keys now: its connection to NATS is cut, its next request is refused."""
    # Side by side: loading MongoDB's driver and waiting for nats-server are most of the time until both are cut.
    with ThreadPoolExecutor(1) as beside:
        ending = beside.submit(_end_tokens, agency)
        keys, why = agency_keys.take(agency)
    try:
        tokens = ending.result()
    except Failed as failure:
        raise Failed("; ".join([f"its tokens still count: {failure}", *_still_open(why)])) from None
    if not tokens and not keys and not why:
        raise Failed(f"{agency} has no token and no key that counts")
    click.echo(f"{agency}: {tokens} tokens and {keys} keys revoked")
    for text in _still_open(why):
        raise Failed(text)


def _end_tokens(agency: str) -> int:
    from deploy.commands import agency_tokens

    return agency_tokens.take(agency)


def _still_open(why: str | None) -> list[str]:
    text = f"its keys still open NATS: {why}. Run `dondoc agency apply` until it works, or stop nats-server"
    return [text] if why else []


@command.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_(as_json: bool) -> None:
    """Who has tokens and keys, since when and until when; never the secrets themselves."""
    from deploy.commands import agency_tokens

    now = datetime.now(UTC)
    found = [(one.agency, "token", one.mark, one.made, one.ends) for one in agency_tokens.listed()]
    found += [
        (agency, "key", key.public, key.made, key.ends)
        for agency, keys in agency_keys.identity().keys().items()
        for key in keys
    ]
    for agency, kind, mark, made, ends in sorted(found, key=lambda one: (one[0], one[1] == "key", one[3])):
        if as_json:
            until = ends.isoformat() if ends else None
            shown = {"agency": agency, "kind": kind, "mark": mark, "made": made.isoformat(), "ends": until}
            click.echo(json.dumps(shown))
        else:
            until = "no end" if ends is None else f"{'until' if now < ends else 'ended'} {ends:%Y-%m-%d %H:%M}"
            click.echo(f"{agency}  {kind} {mark}  since {made:%Y-%m-%d %H:%M}, {until} (UTC)")


@command.command()
def init() -> None:
    """Make the identity folder that DONDOC_IDENTITY names, for nats-servers of your own; what is there stays."""
    held = agency_keys.identity()
    held.prepare()
    click.echo(f"{held.path} holds the secrets of NATS users and the accounts that nats-server includes")


@command.command()
def apply() -> None:
    """Have running nats-servers read accounts and keys again, without those that have ended."""
    count = agency_keys.apply_now()
    click.echo(f"{count} nats-server{'s' if count > 1 else ''} read the accounts again")
