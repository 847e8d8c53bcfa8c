"""Where a contestant finds its servers and its events; told in the environment, since each runs by itself."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass

VARIABLE = "BENCH_PLACE"


@dataclass(frozen=True)
class Place:
    """Servers, a database, and names: events lie in the stream `intake` on `<events>.<agency>`, receipts go to the
    stream `receipts` on `<answers>.<agency>`."""

    nats_url: str
    mongo_url: str
    database: str
    intake: str = ""
    consumer: str = ""
    events: str = ""
    answers: str = ""
    redis_url: str = ""

    def environ(self, base: Mapping[str, str]) -> dict[str, str]:
        """The environment that tells a process this place."""
        return {**base, VARIABLE: json.dumps(asdict(self))}


def place() -> Place:
    """The place of this process."""
    return Place(**json.loads(os.environ[VARIABLE]))
