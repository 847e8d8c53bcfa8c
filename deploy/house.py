"""The whole house on one machine: servers, topology, an inbox, and the four services, watched."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.identity.ending import end_keys
from deploy.inbox import inbox
from deploy.link_secret import link_secret
from deploy.refill import refill_log
from deploy.say import Say
from deploy.servers.embedded import Servers
from deploy.servers.ports import LOOPBACK
from deploy.servers.trouble import CannotStart
from deploy.supervisor import SERVICES, Supervisor, supervise
from shared import topology
from shared.listener import listen, port_of
from shared.mongo import PyMongoError
from shared.nats_once import NoNats, connect_once
from shared.officer_pages import DESK
from shared.settings import HTTP_PORTS, Settings, read_settings, without_user


@dataclass(frozen=True)
class House:
    """What runs and where. `mail` is the inbox's folder, None where DONDOC_SMTP_URL sends mail elsewhere."""

    environ: Mapping[str, str]
    supervisor: Supervisor
    mail: Path | None

    def places(self) -> dict[str, str]:
        """Where things listen, by name."""
        found = {name: without_user(self.environ[f"DONDOC_{name.upper()}_URL"]) for name in ("nats", "mongo")}
        found["mail"] = str(self.mail) if self.mail else without_user(self.environ["DONDOC_SMTP_URL"])
        for name, service in self.supervisor.services.items():
            found[name] = f"{service.url}/health/ready"
        found["desk"] = f"{self.environ['DONDOC_DESK_URL']}{DESK}/"
        return found


@asynccontextmanager
async def house(servers: Servers, environ: Mapping[str, str], mail: Path, say: Say) -> AsyncIterator[House]:
    """Everything, ready, for the time of the block. `environ` may name servers and settings; `mail` is where the
    inbox keeps messages unless DONDOC_SMTP_URL is set. Raises CannotStart, SettingsError."""
    async with AsyncExitStack() as stack:
        theirs = {**environ, "DONDOC_NATS_URL": servers.nats_url, "DONDOC_MONGO_URL": servers.mongo_url}
        own_inbox = "DONDOC_SMTP_URL" not in environ
        if own_inbox:
            theirs["DONDOC_SMTP_URL"] = await stack.enter_async_context(inbox(mail))
        theirs.setdefault("DONDOC_LINK_SECRET", link_secret(servers.folder.path))
        if servers.identity is not None:
            theirs["DONDOC_IDENTITY"] = str(servers.identity.path)
        own = {name: servers.own_environ(name) for name in SERVICES}
        settings = read_settings(theirs)
        await apply_topology(settings)
        listeners = {name: stack.enter_context(_listen(settings, port)) for name, port in HTTP_PORTS.items()}
        for name, port in HTTP_PORTS.items():
            if (found := port_of(listeners[name])) != port:
                say(name, f"port {port} is taken by another program: HTTP is answered at {found}")
        theirs.setdefault("DONDOC_PUBLIC_URL", f"http://{LOOPBACK}:{port_of(listeners['submissions'])}")
        reports = f"http://{LOOPBACK}:{port_of(listeners['reports'])}"
        theirs.setdefault("DONDOC_DESK_URL", theirs.get("DONDOC_OFFICER_URL", reports))
        supervisor = await stack.enter_async_context(
            supervise(theirs, say, tend=servers.revive, listeners=listeners, own=own)
        )
        if servers.identity is not None:
            ending = asyncio.create_task(end_keys(servers.identity, servers.nats_url, say))
            stack.callback(ending.cancel)
        await supervisor.ready()
        yield House(theirs, supervisor, mail if own_inbox else None)


def _listen(settings: Settings, preferred: int) -> socket.socket:
    """At the preferred port if nobody has it, else at a free one, and from now on."""
    for port in (preferred, 0):
        try:
            return listen(settings.http_host, port)
        except OSError as error:
            trouble = error
    raise CannotStart(f"no port of {settings.http_host} can be had ({trouble.strerror}); check DONDOC_HTTP_HOST")


async def apply_topology(settings: Settings) -> None:
    """Make the streams and consumers, and fill a log that isn't there, before any service acts on an empty one.

    Raises CannotStart where the servers can't be reached.
    """
    try:
        nc = await connect_once(settings.nats_url)
    except NoNats as error:
        raise CannotStart(f"{error}; check DONDOC_NATS_URL") from None
    try:
        js = nc.jetstream()
        if await topology.is_there(js, topology.EVENTS):
            await topology.apply(js, settings.stream_replicas)
        else:
            await refill_log(js, settings)
    except PyMongoError as error:
        raise CannotStart(f"MongoDB can't be read: {str(error)[:300]}; check DONDOC_MONGO_URL") from None
    except Exception as error:
        where = without_user(settings.nats_url)
        raise CannotStart(f"the streams can't be made at {where}: {error}; is JetStream on?") from None
    finally:
        await nc.close()
