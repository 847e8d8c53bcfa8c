"""Who may deliver, by the copy of the assignments. Apart from the store, so that a command which asks for nothing else
needn't load all that an event can say."""

from collections.abc import Mapping
from typing import Any

from shared.mongo import Mongo

OBLIGATIONS = "obligations"


def deliverers_of(obligation: Mapping[str, Any]) -> tuple[str, ...]:
    """By the last that was told of the agency's part in the duty; none where it was withdrawn."""
    part = max(obligation.get("parts", []), key=lambda p: int(p["revision"]), default=None)
    return () if part is None or part["withdrawn"] else (obligation["agency"], *part["jointly_with"])


async def deliverers(mongo: Mongo) -> list[str]:
    """Every agency that may deliver anything."""
    obligations = mongo.db[OBLIGATIONS].find({}, {"agency": 1, "parts": 1})
    return sorted({agency async for obligation in obligations for agency in deliverers_of(obligation)})
