"""What is posted in a round, on which day: all of it from a seed, so that every run of the seed is the same."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from shared.contracts.reminder_policy import LADDER
from tests.faults.lists import Lists, OutputList
from tests.faults.posts import Post, event, poison
from tests.faults.receipts import KEY_DIGITS
from tests.faults.sample_plan import YEAR, SamplePlan, Size, sample_plan

REPEATED = 0.05
REPEATED_LISTS = 0.2
# Of the agencies' days with several outputs: how many send them as a list.
LISTED = (0.1, 0.3)
POISONED = 0.01
MIDDLE = timedelta(days=14)


@dataclass(frozen=True)
class Epoch:
    """A day and what is posted on it, message by message or as lists; repeats stand there again."""

    day: date
    posts: tuple[Post, ...]
    lists: tuple[OutputList, ...] = ()

    @property
    def wanted(self) -> dict[str, Post]:
        """All of which each must have a receipt, by key."""
        listed = [post for one in self.lists if one.right for post in one.posts]
        return {post.key: post for post in (*self.posts, *listed)}

    @property
    def size(self) -> int:
        return len(self.posts) + sum(len(one.posts) for one in self.lists)


@dataclass(frozen=True)
class Load:
    """A whole round."""

    plan: SamplePlan
    epochs: tuple[Epoch, ...]

    @property
    def agencies(self) -> list[str]:
        """Who owes something."""
        return sorted({agency for agency, _, _ in self.plan.dues})

    @property
    def posts(self) -> dict[str, Post]:
        """Every message that must have a receipt, once, by its key."""
        return {key: post for epoch in self.epochs for key, post in epoch.wanted.items()}

    @property
    def lists(self) -> dict[str, OutputList]:
        """Every list once, by its name."""
        return {one.name: one for epoch in self.epochs for one in epoch.lists}

    def write(self, path: Path) -> None:
        """For people who look into a round that failed."""
        lines = [
            json.dumps({"day": str(e.day), "key": p.key, "agency": p.agency, "body": p.body.decode("utf-8", "replace")})
            for e in self.epochs
            for p in (*e.posts, *(row for one in e.lists for row in one.posts))
        ]
        path.write_text("\n".join(lines) + "\n")


def make_load(seed: int, events: int) -> Load:
    """So many events, each for an occurrence of its own, spread over the days around the ends of periods.

    Whoever is reminded never delivers, and whoever delivers does so before anybody would be reminded; so who is mailed
    what doesn't depend on how fast anything is.
    """
    rng = random.Random(f"load {seed}")
    size = Size.holding(events)
    plan = sample_plan(size)
    days = _days(plan, size)
    posted: dict[date, list[Post]] = {day: [] for day in days}
    for number, (agency, duty, period) in enumerate(_chosen(plan, size, events, rng)):
        start, end, _ = plan.dues[agency, duty, period]
        day = rng.choice(_possible(days, start, _first_reminder(plan, agency, duty, period), size))
        published = start + timedelta(days=rng.randint(0, (min(day, end) - start).days))
        posted[day].append(event(f"e{number:0{KEY_DIGITS}}", agency, duty, published))
    for number in range(max(4, round(events * POISONED))):
        posted[rng.choice(days)].append(poison(f"x{number:0{KEY_DIGITS}}", rng.choice(size.agencies), number))
    lists = Lists(rng, rng.uniform(*LISTED))
    listed = {day: lists.take(posted[day]) for day in days}
    return Load(plan, tuple(_mixed(days, posted, listed, rng)))


def _days(plan: SamplePlan, size: Size) -> list[date]:
    """The first one, the middle and the end of every chased month, and each day on which a reminder falls due."""
    months = [date(YEAR, month, 1) for month in range(size.first_chased, 13)]
    days = {first + MIDDLE for first in months}
    for first in months:
        _, end, register_by = next(due for due in plan.dues.values() if due[0] == first)
        days |= {end} | {plan.workdays.after(register_by, offset) for _, offset in LADDER if offset is not None}
    return [months[0] - timedelta(days=1), *sorted(days)]


def _chosen(plan: SamplePlan, size: Size, events: int, rng: random.Random) -> list[tuple[str, str, str]]:
    """The occurrences that are delivered: all that would be reminded of otherwise, and as many others as it takes."""
    deliver = set(size.who_deliver)
    owed = [key for key in plan.dues if key[0] in deliver]
    must = [key for key in owed if int(key[2][-2:]) >= size.first_chased]
    rest = [key for key in owed if int(key[2][-2:]) < size.first_chased]
    return must + rng.sample(rest, events - len(must))


def _first_reminder(plan: SamplePlan, agency: str, duty: str, period: str) -> date:
    return plan.workdays.after(plan.dues[agency, duty, period][2], LADDER.upcoming or 0)


def _possible(days: Sequence[date], start: date, first_reminder: date, size: Size) -> list[date]:
    if start.month < size.first_chased:
        return list(days[:-1])
    return [day for day in days if start <= day < first_reminder]


def _mixed(
    days: Sequence[date],
    posted: dict[date, list[Post]],
    listed: dict[date, list[OutputList]],
    rng: random.Random,
) -> list[Epoch]:
    """Each day's posts out of order, with repeats on that day or a later one; a repeat never comes before its day."""
    later: dict[date, list[Post]] = {day: [] for day in days}
    later_lists: dict[date, list[OutputList]] = {day: [] for day in days}
    for place, day in enumerate(days):
        for post in posted[day]:
            if rng.random() < REPEATED:
                later[rng.choice(days[place:])].append(post)
        for one in listed[day]:
            if rng.random() < REPEATED_LISTS:
                later_lists[rng.choice(days[place:])].append(one)
    epochs = []
    for day in days:
        posts = [*posted[day], *later[day]]
        rng.shuffle(posts)
        epochs.append(Epoch(day, tuple(posts), (*listed[day], *later_lists[day])))
    return epochs
