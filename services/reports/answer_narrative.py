"""Answer what people wrote in a plan's report, part by part, and write a part: the operator's way beside the desk's."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from pydantic import Field

from services.reports.read_report import chosen
from services.reports.store import Store
from services.reports.write_narrative import write_narrative
from shared.contracts.narrative import (
    LONGEST_NARRATIVE,
    NARRATIVE,
    NarrativePart,
    NarrativeParts,
    NarrativeWritten,
    Part,
)
from shared.contracts.officers import OPERATOR
from shared.contracts.outputs import Text
from shared.mongo import Mongo
from shared.outbox import Outbox
from shared.outcomes import Rejected
from shared.question import Question
from shared.seen_text import seen


class NarrativeQuestion(Question):
    """What is written in the report of that plan."""

    plan: str


class WriteNarrative(Question):
    """Write a part, or with an empty text take it away. `after` is the revision that was read, 0 for none; `author` is
    who wrote it, by name or e-mail address."""

    plan: str
    part: Part
    text: str
    after: Annotated[int, Field(ge=0)] = 0
    author: Text = OPERATOR


async def answer_narrative(question: NarrativeQuestion, store: Store, mongo: Mongo) -> NarrativeParts:
    """Every part in the report's order. Raises what `chosen` raises."""
    async with chosen(question.plan, None, store, mongo) as of:
        written = await store.narrative(of.plan.plan, of.moment)
    last = {one.part: one for one in sorted(written, key=lambda one: one.revision)}
    parts = tuple(_part(part, last.get(part)) for part in NARRATIVE)
    return NarrativeParts(plan=question.plan, parts=parts)


async def answer_written(
    command: WriteNarrative, store: Store, mongo: Mongo, outbox: Outbox, caught_up: Callable[[], Awaitable[None]]
) -> NarrativePart:
    """How the part stands then. Raises Rejected for a text that is too long or that would be written over unseen words,
    and what `chosen` raises."""
    text = seen(command.text).strip()
    if len(text) > LONGEST_NARRATIVE:
        raise Rejected(f"the text has {len(text):,} characters; a part of the report has {LONGEST_NARRATIVE:,} at most")
    await caught_up()
    async with chosen(command.plan, None, store, mongo) as of:
        plan, day = of.plan.plan, of.day
    own = (store, mongo, outbox)
    return _part(
        command.part, await write_narrative(plan, command.part, text, command.author, day, command.after, *own)
    )


def _part(part: Part, last: NarrativeWritten | None) -> NarrativePart:
    if last is None:
        return NarrativePart(part=part, title=NARRATIVE[part])
    told = last.model_dump(include={"revision", "text", "author", "day"})
    return NarrativePart(part=part, title=NARRATIVE[part], **told)
