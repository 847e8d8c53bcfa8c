"""Make the workbook that an agency fills in."""

import asyncio

from services.submissions.imports.template import Owed, template
from services.submissions.list_occurrences import list_occurrences
from services.submissions.store import Store
from shared.contracts.ledger import State
from shared.outcomes import Rejected

FILLED_IN = frozenset({State.OPEN, State.OVERDUE})


async def make_template(agency: str, store: Store) -> bytes:
    """An XLSX file with what the agency owes now and could deliver. Raises Rejected for an agency without duties."""
    duties = {(one.plan, one.duty): one.title for one in await store.owing(agency)}
    if not duties:
        raise Rejected(f"no duty of any plan is assigned to the agency {agency!r}")
    owed = [
        Owed(one.plan, one.duty, one.title, one.period, one.register_by)
        for one in (await list_occurrences(agency, store)).occurrences
        if one.state in FILLED_IN
    ]
    listed = sorted({(duty, title) for (_, duty), title in duties.items()})
    return await asyncio.to_thread(template, agency, owed, listed)
