"""Wiring: the only place of the service that puts its parts together."""

from services.submissions.apply_event import apply_event
from services.submissions.intake import Intake
from services.submissions.store import Store
from shared import topology
from shared.runtime import Delivery, Runtime


async def start(runtime: Runtime) -> None:
    """Read plans, duties and days from the log; take outputs from the intake."""
    store = Store(runtime.mongo)
    await store.ensure_indexes()

    async def apply(delivery: Delivery) -> None:
        await runtime.mongo.transact(
            lambda session: apply_event(delivery.id, delivery.event, delivery.stored_at, store, session)
        )

    runtime.subscribe(topology.SUBMISSIONS_EVENTS, apply)
    runtime.subscribe_batches(topology.SUBMISSIONS_INTAKE, Intake(runtime, store).record, at_once=2)
