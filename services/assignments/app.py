"""Wiring: the only place of the service that puts its parts together."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.assignments.calendar import turn_days
from services.assignments.excuse_occurrence import (
    ExcuseOccurrence,
    ExtendOccurrence,
    excuse_occurrence,
    extend_occurrence,
)
from services.assignments.publish_days import publish_days
from services.assignments.publish_plan import publish_plan
from services.assignments.store import Store
from shared.outcomes import Rejected
from shared.runtime import Runtime
from shared.settings import CalendarMode


class PublishDay(BaseModel):
    """The command of a manual calendar."""

    model_config = ConfigDict(extra="forbid")

    date: Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]


async def start(runtime: Runtime) -> None:
    """Answer the commands; in an automatic calendar turn the days."""
    store = Store(runtime.mongo)
    await store.ensure_indexes()
    # An output is judged by the plan and the day before it: no day may overtake the plan that another process wrote.
    runtime.outbox.ordered = True
    own = (store, runtime.mongo, runtime.outbox)
    automatic = runtime.settings.calendar is CalendarMode.AUTO

    async def plan(source: bytes) -> bytes:
        now = datetime.now(UTC) if automatic else None
        return (await publish_plan(source, "plan", now, *own)).model_dump_json().encode()

    async def excuse(request: bytes) -> bytes:
        return (await excuse_occurrence(ExcuseOccurrence.model_validate_json(request), *own)).model_dump_json().encode()

    async def extend(request: bytes) -> bytes:
        return (await extend_occurrence(ExtendOccurrence.model_validate_json(request), *own)).model_dump_json().encode()

    async def day(request: bytes) -> bytes:
        if automatic:
            raise Rejected("the calendar is automatic; days are published by command where DONDOC_CALENDAR=manual")
        until = PublishDay.model_validate_json(request).date
        return (await publish_days(until, *own)).model_dump_json().encode()

    runtime.answer("publish_plan", plan)
    runtime.answer("excuse", excuse)
    runtime.answer("extend", extend)
    runtime.answer("publish_day", day)
    if automatic:
        runtime.spawn(lambda: turn_days(lambda: datetime.now(UTC), *own), "calendar")
