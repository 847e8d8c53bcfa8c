"""What an agency owes and has delivered, as of the last day: by the same fold as the report and the reminders."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from services.submissions.book import Owing
from services.submissions.store import Store
from shared.contracts.duties import OccurrenceKey
from shared.contracts.http_api import OwnOccurrence, OwnOccurrences
from shared.contracts.ledger import Fact, standing


async def list_occurrences(agency: str, store: Store) -> OwnOccurrences:
    """Every occurrence that the agency may deliver, by plan, last day of registration, duty and period."""
    as_of = max((stored.day for stored in await store.days()), default=None)
    if as_of is None:
        return OwnOccurrences(as_of=None, occurrences=())
    owing = await store.owing(agency)
    delivered = await store.delivered(sorted({one.agency for one in owing} | {agency}))
    found = [line for one in owing for line in _lines(one, delivered, as_of)]
    ordered = sorted(found, key=lambda line: (line.plan, line.register_by, line.duty, line.period))
    return OwnOccurrences(as_of=as_of, occurrences=tuple(ordered))


def _lines(one: Owing, delivered: Mapping[str, Sequence[Fact]], as_of: date) -> Iterator[OwnOccurrence]:
    for period, facts in one.facts.items():
        key = OccurrenceKey(plan=one.plan, duty=one.duty, agency=one.agency, period=period)
        stands = standing([*facts, *delivered.get(str(key), ())], as_of)
        if stands is not None:
            yield OwnOccurrence(
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
