"""Compare the notifier's rungs with the reminders of the log, and its view with the log, a page at a time."""

from collections.abc import AsyncIterator, Collection, Mapping

from services.notifier.bounded import bounded
from services.notifier.store import Store
from shared.contracts.ledger import Account

# Occurrence, rung and recipient.
Reached = tuple[str, str, str]

REBUILD = "stop notifier and run `dondoc rebuild notifier`"
FORGOTTEN = "its rung may be mailed again; restore a backup that knows it"
UNTOLD = "run `dondoc topology refill`"


async def disagreements(store: Store, accounts: Mapping[str, Account], sent: Collection[Reached]) -> AsyncIterator[str]:
    """A line for people for each reminder of the log that no rung remembers, each mailed rung that the log doesn't
    tell of, and each occurrence of which the view knows other facts. `accounts` and `sent` are the log's."""
    remembered: set[Reached] = set()
    async for reached, is_sent in store.mailed():
        remembered.add(reached)
        if is_sent and reached not in sent:
            yield f"notifier has mailed {' '.join(reached)}, of which the log tells nothing: {UNTOLD}"
    for reached in sent:
        if reached not in remembered:
            yield f"the log tells that {' '.join(reached)} was mailed, which notifier has forgotten: {FORGOTTEN}"
    seen: set[str] = set()
    async for account in store.every_account():
        name = str(account.key)
        seen.add(name)
        if name not in accounts or bounded(accounts[name]).facts != account.facts:
            yield f"notifier knows other facts of {name} than the log: {REBUILD}"
    for name in accounts:
        if name not in seen:
            yield f"notifier knows nothing of {name}: {REBUILD}"
