"""Reviews of outputs in MongoDB: each lies in its output's document, and moves what the output claims."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.submissions.rules import same_address
from shared.contracts.duties import OccurrenceKey
from shared.contracts.outputs import OutputReviewed
from shared.mongo import Mongo, Session
from shared.outbox import COLLECTION as OUTBOX

REVIEWS = "reviews"
REVIEW = "review:"
# What a review keeps beside its output's own fields.
FIELDS = frozenset({"day", "review", "accepted", "reviewer", "reason", "notable"})
LIKE_IT = 3
_OF_REVIEWS = {"agency": 1, "occurrence": 1, REVIEWS: 1}


@dataclass(frozen=True)
class Reviewable:
    """An output, whose it is and what it was matched to, and its reviews, the oldest first."""

    output: str
    agency: str
    plan: str
    occurrence: OccurrenceKey | None
    day: str
    url: str | None
    reviews: tuple[OutputReviewed, ...]

    @property
    def stands(self) -> bool:
        """Whether it counts: its last review, if there is one, didn't send it back."""
        return not self.reviews or self.reviews[-1].accepted


class Reviews:
    """Outputs as they are reviewed; the documents are those of the intake."""

    def __init__(self, mongo: Mongo) -> None:
        self._outputs = mongo.db["outputs"]
        self._rejections = mongo.db["rejections"]
        self._claims = mongo.db["claims"]
        self._outbox = mongo.db[OUTBOX]

    async def find(self, output: str, session: Session) -> Reviewable | None:
        """The output; None where there is none of that id."""
        document = await self._outputs.find_one({"_id": output}, session=session)
        return _reviewable(document) if document else None

    async def is_rejected(self, posted: str, session: Session) -> bool:
        """Whether what was posted under this id was refused."""
        return await self._rejections.find_one({"_id": posted}, {"_id": 1}, session=session) is not None

    async def like(self, beginning: str, session: Session) -> list[str]:
        """The ids of some outputs that begin like it."""
        named = {"_id": {"$regex": f"^{re.escape(beginning)}"}}
        found = self._outputs.find(named, {"_id": 1}, session=session).sort("_id", 1).limit(LIKE_IT)
        return [document["_id"] async for document in found]

    async def add(self, reviewed: OutputReviewed, session: Session) -> None:
        """Keep the review with its output."""
        told = {"$push": {REVIEWS: reviewed.model_dump(mode="json", include=set(FIELDS))}}
        await self._outputs.update_one({"_id": reviewed.output}, told, session=session)

    async def let_go(self, output: Reviewable, session: Session) -> None:
        """What counts no longer is no reason to call another output an extra one, or an address one that is used.

        The occurrence is handed to the first other output that counts. The address of an output of a continuous duty
        stays that duty's: nothing that is owed hangs on it.
        """
        if output.occurrence is None:
            return
        others = await self._others(output, session)
        held = {"_id": _occurrence(output.occurrence), "holder": output.output}
        if others:
            await self._claims.update_one(held, {"$set": {"holder": others[0].output}}, session=session)
        else:
            await self._claims.delete_one(held, session=session)
        if output.url is not None:
            name = _address(output.plan, output.url)
            if not any(one.url is not None and _address(one.plan, one.url) == name for one in others):
                await self._claims.delete_one({"_id": name, "holder": str(output.occurrence)}, session=session)

    async def claim(self, output: Reviewable, session: Session) -> None:
        """What counts again claims what nobody has claimed since. Raises DuplicateKeyError where somebody just did."""
        if output.occurrence is None:
            return
        names = {_occurrence(output.occurrence): output.output}
        if output.url is not None:
            names[_address(output.plan, output.url)] = str(output.occurrence)
        for name, holder in names.items():
            fresh = {"$setOnInsert": {"holder": holder}}
            await self._claims.update_one({"_id": name}, fresh, upsert=True, session=session)

    # All of them, for those who compare; they are made by hand, so they are few.

    async def told(self) -> AsyncIterator[str]:
        """The ids of the reviews in the outbox."""
        async for row in self._outbox.find({"_id": {"$gte": REVIEW, "$lt": REVIEW + "~"}}, {"_id": 1}):
            yield row["_id"]

    async def kept(self) -> AsyncIterator[str]:
        """The ids of the reviews that lie with their outputs."""
        async for document in self._outputs.find({f"{REVIEWS}.0": {"$exists": True}}, _OF_REVIEWS):
            for review in reviews_of(document):
                yield review_id(review)

    async def _others(self, output: Reviewable, session: Session) -> list[Reviewable]:
        """The other outputs of its occurrence that count, the first one first."""
        assert output.occurrence is not None
        named: dict[str, Any] = {f"occurrence.{name}": v for name, v in output.occurrence.model_dump().items()}
        found = self._outputs.find(named | {"_id": {"$ne": output.output}}, session=session)
        others = [_reviewable(document) async for document in found]
        return sorted((one for one in others if one.stands), key=lambda one: (one.day, one.output))


def reviews_of(output: Mapping[str, Any]) -> Sequence[OutputReviewed]:
    """The reviews in an output's document; it needs its `agency`, `occurrence` and `reviews`."""
    common = {"output": output["_id"], "agency": output["agency"], "occurrence": output["occurrence"]}
    return [OutputReviewed.model_validate(common | review) for review in output.get(REVIEWS, ())]


def review_id(reviewed: OutputReviewed) -> str:
    """The id of the event."""
    return f"{REVIEW}{reviewed.output}:{reviewed.review}"


def _reviewable(document: Mapping[str, Any]) -> Reviewable:
    reviews = tuple(reviews_of(document))
    at = document["occurrence"]
    key = OccurrenceKey.model_validate(at) if at is not None else None
    agency, plan, day = document["agency"], document["plan"], document["day"]
    return Reviewable(document["_id"], agency, plan, key, day, document.get("url"), reviews)


def _occurrence(key: OccurrenceKey) -> str:
    return f"occurrence:{key}"


def _address(plan: str, url: str) -> str:
    return f"url:{plan}:{same_address(url)}"
