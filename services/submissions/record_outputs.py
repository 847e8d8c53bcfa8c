"""Record a batch of posted events: each is answered by exactly one receipt, recorded or rejected.

The outputs, the receipts and who was first (for extras and reuse) are written in one transaction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.submissions.book import Book
from services.submissions.read_event import Posted, read_submission
from services.submissions.rules import Match, NoMatch, match, same_address
from services.submissions.store import Store
from shared.contracts.outputs import Flag, OutputRecorded, OutputRejected, OutputSubmitted, Reason, Submission
from shared.crashpoints import CrashPoint, crash_point
from shared.mongo import Mongo, Session
from shared.outbox import Outbox, Stamped

NO_PLAN = Reason(
    code="no_plan",
    field="",
    message="no plan is published yet, or no day of its calendar; post it with a new id when both are",
)


@dataclass(frozen=True)
class Dated:
    """A posted event and its day: the last one that the log held when the event was stored, None before the first.

    What is published after `today` is of the future; it is `day` if None, and later where a day turns late.
    """

    posted: Posted
    day: date | None
    today: date | None = None


@dataclass(frozen=True)
class Fresh:
    """An event that has no receipt yet, and what its own content comes to."""

    posted: Posted
    day: date | None
    outcome: tuple[OutputSubmitted, Match] | tuple[Reason, ...]


def receipt_id(posted: Posted) -> str:
    """The id of the receipt, the same for the same event."""
    return f"receipt-{posted.id}"


def examine(dated: Dated, book: Book) -> Fresh:
    """What becomes of the event by its own content; whether it is an extra is seen when it is written."""
    posted, day = dated.posted, dated.day
    try:
        submitted = read_submission(posted)
        if day is None:
            raise NoMatch(NO_PLAN)
        return Fresh(posted, day, (submitted, match(book, submitted, posted.agency, day, dated.today)))
    except NoMatch as refusal:
        return Fresh(posted, day, refusal.reasons)


async def record_outputs(
    fresh: Sequence[Fresh], store: Store, mongo: Mongo, outbox: Outbox
) -> list[OutputRecorded | OutputRejected]:
    """Write the batch and its receipts, in the batch's order. No two of the events may have the same id.

    Raises DuplicateKeyError or BulkWriteError where another process recorded one of them meanwhile: look up again.
    """

    async def write(session: Session) -> list[OutputRecorded | OutputRejected]:
        held = await store.claims([name for one in fresh for name in _claimed(one)], session)
        new_claims: dict[str, str] = {}
        receipts = [_receipt(one, _holder(held, new_claims)) for one in fresh]
        documents = [_document(one, receipt) for one, receipt in zip(fresh, receipts, strict=True)]
        await store.add_outputs(
            [d for d, r in zip(documents, receipts, strict=True) if isinstance(r, OutputRecorded)],
            [d for d, r in zip(documents, receipts, strict=True) if isinstance(r, OutputRejected)],
            new_claims,
            session,
        )
        stamped = [Stamped(receipt_id(one.posted), r) for one, r in zip(fresh, receipts, strict=True)]
        await outbox.add(stamped, session)
        return receipts

    written = await mongo.transact(write)
    crash_point(CrashPoint.INTAKE_COMMITTED)
    outbox.wake()
    return written


def _claimed(fresh: Fresh) -> list[str]:
    if not isinstance(fresh.outcome[0], OutputSubmitted):
        return []
    submitted, matched = fresh.outcome
    assert isinstance(matched, Match)
    return [name for name in (_occurrence_claim(matched), _address_claim(submitted, matched)) if name]


def _occurrence_claim(matched: Match) -> str | None:
    return f"occurrence:{matched.due.key}" if matched.due else None


def _address_claim(submitted: OutputSubmitted, matched: Match) -> str | None:
    return f"url:{matched.obligation.plan}:{same_address(submitted.url)}" if submitted.url else None


def _holder(held: dict[str, str], new: dict[str, str]) -> Callable[[str, str], str]:
    """Who holds a name: whoever did before, else the one who asks first."""

    def holder(name: str, asker: str) -> str:
        if name in held:
            return held[name]
        return new.setdefault(name, asker)

    return holder


def _receipt(fresh: Fresh, holder: Callable[[str, str], str]) -> OutputRecorded | OutputRejected:
    posted = fresh.posted
    if not isinstance(fresh.outcome[0], OutputSubmitted):
        reasons = tuple(reason for reason in fresh.outcome if isinstance(reason, Reason))
        return OutputRejected(
            agency=posted.agency,
            submission=posted.submission,
            day=fresh.day,
            reasons=reasons,
            excerpt=posted.excerpt,
        )
    submitted, matched = fresh.outcome
    assert isinstance(matched, Match)
    assert fresh.day is not None
    flags = list(matched.flags)
    occurrence, address = _occurrence_claim(matched), _address_claim(submitted, matched)
    if occurrence is not None and holder(occurrence, posted.id) != posted.id:
        flags.append(Flag.EXTRA)
    target = str(matched.due.key) if matched.due else f"{matched.obligation.duty.id}/{posted.agency}"
    if address is not None and holder(address, target) != target:
        flags.append(Flag.REUSE)
    return OutputRecorded(
        agency=posted.agency,
        submission=posted.submission or Submission(source="", id=""),
        output=posted.id,
        plan=matched.obligation.plan,
        duty=matched.obligation.duty.id,
        occurrence=matched.due.key if matched.due else None,
        day=fresh.day,
        title=submitted.title,
        published_on=submitted.published_on,
        channel=submitted.channel or matched.obligation.duty.channel,
        url=submitted.url,
        duration_minutes=submitted.duration_minutes,
        topics=submitted.topics,
        flags=tuple(flags),
    )


def _document(fresh: Fresh, receipt: OutputRecorded | OutputRejected) -> dict[str, Any]:
    document = receipt.model_dump(mode="json")
    return {"_id": fresh.posted.id, **document, "raw": fresh.posted.raw}
