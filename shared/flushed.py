"""Waiting until a NATS server has taken what a connection was told to do."""

from nats.aio.client import Client


async def flushed(nc: Client) -> None:
    """Come back when the server knows of every subscription and message of this connection.

    Raises nats.errors.FlushTimeoutError where the server doesn't answer.
    """
    # nats-py writes the PING at once and what was asked for before it a moment later: on a busy machine the first
    # answer may come before a subscription is known, and who asks by another connection then finds no responder.
    await nc.flush()
    await nc.flush()
