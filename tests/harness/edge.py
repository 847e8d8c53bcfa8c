"""Agencies at the server's outer account: their keys, and connections as them."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import nats
from nats.aio.client import Client

from deploy.identity.applying import apply
from deploy.identity.issue_key import give_key
from deploy.servers.nats import address, identity_of
from deploy.servers.server import Running
from shared.nats_address import inbox_prefix

ErrorHandler = Callable[[Exception], Awaitable[None]]


async def let_in(server: Running, *agencies: str) -> dict[str, str]:
    """Give each a key that the running server knows; their seeds."""
    identity = identity_of(server.data)
    seeds = {agency: give_key(agency, identity, datetime.now(UTC)).read_text().strip() for agency in agencies}
    await apply(identity, address(server.port))
    return seeds


async def as_agency(server: Running, agency: str, seed: str, on_error: ErrorHandler | None = None) -> Client:
    """A connection as an integrator makes it."""
    return await nats.connect(
        address(server.port),
        nkeys_seed_str=seed,
        inbox_prefix=inbox_prefix(agency),
        error_cb=on_error or _ignored,
        allow_reconnect=False,
    )


async def _ignored(_: Exception) -> None:
    """The client prints what nobody takes."""
