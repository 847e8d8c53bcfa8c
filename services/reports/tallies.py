"""Outputs as counts: all that a report needs of them, and its cost is the same however many there are. Pure.

An output that stands counts one from the day of its registration; sent back, it counts none from that day on, and one
again from the day on which it was accepted after all. So what was counted on a day that is over never changes, and the
sum of all changes up to a day is what stood on that day.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple, TypeVar

from shared.contracts.duties import OccurrenceKey
from shared.contracts.ledger import Delivered
from shared.contracts.outputs import Flag, OutputRecorded, OutputReviewed

K = TypeVar("K")
# An OccurrenceKey's plan, duty, agency and period: a report looks thousands up, and a model takes long to hash.
Parts = tuple[str, str, str, str]
# So many results are kept of what was read of the same bytes or worked out of equal values, so that a report costs what
# is new in it. They can't be stale: what changed is other bytes. A province's report asks for a thousand; all take
# a few megabytes.
REMEMBERED = 8192


class Source(NamedTuple):
    """Whose outputs, and for what: `agency` registered them; `occurrence` may stand under another (a joint duty), and
    is None for a continuous duty."""

    plan: str
    duty: str
    agency: str
    occurrence: Parts | None


class Sort(NamedTuple):
    """What a report tells of an output. `channel` is None where the output named none; the days matter to an
    occurrence alone, and are None without one."""

    registered: date | None
    published: date | None
    channel: str | None
    topics: tuple[str, ...]
    flags: tuple[Flag, ...]


@dataclass
class Numbers:
    """How many outputs were `recorded`, how many of those stand (`outputs`), and how many of these by channel, topic,
    flag, and days of registration and publication. What none has any more is no key."""

    recorded: int = 0
    outputs: int = 0
    # No Counters: a report reads thousands of these, and a Counter is made by Python code.
    channels: dict[str | None, int] = field(default_factory=dict)
    topics: dict[str, int] = field(default_factory=dict)
    flags: dict[Flag, int] = field(default_factory=dict)
    days: dict[tuple[date, date], int] = field(default_factory=dict)

    def add(self, sort: Sort, count: int, recorded: int) -> None:
        """So many more of that sort stand, and so many more were recorded."""
        self.recorded += recorded
        self.outputs += count
        add_counts(self.channels, [(sort.channel, count)])
        add_counts(self.topics, [(topic, count) for topic in sort.topics])
        add_counts(self.flags, [(flag, count) for flag in sort.flags])
        if sort.registered is not None and sort.published is not None:
            add_counts(self.days, [((sort.registered, sort.published), count)])

    def plus(self, other: "Numbers", times: int = 1) -> None:
        """So many times the others more."""
        self.recorded += times * other.recorded
        self.outputs += times * other.outputs
        add_counts(self.channels, other.channels.items(), times)
        add_counts(self.topics, other.topics.items(), times)
        add_counts(self.flags, other.flags.items(), times)
        add_counts(self.days, other.days.items(), times)


def add_counts(counts: dict[K, int], more: Iterable[tuple[K, int]], times: int = 1) -> None:
    """So many times each of them more."""
    for key, count in more:
        if total := counts.get(key, 0) + times * count:
            counts[key] = total
        else:
            counts.pop(key, None)


class Tally(NamedTuple):
    """By how much the `numbers` of a source changed until `day`, since its last tally."""

    source: Source
    day: date
    numbers: Numbers


def source_of(output: OutputRecorded) -> Source:
    """What an output is counted under."""
    return Source(output.plan, output.duty, output.agency, parts_of(output.occurrence) if output.occurrence else None)


def parts_of(key: OccurrenceKey) -> Parts:
    """In their order."""
    return key.plan, key.duty, key.agency, key.period


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
    numbers = defaultdict[tuple[Source, date], Numbers](Numbers)
    for output in {output.output: output for output in outputs}.values():
        for day, change in changes(output.day, of[output.output]).items():
            numbers[source_of(output), day].add(sort_of(output), change, int(day == output.day))
    return [Tally(source, day, counted) for (source, day), counted in numbers.items()]


def together(several: Sequence[Numbers]) -> Numbers:
    """All of them; one alone is that one itself, which nobody may change."""
    if len(several) == 1:
        return several[0]
    return Numbers(
        recorded=sum([one.recorded for one in several]),
        outputs=sum([one.outputs for one in several]),
        channels=_merged([one.channels for one in several]),
        topics=_merged([one.topics for one in several]),
        flags=_merged([one.flags for one in several]),
        days=_merged([one.days for one in several]),
    )


def _merged(several: Iterable[dict[K, int]]) -> dict[K, int]:
    # What `add_counts` does, for many at once: a report adds thousands.
    found = defaultdict[K, int](int)
    for counts in several:
        for key, count in counts.items():
            found[key] += count
    return {key: count for key, count in found.items() if count}


def first_days(numbers: Numbers) -> list[tuple[date, date]]:
    """Days of registration and publication that no others precede in both: whatever the dates of an occurrence are,
    they tell whether something was in time, and when the first of it was registered, as all days do."""
    found: list[tuple[date, date]] = []
    for registered, published in sorted(numbers.days):
        if not found or published < found[-1][1]:
            found.append((registered, published))
    return found


def deliveries(days: Iterable[tuple[date, date]]) -> list[Delivered]:
    """One fact for all that were registered on the same day and published on the same one: the fold needs no more.

    `days` are of registration and publication.
    """
    return [_delivered(registered, published) for registered, published in days]


@lru_cache(maxsize=4096)
def _delivered(registered: date, published: date) -> Delivered:
    """The days of a year are few, and asked for by all occurrences."""
    name = f"{registered}/{published}"
    return Delivered(event=name, day=registered, output=name, published_on=published)


def registered_on(output: str) -> date:
    """The day of registration, of a delivery's output."""
    return date.fromisoformat(output.partition("/")[0])
