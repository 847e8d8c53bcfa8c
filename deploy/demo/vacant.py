"""The demo needs a log without events: a sample year must never mix with a real one."""

import nats
from nats.js.errors import NotFoundError

from deploy.servers.trouble import CannotStart
from shared import topology


async def refuse_used(nats_url: str) -> None:
    """Raises CannotStart where the server can't be reached or its log holds events."""
    try:
        nc = await nats.connect(nats_url, allow_reconnect=False, connect_timeout=5)
    except Exception as error:
        raise CannotStart(f"no NATS server answers at {nats_url} ({error}); check DONDOC_NATS_URL") from None
    try:
        held = (await nc.jetstream().stream_info(topology.EVENTS)).state.messages
    except NotFoundError:
        held = 0
    finally:
        await nc.close()
    if held:
        raise CannotStart(
            f"the log at {nats_url} holds {held} events: the demo's samples must not mix with them. "
            "Use an empty server, or unset DONDOC_NATS_URL and DONDOC_MONGO_URL"
        )
