"""Clusters for tests, on the loopback interface: three nats-servers, and a replica set of three mongods.

Binaries, configuration and arguments are those of the embedded servers; here are only the members' ties to each other.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nats.js import JetStreamContext
from nats.js.errors import APIError
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from deploy import child
from deploy.child import Child
from deploy.servers.binaries import find
from deploy.servers.mongo import MONGO, REPLICA_SET
from deploy.servers.nats import NATS, identity_of
from deploy.servers.ports import LOOPBACK, free_port, listens
from deploy.servers.server import Server
from shared import topology
from tests.harness.servers import clean_environ

MEMBERS = 3
PATIENCE_SECONDS = 60.0
LOOK_EVERY_SECONDS = 0.05
# The defaults of ten and two seconds are for networks; on one machine a dead member is seen sooner.
ELECTION_TIMEOUT_MS = 2_000
HEARTBEAT_MS = 500


@dataclass
class Member:
    """One server of a cluster; `kill` and `start` keep its port and its data."""

    server: Server
    port: int
    folder: Path
    ties: Sequence[str]
    child: Child = field(init=False)

    @property
    def data(self) -> Path:
        return self.folder / self.server.name

    @property
    def url(self) -> str:
        return self.server.url(self.data, self.port)

    def start(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        binary = find(self.server.name, self.server.distribution, self.server.variable)
        self.server.prepare(self.data)
        argv = [str(binary), *self.server.arguments(self.data, self.port), *self.ties]
        self.child = child.start(argv, self.folder / "log", {**clean_environ(), "LC_ALL": "C"})

    def kill(self) -> None:
        self.child.kill()


@dataclass
class Cluster:
    """`url` names all members, as a service is told of them."""

    members: list[Member]
    url: str

    def at(self, port: int) -> Member:
        return next(member for member in self.members if member.port == port)

    def named(self, name: str) -> Member:
        """The nats-server of that name."""
        return next(member for member in self.members if name in member.ties)


@asynccontextmanager
async def nats_cluster(folder: Path) -> AsyncIterator[Cluster]:
    """Three nats-servers, each with its own store; `n0` to `n2` by name."""
    routes = [free_port(0) for _ in range(MEMBERS)]
    all_routes = ",".join(f"nats://{LOOPBACK}:{port}" for port in routes)
    members = []
    for number, route in enumerate(routes):
        ties = ["--name", f"n{number}", "--cluster_name", "dondoc"]
        ties += ["--cluster", f"nats://{LOOPBACK}:{route}", "--routes", all_routes]
        members.append(Member(NATS, free_port(0), folder / f"n{number}", ties))
    # One identity for all, as an operator copies it.
    identity_of(members[0].data).prepare()
    for member in members[1:]:
        shutil.copytree(identity_of(members[0].data).path, identity_of(member.data).path)
    with _up(members):
        for member in members:
            await wait_for(lambda one=member: NATS.serves(one.port), f"{member.folder} serves")
        yield Cluster(members, ",".join(member.url for member in members))


@asynccontextmanager
async def replica_set(folder: Path) -> AsyncIterator[Cluster]:
    """Three mongods of one replica set, with a primary."""
    members = [Member(MONGO, free_port(0), folder / f"m{number}", []) for number in range(MEMBERS)]
    hosts = ",".join(f"{LOOPBACK}:{member.port}" for member in members)
    with _up(members):
        for member in members:
            await wait_for(lambda one=member: listens(one.port), f"{member.folder} listens")
        cluster = Cluster(members, f"mongodb://{hosts}/?replicaSet={REPLICA_SET}")
        with MongoClient(LOOPBACK, members[0].port, directConnection=True) as client:
            client.admin.command("replSetInitiate", _configuration(members))
        await primary(cluster)
        yield cluster


def _configuration(members: Sequence[Member]) -> dict[str, Any]:
    return {
        "_id": REPLICA_SET,
        "members": [{"_id": n, "host": f"{LOOPBACK}:{member.port}"} for n, member in enumerate(members)],
        "settings": {"electionTimeoutMillis": ELECTION_TIMEOUT_MS, "heartbeatIntervalMillis": HEARTBEAT_MS},
    }


async def primary(cluster: Cluster) -> Member:
    """The member that takes writes; waits for an election."""
    found: list[Member] = []

    def elected() -> bool:
        found[:] = [member for member in cluster.members if _hello(member).get("isWritablePrimary")]
        return bool(found)

    await wait_for(elected, "the replica set has a primary")
    return found[0]


async def joined(cluster: Cluster) -> None:
    """Return when one mongod is primary and all others follow it."""

    def complete() -> bool:
        states = [_hello(member) for member in cluster.members]
        return sum(bool(s.get("isWritablePrimary")) for s in states) == 1 and all(
            s.get("isWritablePrimary") or s.get("secondary") for s in states
        )

    await wait_for(complete, "every mongod is primary or secondary")


def _hello(member: Member) -> dict[str, Any]:
    try:
        with MongoClient(
            LOOPBACK, member.port, directConnection=True, serverSelectionTimeoutMS=500, socketTimeoutMS=500
        ) as client:
            return dict(client.admin.command("hello"))
    except PyMongoError:
        return {}


async def leader(js: JetStreamContext, stream: str) -> str:
    """The name of the nats-server that leads the stream."""
    info = await js.stream_info(stream)
    return str(info.cluster.leader) if info.cluster else ""


async def replicas_current(js: JetStreamContext) -> None:
    """Return when every stream has a leader and all its replicas have everything."""

    async def current() -> bool:
        try:
            clusters = [(await js.stream_info(str(stream.name))).cluster for stream in topology.STREAMS]
        except (APIError, TimeoutError):
            return False
        return all(
            one is not None
            and one.leader
            and len(one.replicas or []) == MEMBERS - 1
            and all(peer.current and not peer.offline for peer in one.replicas or [])
            for one in clusters
        )

    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await current():
            await asyncio.sleep(LOOK_EVERY_SECONDS)


async def wait_for(holds: Callable[[], bool], what: str) -> None:
    """Return when it holds, without holding up the services' output meanwhile."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await asyncio.to_thread(holds):
                await asyncio.sleep(LOOK_EVERY_SECONDS)
    except TimeoutError:
        raise AssertionError(f"in vain waited until {what}") from None


@contextmanager
def _up(members: Sequence[Member]) -> Iterator[None]:
    """The members, started together; killed with the block."""
    with ExitStack() as stack:
        for member in members:
            member.start()
            stack.callback(member.kill)
        yield
