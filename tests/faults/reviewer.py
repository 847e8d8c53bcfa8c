"""An officer who reviews outputs at the end of each day: sends some back for good, some until they are mended, and
names one as notable.

Which ones depends on the load alone. What stays sent back is owed again, so it is of months of which nobody is
reminded.
"""

import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date

from tests.faults.journal import Journal
from tests.faults.load import Epoch
from tests.faults.receipts import KEY_DIGITS

Ask = Callable[[str, str, bytes], Awaitable[bytes]]

SENT_BACK = MENDED = 2
REVIEWER = "can-bo@so-mau.example"
RECEIPT = "receipt-"


@dataclass(frozen=True)
class Review:
    """Of the output that came of the post `of`; `key` shows in the reason."""

    key: str
    of: str
    accepted: bool
    notable: bool = False


class Reviewer:
    """`reviews` are those of all days so far, by key."""

    def __init__(self, ask: Ask, journal: Journal, first_day: date) -> None:
        self._ask, self._journal, self._first_day = ask, journal, first_day
        self.reviews: dict[str, Review] = {}

    async def review(self, epoch: Epoch) -> None:
        """One after the other, each until it is answered; all of the day is recorded."""
        for of, accepted, notable in _chosen(epoch, self._first_day):
            one = Review(f"r{len(self.reviews):0{KEY_DIGITS}}", of, accepted, notable)
            self.reviews[one.key] = one
            self._journal.posted(one.key)
            output = self._journal.receipts[of].removeprefix(RECEIPT)
            said = {"output": output, "accepted": accepted, "notable": notable, "reason": f"Xem lại {one.key}"}
            await self._ask("submissions", "review", json.dumps({**said, "reviewer": REVIEWER}).encode())
            self._journal.ack(one.key)


def _chosen(epoch: Epoch, first_day: date) -> list[tuple[str, bool, bool]]:
    """Whose output, whether it is accepted, and whether it is notable."""
    published = {key: _published(post.body) for key, post in sorted(epoch.wanted.items()) if post.recorded}
    unchased = [key for key, day in published.items() if day <= first_day]
    rest = [key for key, day in published.items() if day > first_day]
    rng = random.Random(f"reviews {epoch.day} {len(published)}")
    back = rng.sample(unchased, min(SENT_BACK, len(unchased)))
    mended = rng.sample(rest, min(MENDED, len(rest)))
    return [
        *((key, False, False) for key in back),
        *((key, accepted, accepted) for key in mended for accepted in (False, True)),
    ]


def _published(body: bytes) -> date:
    return date.fromisoformat(json.loads(body)["data"]["published_on"])
