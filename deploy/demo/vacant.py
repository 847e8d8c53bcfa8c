"""The demo needs servers without data of ours: a sample year must never mix with a real one."""

from nats.js.errors import NotFoundError

from deploy.servers.trouble import CannotStart
from shared import topology
from shared.mongo import Mongo, PyMongoError
from shared.nats_once import NoNats, connect_once
from shared.settings import HTTP_PORTS, Settings, without_user


async def refuse_used(settings: Settings) -> None:
    """Raises CannotStart where a server can't be reached, the log holds events, or a service has documents."""
    await _refuse_log(settings.nats_url)
    for service in HTTP_PORTS:
        await _refuse_database(settings.mongo_url, settings.database(service))


async def _refuse_database(mongo_url: str, name: str) -> None:
    mongo = Mongo(mongo_url, name)
    try:
        await mongo.ping()
        held = await mongo.db.list_collection_names()
    except PyMongoError as error:
        raise CannotStart(
            f"no MongoDB replica set answers at {without_user(mongo_url)} ({error}); check DONDOC_MONGO_URL"
        ) from None
    finally:
        mongo.close()
    if held:
        raise CannotStart(
            f"the database {name} holds data: the demo's samples must not mix with them. "
            "Set DONDOC_DATABASE_PREFIX to another name, or unset DONDOC_NATS_URL and DONDOC_MONGO_URL"
        )


async def _refuse_log(nats_url: str) -> None:
    try:
        nc = await connect_once(nats_url)
    except NoNats as error:
        raise CannotStart(f"{error}; check DONDOC_NATS_URL") from None
    try:
        held = (await nc.jetstream().stream_info(topology.EVENTS)).state.messages
    except NotFoundError:
        held = 0
    finally:
        await nc.close()
    if held:
        raise CannotStart(
            f"the log at {without_user(nats_url)} holds {held} events: the demo's samples must not mix with them. "
            "Use an empty server, or unset DONDOC_NATS_URL and DONDOC_MONGO_URL"
        )
