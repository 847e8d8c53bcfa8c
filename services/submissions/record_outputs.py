"""Record a batch of posted events: each is answered by exactly one receipt, recorded or rejected.

The outputs, the receipts and who was first (for extras and reuse) are written in one transaction.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from services.submissions.book import Book
from services.submissions.read_event import Posted, read_submission
from services.submissions.rules import Match, NoMatch, match, missing_evidence, same_address
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


class Dated(NamedTuple):
    """A posted event and its day: the last one that the log held when the event was stored, None before the first.

    What is published after `today` is of the future; it is `day` if None, and later where a day turns late.
    """

    posted: Posted
    day: date | None
    today: date | None = None


class Accepted(NamedTuple):
    """An output that belongs somewhere. `claims` are the names that only the first output holds (its occurrence, its
    address) and what holds them: the output itself, or the place that the address stands for."""

    submitted: OutputSubmitted
    matched: Match
    day: date
    claims: tuple[tuple[str, str, Flag], ...]


class Fresh(NamedTuple):
    """An event that has no receipt yet, and what its own content comes to."""

    posted: Posted
    day: date | None
    outcome: Accepted | tuple[Reason, ...]


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
        matched = match(book, submitted, posted.agency, day, dated.today)
    except NoMatch as refusal:
        return Fresh(posted, day, refusal.reasons)
    return Fresh(posted, day, Accepted(submitted, matched, day, tuple(_claims(posted, submitted, matched))))


def evidence_of(fresh: Iterable[Fresh]) -> set[tuple[str, str]]:
    """The files that these events name, each as agency and SHA-256."""
    return {
        (one.posted.agency, sha256)
        for one in fresh
        if isinstance(one.outcome, Accepted)
        for sha256 in one.outcome.submitted.evidence
    }


def with_evidence(fresh: Fresh, kept: Collection[tuple[str, str]]) -> Fresh:
    """The same where every file that it names is kept for its agency; else with the reasons why not."""
    if isinstance(fresh.outcome, Accepted):
        missing = missing_evidence(fresh.outcome.submitted, fresh.posted.agency, kept)
        return fresh._replace(outcome=missing) if missing else fresh
    return fresh


async def record_outputs(
    fresh: Sequence[Fresh], store: Store, mongo: Mongo, outbox: Outbox
) -> list[OutputRecorded | OutputRejected]:
    """Write the batch and its receipts, in the batch's order. No two of the events may have the same id.

    Raises DuplicateKeyError or BulkWriteError where another process recorded one of them meanwhile: look up again.
    """
    names = [name for one in fresh if isinstance(one.outcome, Accepted) for name, _, _ in one.outcome.claims]

    async def write(session: Session) -> list[OutputRecorded | OutputRejected]:
        holders = await store.claims(names, session)
        known = frozenset(holders)
        receipts = [_receipt(one, holders) for one in fresh]
        told = list(zip(fresh, receipts, strict=True))
        await store.add_outputs(
            [_document(one, receipt) for one, receipt in told if isinstance(receipt, OutputRecorded)],
            [_document(one, receipt) for one, receipt in told if isinstance(receipt, OutputRejected)],
            {name: holder for name, holder in holders.items() if name not in known},
            session,
        )
        await outbox.add([Stamped(receipt_id(one.posted), receipt) for one, receipt in told], session)
        return receipts

    written = await mongo.transact(write)
    crash_point(CrashPoint.INTAKE_COMMITTED)
    outbox.wake()
    return written


async def preview_outputs(
    fresh: Sequence[Fresh], holders: dict[str, str], store: Store
) -> list[OutputRecorded | OutputRejected]:
    """The receipts that `record_outputs` would write for these events now, in their order; nothing is written.

    `holders` are who would hold a name by then, for events before these; what these would hold is added.
    """
    names = [name for one in fresh if isinstance(one.outcome, Accepted) for name, _, _ in one.outcome.claims]
    holders |= await store.claims([name for name in names if name not in holders])
    return [_receipt(one, holders) for one in fresh]


def _claims(posted: Posted, submitted: OutputSubmitted, matched: Match) -> list[tuple[str, str, Flag]]:
    due, duty = matched.due, matched.obligation.duty.id
    target = f"{duty}/{posted.agency}"
    claims = []
    if due is not None:
        target = str(due.key)
        claims.append((f"occurrence:{target}", posted.id, Flag.EXTRA))
    if submitted.url:
        claims.append((f"url:{matched.obligation.plan}:{same_address(submitted.url)}", target, Flag.REUSE))
    return claims


def _receipt(fresh: Fresh, holders: dict[str, str]) -> OutputRecorded | OutputRejected:
    """The receipt; what the output is the first to claim is added to the holders."""
    posted, outcome = fresh.posted, fresh.outcome
    if not isinstance(outcome, Accepted):
        return OutputRejected(
            agency=posted.agency,
            submission=posted.submission,
            day=fresh.day,
            reasons=outcome,
            excerpt=posted.excerpt,
        )
    submitted, matched = outcome.submitted, outcome.matched
    duty, due = matched.obligation.duty, matched.due
    taken = [flag for name, holder, flag in outcome.claims if holders.setdefault(name, holder) != holder]
    return OutputRecorded(
        agency=posted.agency,
        submission=posted.submission or Submission(source="", id=""),
        output=posted.id,
        plan=matched.obligation.plan,
        duty=duty.id,
        occurrence=due.key if due else None,
        day=outcome.day,
        title=submitted.title,
        published_on=submitted.published_on,
        channel=submitted.channel or duty.channel,
        url=submitted.url,
        duration_minutes=submitted.duration_minutes,
        topics=submitted.topics,
        flags=(*matched.flags, *taken),
        evidence=submitted.evidence,
    )


def _document(fresh: Fresh, receipt: OutputRecorded | OutputRejected) -> dict[str, Any]:
    document = receipt.model_dump(mode="json")
    document["_id"], document["raw"] = fresh.posted.id, fresh.posted.raw
    return document
