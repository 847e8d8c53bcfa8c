"""Publish a plan: what is new in it becomes events, what is the same stays unsaid."""

from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from services.assignments.difference import difference
from services.assignments.digest import digest
from services.assignments.plan_file import PlanError, load_plan
from services.assignments.resolve import resolve
from services.assignments.rules import expand
from services.assignments.store import Store, StoredPlan
from shared.contracts.base import Event
from shared.contracts.duties import DutyAssigned, DutyWithdrawn
from shared.crashpoints import CrashPoint, crash_point
from shared.mongo import Mongo, Session
from shared.outbox import Outbox, Stamped
from shared.outcomes import Rejected


class Published(BaseModel):
    """What publishing changed; `changed` False where the plan said the same before.

    `assigned` and `withdrawn` count duty × agency, `occurrences` all that the plan now expects.
    """

    plan: str
    revision: int
    changed: bool
    assigned: int
    withdrawn: int
    occurrences: int


async def publish_plan(
    source: bytes, name: str, now: datetime | None, store: Store, mongo: Mongo, outbox: Outbox
) -> Published:
    """Publish the plan in the file's bytes. Raises Rejected with all problems of a wrong file; it publishes nothing.

    It stands from the calendar's last day; before the first one, from the day on which it takes effect, or from
    `now` where that is earlier (None in a manual calendar).
    """
    try:
        plan = load_plan(source, name)
    except PlanError as error:
        raise Rejected(str(error)) from None
    said = digest(plan)
    today = now.astimezone(ZoneInfo(plan.time_zone)).date() if now is not None else plan.effective_from
    first_day = min(plan.effective_from, today)
    new = expand(plan)
    expected = sum(len(assignment.occurrences) for assignment in new.values())

    async def write(session: Session) -> Published:
        before = await store.plan(plan.id, session)
        if before is not None and before.digest == said:
            return Published(
                plan=plan.id,
                revision=before.revision,
                changed=False,
                assigned=0,
                withdrawn=0,
                occurrences=expected,
            )
        revision = before.revision + 1 if before else 1
        day = await store.last_day(session) or first_day
        old = await store.assignments(plan.id, session)
        changes = difference(old, new)
        await store.put_plan(StoredPlan(plan.id, revision, said, plan.time_zone, source), session)
        await store.put_assignments(plan.id, old, new, session)
        events = (resolve(plan, revision, day), *changes.events(plan.id, revision, day))
        await outbox.add([Stamped(_id(plan.id, revision, event), event) for event in events], session)
        return Published(
            plan=plan.id,
            revision=revision,
            changed=True,
            assigned=len(changes.assigned),
            withdrawn=len(changes.withdrawn),
            occurrences=expected,
        )

    published = await mongo.transact(write)
    crash_point(CrashPoint.ASSIGNMENTS_COMMITTED)
    outbox.wake()
    return published


def _id(plan: str, revision: int, event: Event) -> str:
    match event:
        case DutyAssigned():
            return f"assigned:{plan}:{revision}:{event.duty}:{event.agency}"
        case DutyWithdrawn():
            return f"withdrawn:{plan}:{revision}:{event.duty}:{event.agency}"
        case _:
            return f"plan:{plan}:{revision}"
