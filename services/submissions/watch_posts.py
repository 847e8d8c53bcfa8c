"""What agencies try by NATS and the intake never sees, put down with who and what.

An answer that is to go elsewhere goes nowhere, and a post whose header asks JetStream something isn't stored where the
answer is no; nats-server logs neither.
"""

from nats.aio.client import Client
from nats.aio.msg import Msg

from services.submissions.read_event import server_headers, shown
from shared.logs import logger
from shared.nats_address import inbox_prefix
from shared.posting import WATCHED, watched_poster

ONE_OF_US = "submissions"  # of several processes one sees it
MOST_SHOWN = 20  # headers, more than the server knows

log = logger(__name__)


async def watch_posts(nc: Client) -> None:
    """See every post of every agency's account from now on, as it was sent."""
    await nc.subscribe(WATCHED, queue=ONE_OF_US, cb=_look)


async def _look(msg: Msg) -> None:
    agency, headers = watched_poster(msg.subject), msg.headers or {}
    if msg.reply and not msg.reply.startswith(f"{inbox_prefix(agency)}."):
        log.warning("attempt", why="forged_reply", agency=agency, what=shown(msg.reply))
    if named := server_headers(headers):
        told = [shown(f"{name}: {headers[name]}") for name in named[:MOST_SHOWN]]
        if len(named) > MOST_SHOWN:
            told.append(f"and {len(named) - MOST_SHOWN} more")
        log.warning("attempt", why="server_header", agency=agency, what="; ".join(told))
