"""Outputs as counts: all that a report needs of them, and its cost is the same however many there are. Pure.

An output that stands counts one from the day of its registration; sent back, it counts none from that day on, and one
again from the day on which it was accepted after all. So what was counted on a day that is over never changes, and the
sum of all changes up to a day is what stood on that day.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from shared.contracts.duties import OccurrenceKey
from shared.contracts.ledger import Delivered
from shared.contracts.outputs import Flag, OutputRecorded, OutputReviewed


class Source(NamedTuple):
    """Whose outputs, and for what: `agency` registered them; `occurrence` may stand under another (a joint duty), and
    is None for a continuous duty."""

    plan: str
    duty: str
    agency: str
    occurrence: OccurrenceKey | None


class Sort(NamedTuple):
    """Outputs that a report can't tell apart. `channel` is None where the output named none; the days matter to an
    occurrence alone, and are None without one."""

    registered: date | None
    published: date | None
    channel: str | None
    topics: tuple[str, ...]
    flags: tuple[Flag, ...]


@dataclass(frozen=True)
class Tally:
    """What changed until `day`, since the last tally of the same source: how many outputs were `recorded`, and by how
    many those that stand grew or shrank."""

    source: Source
    day: date
    recorded: int
    sorts: Mapping[Sort, int]


def source_of(output: OutputRecorded) -> Source:
    """What an output is counted under."""
    return Source(output.plan, output.duty, output.agency, output.occurrence)


def sort_of(output: OutputRecorded) -> Sort:
    """What it is counted as."""
    registered, published = (output.day, output.published_on) if output.occurrence else (None, None)
    return Sort(registered, published, output.channel, output.topics, output.flags)


def changes(registered: date, reviews: Iterable[OutputReviewed]) -> dict[date, int]:
    """By how much the output changes the count of those that stand, on which days; `registered` is always among them.

    Of the reviews known on a day the highest holds.
    """
    known = sorted(reviews, key=lambda one: (one.day, one.review))
    changed, stood, highest = {registered: 0}, False, 0
    accepted = True
    for day in sorted({registered, *(one.day for one in known if one.day > registered)}):
        for one in (one for one in known if one.day <= day and one.review > highest):
            highest, accepted = one.review, one.accepted
        changed[day] = changed.get(day, 0) + accepted - stood
        stood = accepted
    return changed


def is_sent_back(reviews: Iterable[OutputReviewed], as_of: date) -> bool:
    """Whether the highest review known on that day sent it back."""
    last = max((one for one in reviews if one.day <= as_of), key=lambda one: one.review, default=None)
    return last is not None and not last.accepted


def tallies_of(outputs: Iterable[OutputRecorded], reviews: Iterable[OutputReviewed]) -> list[Tally]:
    """The tallies of outputs, a day each."""
    of = defaultdict[str, list[OutputReviewed]](list)
    for review in reviews:
        of[review.output].append(review)
    recorded = Counter[tuple[Source, date]]()
    sorts = defaultdict[tuple[Source, date], Counter[Sort]](Counter)
    for output in {output.output: output for output in outputs}.values():
        source = source_of(output)
        recorded[source, output.day] += 1
        for day, change in changes(output.day, of[output.output]).items():
            sorts[source, day][sort_of(output)] += change
    return [Tally(source, day, recorded[source, day], counts) for (source, day), counts in sorts.items()]


@dataclass(frozen=True)
class Made:
    """The outputs of a plan as of a day: those that stand by what they are counted as, and how many were recorded."""

    standing: Mapping[Source, Mapping[Sort, int]]
    recorded: int

    @property
    def stand(self) -> int:
        return sum(sum(sorts.values()) for sorts in self.standing.values())

    @cached_property
    def by_occurrence(self) -> Mapping[OccurrenceKey, Mapping[Sort, int]]:
        """Those for each occurrence, whoever registered them."""
        found = defaultdict[OccurrenceKey, Counter[Sort]](Counter)
        for source, sorts in self.standing.items():
            if source.occurrence is not None:
                found[source.occurrence].update(sorts)
        return found


def made(tallies: Iterable[Tally], plan: str, as_of: date) -> Made:
    """What stands as of that day, of the tallies of one plan."""
    standing = defaultdict[Source, Counter[Sort]](Counter)
    recorded = 0
    for tally in tallies:
        if tally.source.plan == plan and tally.day <= as_of:
            recorded += tally.recorded
            standing[tally.source].update(tally.sorts)
    return Made({source: +sorts for source, sorts in standing.items() if +sorts}, recorded)


def deliveries(sorts: Mapping[Sort, int]) -> Sequence[Delivered]:
    """One fact for all that were registered on the same day and published on the same one: the fold needs no more."""
    days = {(sort.registered, sort.published) for sort in sorts}
    return [
        Delivered(
            event=f"{registered}/{published}",
            day=registered,
            output=f"{registered}/{published}",
            published_on=published,
        )
        for registered, published in days
        if registered is not None and published is not None
    ]
