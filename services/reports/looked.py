"""What officers' reviews say of an output, the last one holding. Pure."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Self

from shared.contracts.outputs import OutputReviewed


class Looked(StrEnum):
    """Whether an output waits for a look, or what came of it."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    SENT_BACK = "sent_back"

    @classmethod
    def of(cls, reviews: Iterable[OutputReviewed]) -> Self:
        """By the highest of the reviews."""
        last = max(reviews, key=lambda one: one.review, default=None)
        if last is None:
            return cls("waiting")
        return cls("accepted" if last.accepted else "sent_back")
