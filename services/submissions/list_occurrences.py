"""What an agency owes and has delivered, as of the last day: by the same fold as the report and the reminders."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from services.submissions.book import Owing
from services.submissions.store import Store
from shared.contracts.duties import OccurrenceKey
from shared.contracts.ledger import Delivered, State, standing


class Occurrence(NamedTuple):
    """One occurrence. `agency` is the one that it stands under: another one where a joint duty is led by it."""

    plan: str
    duty: str
    title: str
    agency: str
    period: str
    start: date
    end: date
    register_by: date
    state: State


class Occurrences(NamedTuple):
    """`as_of` is the last day that the log holds; None before the first, when nothing can be said."""

    as_of: date | None
    occurrences: list[Occurrence]


async def list_occurrences(agency: str, store: Store) -> Occurrences:
    """Every occurrence that the agency may deliver, by plan, last day of registration, duty and period."""
    as_of = max((stored.day for stored in await store.days()), default=None)
    if as_of is None:
        return Occurrences(None, [])
    owing = await store.owing(agency)
    delivered = await store.delivered(sorted({one.agency for one in owing} | {agency}))
    found = [line for one in owing for line in _lines(one, delivered, as_of)]
    return Occurrences(as_of, sorted(found, key=lambda line: (line.plan, line.register_by, line.duty, line.period)))


def _lines(one: Owing, delivered: Mapping[str, Sequence[Delivered]], as_of: date) -> Iterator[Occurrence]:
    for period, facts in one.facts.items():
        key = OccurrenceKey(plan=one.plan, duty=one.duty, agency=one.agency, period=period)
        stands = standing([*facts, *delivered.get(str(key), ())], as_of)
        if stands is not None:
            yield Occurrence(
                plan=one.plan,
                duty=one.duty,
                title=one.title,
                agency=one.agency,
                period=period,
                start=stands.start,
                end=stands.due,
                register_by=stands.register_by,
                state=stands.state,
            )
