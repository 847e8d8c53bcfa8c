"""What is posted in a round, on which day: all of it from a seed, so that every run of the seed is the same."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from services.notifier.rules import OFFSETS
from tests.faults.sample_plan import PLAN, YEAR, SamplePlan, Size, sample_plan

SOURCE = "/sample/load"
TYPE = "vn.dondoc.output.submitted.v1"
REPEATED = 0.05
POISONED = 0.01
MIDDLE = timedelta(days=14)
# Every event and every wrong one carries its key, e or x and five digits, where each receipt shows it.
KEY_DIGITS = 5


@dataclass(frozen=True)
class Post:
    """One message of an integrator. `recorded` is whether it must be: else it must be rejected."""

    key: str
    agency: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    recorded: bool = True

    @property
    def subject(self) -> str:
        return f"dondoc.intake.{self.agency}"


@dataclass(frozen=True)
class Epoch:
    """A day and what is posted on it, in that order; repeats stand there again."""

    day: date
    posts: tuple[Post, ...]


@dataclass(frozen=True)
class Load:
    """A whole round."""

    plan: SamplePlan
    epochs: tuple[Epoch, ...]

    @property
    def posts(self) -> dict[str, Post]:
        """Every message once, by its key."""
        return {post.key: post for epoch in self.epochs for post in epoch.posts}

    def write(self, path: Path) -> None:
        """For people who look into a round that failed."""
        lines = [
            json.dumps({"day": str(e.day), "key": p.key, "agency": p.agency, "body": p.body.decode("utf-8", "replace")})
            for e in self.epochs
            for p in e.posts
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
        posted[day].append(_event(f"e{number:0{KEY_DIGITS}}", agency, duty, published))
    for number in range(max(4, round(events * POISONED))):
        posted[rng.choice(days)].append(_poison(f"x{number:0{KEY_DIGITS}}", rng.choice(size.agencies), number))
    return Load(plan, tuple(_mixed(days, posted, rng)))


def _days(plan: SamplePlan, size: Size) -> list[date]:
    """The first one, the middle and the end of every chased month, and each day on which a reminder falls due."""
    months = [date(YEAR, month, 1) for month in range(size.first_chased, 13)]
    days = {first + MIDDLE for first in months}
    for first in months:
        _, end, register_by = next(due for due in plan.dues.values() if due[0] == first)
        days |= {end} | {plan.workdays.after(register_by, offset) for offset in OFFSETS.values()}
    return [months[0] - timedelta(days=1), *sorted(days)]


def _chosen(plan: SamplePlan, size: Size, events: int, rng: random.Random) -> list[tuple[str, str, str]]:
    """The occurrences that are delivered: all that would be reminded of otherwise, and as many others as it takes."""
    deliver = set(size.who_deliver)
    owed = [key for key in plan.dues if key[0] in deliver]
    must = [key for key in owed if int(key[2][-2:]) >= size.first_chased]
    rest = [key for key in owed if int(key[2][-2:]) < size.first_chased]
    return must + rng.sample(rest, events - len(must))


def _first_reminder(plan: SamplePlan, agency: str, duty: str, period: str) -> date:
    return plan.workdays.after(plan.dues[agency, duty, period][2], min(OFFSETS.values()))


def _possible(days: Sequence[date], start: date, first_reminder: date, size: Size) -> list[date]:
    if start.month < size.first_chased:
        return list(days[:-1])
    return [day for day in days if start <= day < first_reminder]


def _event(key: str, agency: str, duty: str, published: date) -> Post:
    data = {
        "plan": PLAN,
        "duty": duty,
        "title": f"Sản phẩm mẫu {key}",
        "published_on": published.isoformat(),
        "channel": "radio",
        "url": f"https://{agency}.example/{key}",
    }
    return Post(key, agency, _envelope(key, data))


def _envelope(key: str, data: object) -> bytes:
    event = {"specversion": "1.0", "id": key, "source": SOURCE, "type": TYPE, "data": data}
    return json.dumps(event, ensure_ascii=False).encode()


def _poison(key: str, agency: str, kind: int) -> Post:
    right = {"title": f"Mẫu {key}", "published_on": f"{YEAR}-09-01", "duty": "M.1"}
    match kind % 4:
        case 0:
            return Post(key, agency, f"no JSON {key}".encode(), recorded=False)
        case 1:
            return Post(key, agency, _envelope(key, {**right, "titel": "misspelt"}), recorded=False)
        case 2:
            headers = {"ce-specversion": "0.3", "ce-id": key, "ce-source": SOURCE, "ce-type": TYPE}
            return Post(key, agency, json.dumps(right).encode(), headers, recorded=False)
        case _:
            return Post(key, agency, f'{{"{key}": '.encode() + b"\xff\xfe}", recorded=False)


def _mixed(days: Sequence[date], posted: dict[date, list[Post]], rng: random.Random) -> list[Epoch]:
    """Each day's posts out of order, with repeats on that day or a later one; a repeat never comes before its day."""
    later: dict[date, list[Post]] = {day: [] for day in days}
    for place, day in enumerate(days):
        for post in posted[day]:
            if rng.random() < REPEATED:
                later[rng.choice(days[place:])].append(post)
    epochs = []
    for day in days:
        posts = [*posted[day], *later[day]]
        rng.shuffle(posts)
        epochs.append(Epoch(day, tuple(posts)))
    return epochs
