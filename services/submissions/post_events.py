"""Take in events that don't come by the stream: the same intake, and each one's receipt at once."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from services.submissions.intake import Arrived, Conflict, Intake
from services.submissions.read_event import Posted
from services.submissions.store import Store


class Answer(NamedTuple):
    """The receipt of an event: its id, its bytes as they went to the log, and whether it was made just now."""

    receipt: str
    body: bytes
    new: bool

    @property
    def event(self) -> dict[str, Any]:
        """The receipt as a CloudEvent."""
        event: dict[str, Any] = json.loads(self.body)
        return event


async def post_events(posted: Sequence[Posted], intake: Intake, store: Store) -> list[Answer]:
    """Record them, in order; the answer to each.

    Raises Retry where the copy of the plans lags, one of Unavailable where MongoDB is away, Conflict where an event
    can't be recorded beside what is recorded already; the others of its batch are recorded then all the same.
    """
    try:
        receipts, new = await intake.take(Arrived(one) for one in posted)
    except Conflict:
        if len(posted) == 1:
            raise
        return [answer for one in posted for answer in await post_events([one], intake, store)]
    bodies = await store.receipts(receipts)
    answers = []
    told: set[str] = set()
    for name in receipts:
        answers.append(Answer(name, bodies[name][1], name in new and name not in told))
        told.add(name)
    return answers
