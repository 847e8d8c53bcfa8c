"""Review an output: accept it, or send it back for a fix. Each review is an event; the last one holds."""

from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from services.submissions.reviews import Reviewable, Reviews, review_id
from services.submissions.store import Store
from shared.contracts.outputs import Line, Name, Note, OutputReviewed
from shared.mongo import DuplicateKeyError, Mongo, Session
from shared.outbox import Outbox, Stamped
from shared.outcomes import Overtaken, Rejected
from shared.question import Question

RECEIPT = "receipt-"
# Of an id, what a person is likely to have copied right.
BEGINNING, SHORTEST_BEGINNING = 8, 4
# Of an e-mail address. Source: RFC 5321, 4.5.3.1.
LONGEST_REVIEWER = 320

Reviewer = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_REVIEWER), Line]


class ReviewOutput(Question):
    """Accept an output, or send it back with the reason, which its agency is told. `notable` ones are named in the
    report; `reviewer` is who reviews, by name or e-mail address. `after` is the number of the last review that the
    reviewer has seen, 0 where there was none; without it, this one holds whatever was said before."""

    output: Name
    accepted: bool
    reason: Note = ""
    reviewer: Reviewer
    notable: bool = False
    after: int | None = None


async def review_output(
    command: ReviewOutput, store: Store, reviews: Reviews, mongo: Mongo, outbox: Outbox
) -> OutputReviewed:
    """The event that says so; that of the last review where this one says the same.

    Raises Rejected for an output that there isn't, one sent back without a reason and a notable one that is sent back,
    and Overtaken for one that was reviewed since `after`: nobody's word is taken back unseen.
    """
    _refuse_contradictions(command)

    async def write(session: Session) -> OutputReviewed:
        output = await reviews.find(command.output, session)
        if output is None:
            raise Rejected(await _unknown(command.output, reviews, session))
        today = await store.last_day() or date.fromisoformat(output.day)
        event = _reviewed(command, output, today)
        if output.reviews and _says(output.reviews[-1]) == _says(event):
            return output.reviews[-1]
        _refuse_unseen(command, output)
        await reviews.add(event, session)
        if output.stands and not event.accepted:
            await reviews.let_go(output, session)
        elif event.accepted and not output.stands:
            await reviews.claim(output, session)
        await outbox.add([Stamped(review_id(event), event)], session)
        return event

    try:
        event = await mongo.transact(write)
    except DuplicateKeyError:  # another output claimed the occurrence, or another review was faster
        event = await mongo.transact(write)
    outbox.wake()
    return event


def _refuse_contradictions(command: ReviewOutput) -> None:
    if not command.accepted and not command.reason.strip():
        raise Rejected("an output is sent back with a reason, so that its agency knows what to mend; `reason` is empty")
    if command.notable and not command.accepted:
        raise Rejected("an output that is sent back can't be notable; accept it, or leave `notable` out")


def _refuse_unseen(command: ReviewOutput, output: Reviewable) -> None:
    if command.after is not None and command.after != len(output.reviews):
        by = f", the last one by {output.reviews[-1].reviewer}" if output.reviews else ""
        raise Overtaken(
            f"the output was reviewed {len(output.reviews)} times{by}, and `after` says {command.after};"
            " look at it again before you review it"
        )


def _reviewed(command: ReviewOutput, output: Reviewable, today: date) -> OutputReviewed:
    return OutputReviewed(
        agency=output.agency,
        output=output.output,
        occurrence=output.occurrence,
        day=today,
        review=len(output.reviews) + 1,
        accepted=command.accepted,
        reviewer=command.reviewer,
        reason=command.reason.strip(),
        notable=command.notable,
    )


def _says(review: OutputReviewed) -> tuple[object, ...]:
    return review.accepted, review.reason, review.notable, review.reviewer


async def _unknown(output: str, reviews: Reviews, session: Session) -> str:
    posted = output.removeprefix(RECEIPT)
    if await reviews.is_rejected(posted, session):
        return f"what was posted as {posted!r} was rejected, so it is no output; its receipt says why"
    like = await reviews.like(posted[:BEGINNING], session) if len(posted) >= SHORTEST_BEGINNING else []
    if like:
        return f"there is no output {output!r}; outputs like it: {', '.join(like)}"
    return f"there is no output {output!r}; its id stands in its receipt, as `output`"
