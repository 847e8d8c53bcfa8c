"""Outputs as the desk shows them: with their reviews. Pure."""

from dataclasses import dataclass

from services.reports.looked import Looked
from shared.contracts.duties import OccurrenceKey
from shared.contracts.outputs import OutputRecorded, OutputReviewed


@dataclass(frozen=True)
class Seen:
    """An output and its reviews, the first one first."""

    output: OutputRecorded
    reviews: tuple[OutputReviewed, ...]

    @property
    def last(self) -> int:
        """The number of the last review, 0 where there is none."""
        return self.reviews[-1].review if self.reviews else 0

    @property
    def looked(self) -> Looked:
        return Looked.of(self.reviews)


@dataclass(frozen=True)
class Wanted:
    """Which outputs; None is any."""

    looked: Looked | None = None
    agency: str | None = None
    duty: str | None = None
    occurrence: OccurrenceKey | None = None
