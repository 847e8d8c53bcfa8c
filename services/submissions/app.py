"""Wiring: the only place of the service that puts its parts together."""

from services.submissions.apply_event import apply_event
from services.submissions.credentials import Credentials
from services.submissions.intake import Intake
from services.submissions.store import Store
from services.submissions.web.api import PREFIX, api
from services.submissions.web.gate import Gate
from shared import topology
from shared.runtime import Delivery, Runtime


async def start(runtime: Runtime) -> None:
    """Read plans, duties and days from the log; take outputs from the stream and by HTTP."""
    store = Store(runtime.mongo)
    await store.ensure_indexes()

    async def apply(delivery: Delivery) -> None:
        await runtime.mongo.transact(
            lambda session: apply_event(delivery.id, delivery.event, delivery.stored_at, store, session)
        )

    runtime.subscribe(topology.SUBMISSIONS_EVENTS, apply)
    intake = Intake(runtime, store)
    runtime.subscribe_batches(topology.SUBMISSIONS_INTAKE, intake.record, at_once=2)

    credentials = Credentials(runtime.mongo)
    await credentials.ensure_indexes()
    gate = Gate(credentials, runtime.settings.http_rate)
    runtime.serve(PREFIX, api(intake, store, gate, lambda: runtime.health.waiting_for is not None))
