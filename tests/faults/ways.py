"""The ways by which integrators post, and which message goes by which: drawn from the round's seed."""

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.contracts.envelope import BATCH, STRUCTURED
from shared.contracts.http_api import JSON
from tests.faults.posts import Post

FEWEST, MOST = 0.2, 0.6  # of the messages that go over HTTP
BATCH_OF = 20


class Way(StrEnum):
    """NATS, or one of the modes of HTTP."""

    NATS = "nats"
    STRUCTURED = "structured"
    BINARY = "binary"
    BATCH = "batch"


HTTP_WAYS = (Way.STRUCTURED, Way.BINARY, Way.BATCH)


@dataclass(frozen=True)
class Shipment:
    """What goes at once: one message, or several of one agency as a batch."""

    way: Way
    posts: tuple[Post, ...]

    @property
    def agency(self) -> str:
        return self.posts[0].agency

    def request(self) -> tuple[bytes, dict[str, str]]:
        """The body and the headers that HTTP wants."""
        first = self.posts[0]
        if self.way is Way.BATCH:
            return b"[" + b",".join(post.body for post in self.posts) + b"]", {"Content-Type": BATCH}
        if self.way is Way.STRUCTURED:
            return first.body, {"Content-Type": STRUCTURED}
        if first.headers:
            return first.body, {"Content-Type": JSON, **first.headers}
        event = json.loads(first.body)
        attributes = {f"ce-{name}": value for name, value in event.items() if name != "data"}
        return json.dumps(event["data"], ensure_ascii=False).encode(), {"Content-Type": JSON, **attributes}


def ship(posts: Iterable[Post], rng: random.Random, share: float) -> list[Shipment]:
    """Everything, in any order; `share` of it over HTTP.

    A message that stands there twice may go by two ways: it is the same event all the same.
    """
    shipments = []
    batches: dict[str, list[Post]] = defaultdict(list)
    for post in posts:
        way = rng.choice(_possible(post)) if rng.random() < share else Way.NATS
        if way is not Way.BATCH:
            shipments.append(Shipment(way, (post,)))
            continue
        waiting = batches[post.agency]
        waiting.append(post)
        if len(waiting) == BATCH_OF:
            shipments.append(Shipment(way, tuple(batches.pop(post.agency))))
    shipments += [Shipment(Way.BATCH, tuple(waiting)) for waiting in batches.values()]
    rng.shuffle(shipments)
    return shipments


def _possible(post: Post) -> Sequence[Way]:
    if post.headers:
        return (Way.BINARY,)
    try:
        json.loads(post.body)
    except ValueError:
        return (Way.STRUCTURED,)  # what isn't JSON can't stand in a batch
    return HTTP_WAYS
