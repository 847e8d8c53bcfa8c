"""What the server doesn't let this user say or hear. It tells so beside all answers: whoever waits for one only sees it
time out."""

import re
from collections.abc import Callable

from shared.logs import logger

_VIOLATION = "permissions violation"
_OF_PUBLISH = re.compile(r'permissions violation for publish to "([^"]+)"')

log = logger(__name__)


class Refusals:
    """Hears the client's errors; `on_publish` are told each subject, in lower case, that can't be published to."""

    def __init__(self) -> None:
        self.on_publish: list[Callable[[str], None]] = []

    async def hear(self, error: Exception) -> None:
        """The client's callback for errors."""
        if _VIOLATION not in str(error):
            return
        log.error("NATS refuses", error=str(error))
        found = _OF_PUBLISH.search(str(error))
        if found:
            for tell in self.on_publish:
                tell(found[1])
