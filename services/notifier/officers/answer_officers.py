"""What officers ask: by NATS, and on the page."""

import json
from datetime import UTC, datetime, timedelta

from services.notifier import log_position
from services.notifier.officers.list_reminders import ListQuestion, list_reminders
from services.notifier.officers.officer_store import OfficerStore
from services.notifier.officers.preview_reminders import PreviewQuestion, Sender, preview_reminders
from services.notifier.officers.web.pages import Desk, pages
from services.notifier.officers.web.rendering import PREFIX
from services.notifier.officers.web.session import ENTER
from services.notifier.store import Store
from shared.answers import Answer
from shared.contracts.reminder_list import ReminderList
from shared.contracts.reminder_preview import ReminderPreview
from shared.large_messages import reply
from shared.logs import logger
from shared.officer_pass import make_pass, token_of
from shared.outcomes import Retry
from shared.runtime import Runtime

CATCH_UP_WITHIN = timedelta(seconds=10)

log = logger(__name__)


async def answer_officers(runtime: Runtime, store: Store) -> None:
    """Answer `dondoc.notifier.preview`, `.reminders` and `.open`, and serve the page."""
    officers = OfficerStore(runtime.mongo, store)
    await officers.ensure_indexes()
    settings = runtime.settings
    public_url, secret = settings.links()
    sender = Sender(settings.mail_from, public_url, settings.desk_at())
    address = settings.officers_at("notifier")

    async def preview(question: PreviewQuestion) -> ReminderPreview:
        await _caught_up(runtime, store)
        return await preview_reminders(question, store, officers, runtime.mongo, sender)

    async def reminders(question: ListQuestion) -> ReminderList:
        await _caught_up(runtime, store)
        return await list_reminders(question, store, officers)

    async def answer_preview(request: bytes) -> Answer:
        answer = await preview(PreviewQuestion.read(request))
        return await reply(runtime.js, "preview.json", answer.model_dump_json().encode())

    async def answer_reminders(request: bytes) -> Answer:
        answer = await reminders(ListQuestion.read(request))
        return await reply(runtime.js, "reminders.json", answer.model_dump_json().encode())

    async def open_page(_: bytes) -> bytes:
        made = make_pass(datetime.now(UTC))
        log.info("a pass for the officers' page was made", officer_pass=made.id, until=made.until.isoformat())
        link = f"{address}{PREFIX}{ENTER}/{token_of(made, secret)}"
        return json.dumps({"link": link, "until": made.until.isoformat()}).encode()

    runtime.answer("preview", answer_preview)
    runtime.answer("reminders", answer_reminders)
    runtime.answer("open", open_page)
    runtime.serve(PREFIX, pages(Desk(store, preview, reminders, secret, address, settings.desk_at())))


async def _caught_up(runtime: Runtime, store: Store) -> None:
    """Raises Retry where the view hasn't seen all that the log holds."""
    if await log_position.caught_up(runtime.js, CATCH_UP_WITHIN, await store.last_day()) is None:
        raise Retry(CATCH_UP_WITHIN, "notifier is still taking in the log; ask again in a moment")
