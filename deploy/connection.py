"""A short-lived connection to NATS for commands, and errors as one line."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import wraps
from typing import Any, TypeVar

import click
from nats.aio.client import Client
from nats.errors import Error as NatsError

from shared.ask import NoAnswer, Refused
from shared.nats_once import NoNats, NotLetIn, connect_once
from shared.settings import Settings, read_settings

T = TypeVar("T")


class Failed(click.ClickException):
    """What a command says when it can't do what was asked."""

    def show(self, file: Any = None) -> None:
        click.echo(f"dondoc: {self.message}", err=True, file=file)


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[Client]:
    """A connection for the time of the block; Failed with one line where there is no server."""

    try:
        nc = await connect_once(settings.nats_url)
    except NotLetIn as error:
        raise Failed(str(error)) from None
    except NoNats as error:
        raise Failed(f"{error}; start one with `dondoc up`, or set DONDOC_NATS_URL") from None
    try:
        yield nc
    finally:
        await nc.close()


def with_nats(work: Callable[..., Coroutine[Any, Any, T]]) -> Callable[..., T]:
    """Make a coroutine function, whose first arguments are a connection and the settings, a command's body."""

    @wraps(work)
    def body(*args: Any, **kwargs: Any) -> T:
        async def go() -> T:
            settings = read_settings(os.environ)
            async with connected(settings) as nc:
                return await work(nc, settings, *args, **kwargs)

        return told(go)

    return body


def told(go: Callable[[], Awaitable[T]]) -> T:
    """Run a coroutine function; what services refuse and servers can't do becomes one line for people."""

    async def run() -> T:
        return await go()

    try:
        return asyncio.run(run())
    except (Refused, NoAnswer) as error:
        raise Failed(str(error)) from None
    except Exception as error:
        # Here and not above: most commands never speak to MongoDB, and its driver takes long to load.
        from shared.mongo import PyMongoError

        if not isinstance(error, (NatsError, PyMongoError)):
            raise
        raise Failed(f"{type(error).__name__}: {str(error)[:300]}") from None
