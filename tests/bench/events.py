"""The backlog: events as integrators of the 2023 plan would post them, the same in every run."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from services.assignments.plan_file import load_plan
from services.assignments.resolve import resolve
from services.assignments.rules import expand
from shared.contracts.outputs import OutputSubmitted
from shared.contracts.plan import Duty

PLAN = Path(__file__).parents[2] / "plans" / "quang-ngai-2023.yaml"
TODAY = date(2023, 12, 29)
SEED = 2023
WRONG_ONE_IN = 100
NOTE = "Số liệu và tên người trong sự kiện này là mẫu, chỉ dùng để đo tốc độ; không phải sản phẩm có thật. "


@dataclass(frozen=True)
class Posted:
    """What an agency posts."""

    agency: str
    body: bytes


def backlog(count: int, agency: str | None = None) -> list[Posted]:
    """That many events with ids of their own, of all agencies or of one; one in a hundred has a date that is none."""
    plan = load_plan(PLAN.read_bytes(), PLAN.name)
    resolved = resolve(plan, revision=1, day=plan.effective_from)
    duties = {duty.id: duty for duty in resolved.duties}
    topics = sorted(resolved.topics)
    owed = [one for one in expand(plan).values() if agency in {None, one.agency}]
    chance = Random(SEED)
    events = []
    for number in range(count):
        mine = chance.choice(owed)
        due = chance.choice([o for o in mine.occurrences if o.start <= TODAY] or [None])
        first, last = (due.start, due.end) if due else (date(2023, 1, 1), TODAY)
        day = first + timedelta(days=chance.randint(0, (min(last, TODAY) - first).days))
        tagged = sorted(chance.sample(topics, k=2))
        events.append(Posted(mine.agency, _event(number, duties[mine.duty], mine.agency, day, tagged)))
    return events


def _event(number: int, duty: Duty, agency: str, day: date, topics: list[str]) -> bytes:
    data = {
        "duty": duty.id,
        "channel": duty.channel,
        "title": f"[MẪU] {duty.title} – tin số {number}",
        "published_on": "ngày mai" if number % WRONG_ONE_IN == WRONG_ONE_IN - 1 else day.isoformat(),
        "url": f"https://{agency}.example/san-pham/{day}/{number}",
        "duration_minutes": duty.duration.shortest if duty.duration else None,
        "topics": topics,
        "note": NOTE,
    }
    event = {
        "specversion": "1.0",
        "id": f"bench-{number}",
        "source": f"/sample/integrator/{agency}",
        "type": OutputSubmitted.TYPE,
        "datacontenttype": "application/json",
        "data": {name: value for name, value in data.items() if value is not None},
    }
    return json.dumps(event, ensure_ascii=False).encode()
