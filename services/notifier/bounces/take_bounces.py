"""Where reports of mail servers come in: a request that `dondoc bounce` makes, and a folder."""

from datetime import UTC, datetime

from services.notifier.bounces.address import BounceAddress
from services.notifier.bounces.folder import read_forever
from services.notifier.bounces.take_report import take_report
from services.notifier.store import Store
from shared.outcomes import Rejected
from shared.runtime import Runtime


def take_bounces(runtime: Runtime, bounces: BounceAddress | None, store: Store) -> None:
    """Answer to `bounce` (a message's bytes) and `unmark` (an address), and read the folder if there is one."""

    async def bounce(raw: bytes) -> bytes:
        if bounces is None:
            raise Rejected("DONDOC_BOUNCE_ADDRESS is not set, so no mail says where to report to")
        done = await take_report(raw, bounces, store, runtime.mongo, runtime.outbox, datetime.now(UTC))
        return done.encode()

    async def unmark(address: bytes) -> bytes:
        if not await store.returned.remove(address.decode()):
            raise Rejected(f"{address.decode()} is not marked")
        return b""

    runtime.answer("bounce", bounce)
    runtime.answer("unmark", unmark)
    folder = runtime.settings.bounce_maildir
    if folder is not None:
        runtime.spawn(lambda: read_forever(folder, bounce), "bounces")
