"""One attempt to reach a NATS server: for commands and for looking whether it is there."""

import nats
from nats.aio.client import Client

from shared.nats_address import read_address
from shared.settings import without_user

CONNECT_SECONDS = 2
_VIOLATION = "authorization violation"


class NoNats(Exception):
    """No server answers; the text says where and why."""


class NotLetIn(NoNats):
    """One answers, and knows no such user and password."""


async def connect_once(url: str) -> Client:
    """A connection that is not made again when it breaks; `url` may be several, with commas between.

    Raises NoNats at once where there is no server, NotLetIn where it isn't ours.
    """
    problems: list[str] = []
    address = read_address(url)
    user, password = address.credentials or (None, None)

    async def remember(error: Exception) -> None:
        problems.append(str(error) or type(error).__name__)

    try:
        return await nats.connect(
            list(address.servers),
            user=user,
            password=password,
            # The client tries a first connection as often as a lost one, and for ever where the number is 0.
            allow_reconnect=False,
            max_reconnect_attempts=1,
            reconnect_time_wait=0,
            connect_timeout=CONNECT_SECONDS,
            error_cb=remember,
        )
    except Exception as error:
        why, where = problems[-1] if problems else str(error), without_user(url)
        if _VIOLATION in why.lower():
            text = f"the NATS server at {where} doesn't let us in ({why}): it may be another house's"
            raise NotLetIn(f"{text}; load the file `environment` that your `dondoc up` names") from None
        raise NoNats(f"no NATS server answers at {where} ({why})") from None
