"""Write a part of a plan's report that no figure can tell, or take it away."""

from datetime import date

from services.reports.read_report import REBUILDING, TRY_AGAIN_AFTER
from services.reports.store import Store
from shared.contracts.narrative import NarrativeWritten, Part
from shared.mongo import BulkWriteError, DuplicateKeyError, Mongo, Session
from shared.outbox import Outbox, Stamped
from shared.outcomes import Overtaken, Retry


class WrittenMeanwhile(Overtaken):
    """Somebody else wrote the part since it was read; `theirs` stands there now."""

    def __init__(self, theirs: NarrativeWritten) -> None:
        super().__init__(f"{theirs.author} wrote {theirs.part} meanwhile")
        self.theirs = theirs


async def write_narrative(
    plan: str,
    part: Part,
    text: str,
    author: str,
    day: date,
    after: int,
    store: Store,
    mongo: Mongo,
    outbox: Outbox,
) -> NarrativeWritten | None:
    """What stands there now, None where nothing was ever written. `after` is the revision that the author read, 0 for
    none: nobody's words are written over unseen. The same text again changes nothing.

    Raises WrittenMeanwhile, Retry while the view is being rebuilt.
    """

    async def write(session: Session) -> NarrativeWritten | None:
        if await store.is_rebuilding(session):
            raise Retry(TRY_AGAIN_AFTER, REBUILDING)  # what was written before may not be there yet
        parts = (one for one in await store.narrative(plan, session) if one.part == part)
        last = max(parts, key=lambda one: one.revision, default=None)
        if (last.text if last else "") == text:
            return last
        if last is not None and last.revision != after:
            raise WrittenMeanwhile(last)
        revision = last.revision + 1 if last else 1
        event = NarrativeWritten(plan=plan, part=part, revision=revision, day=day, text=text, author=author)
        await store.put_narrative([event], session)
        await outbox.add([Stamped(f"narrative.written/{plan}/{part}/{revision}", event)], session)
        return event

    try:
        event = await mongo.transact(write)
    except (DuplicateKeyError, BulkWriteError):  # another wrote the same revision just now
        event = await mongo.transact(write)
    outbox.wake()
    return event
