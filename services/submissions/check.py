"""Compare what submissions has stored with itself and with the log, a page at a time."""

from collections.abc import AsyncIterator, Mapping
from datetime import date

from services.submissions.store import Store
from shared.contracts.ledger import Account, standing

REBUILD = "stop submissions and run `dondoc rebuild submissions`"
# Posted again it would meet its own document, and be recorded neither time.
UNTOLD = "somebody wrote into its database; restore a backup"
BY_HAND = "somebody wrote into its database; restore a backup, or ask the agency to post it again"


async def disagreements(
    store: Store, accounts: Mapping[str, Account], revisions: Mapping[str, int]
) -> AsyncIterator[str]:
    """A line for people for each receipt without its one document, document without receipt, and for each plan and
    occurrence that the copy has otherwise than the log. `accounts` by occurrence and `revisions` by plan are the log's.
    """
    async for page in store.receipt_pages():
        kept = {kind: await store.kept(kind, list(page)) for kind in ("recorded", "rejected")}
        for id_, kind in page.items():
            other = "rejected" if kind == "recorded" else "recorded"
            if id_ not in kept[kind]:
                yield f"submissions has told receipt-{id_} ({kind}) and keeps no document of it: {BY_HAND}"
            if id_ in kept[other]:
                yield f"submissions has told receipt-{id_} ({kind}) and keeps it as {other} as well: {BY_HAND}"
    for kind in ("recorded", "rejected"):
        async for ids in store.kept_pages(kind):
            known = await store.receipts([f"receipt-{id_}" for id_ in ids])
            for id_ in ids:
                if f"receipt-{id_}" not in known:
                    yield f"submissions keeps {id_} ({kind}) and has no receipt of it: {UNTOLD}"
    held = await store.revisions()
    for plan in sorted({*held, *revisions}):
        if held.get(plan) != revisions.get(plan):
            yield (
                f"submissions has revision {held.get(plan, 'none')} of {plan}, the log {revisions.get(plan, 'none')}: "
                f"{REBUILD}"
            )
    async for line in _dues_against(store, accounts):
        yield line


async def _dues_against(store: Store, accounts: Mapping[str, Account]) -> AsyncIterator[str]:
    seen = set()
    async for due in store.dues():
        seen.add(str(due.key))
        account = accounts.get(str(due.key))
        stands = standing(account.facts, date.max) if account is not None else None
        if stands is None:
            yield f"submissions has {due.key} as due, which the log doesn't: {REBUILD}"
        elif (due.start, due.end, due.register_by) != (stands.start, stands.due, stands.register_by):
            yield f"submissions has {due.key} due by {due.end}, the log by {stands.due}: {REBUILD}"
    for name, account in accounts.items():
        if name not in seen and standing(account.facts, date.max) is not None:
            yield f"submissions lacks {name}, which is due by the log: {REBUILD}"
