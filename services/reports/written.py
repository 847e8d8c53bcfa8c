"""What people add to a report: the outputs that they found notable, and the parts that no figure can tell. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from services.reports.duty_lines import Duties
from shared.contracts.narrative import NARRATIVE, NarrativeWritten, Part
from shared.contracts.outputs import OutputRecorded, OutputReviewed
from shared.contracts.report import NarrativeLine, NotableLine

# What a report names; an officer who finds more of them notable has the list of all outputs.
MOST_NOTABLE = 50


def notable_lines(
    told: Iterable[tuple[OutputRecorded, Sequence[OutputReviewed]]], duties: Duties, as_of: date
) -> tuple[NotableLine, ...]:
    """Those whose last review to that day says so, by day of publication and id; of too many the last ones."""
    found = []
    for output, reviews in told:
        known = [one for one in reviews if one.day <= as_of]
        last = max(known, key=lambda one: one.review, default=None)
        if output.day <= as_of and last is not None and last.accepted and last.notable:
            found.append((output.published_on, output.output, _line(output, last, duties)))
    return tuple(line for *_, line in sorted(found, key=lambda one: one[:2])[-MOST_NOTABLE:])


def _line(output: OutputRecorded, review: OutputReviewed, duties: Duties) -> NotableLine:
    return NotableLine(
        id=output.output,
        duty=output.duty,
        agency=output.agency,
        period=output.occurrence.period if output.occurrence else None,
        title=output.title,
        published_on=output.published_on,
        channel=output.channel or duties.channel(output.duty),
        url=output.url,
        reason=review.reason,
        reviewer=review.reviewer,
    )


def narrative_lines(written: Iterable[NarrativeWritten], as_of: date) -> Iterator[NarrativeLine]:
    """Every part in the report's order, with the highest revision to that day; an empty text takes it away."""
    known: dict[Part, NarrativeWritten] = {}
    for one in written:
        if one.day <= as_of and (one.part not in known or one.revision > known[one.part].revision):
            known[one.part] = one
    for part, title in NARRATIVE.items():
        last = known.get(part)
        if last is None or not last.text.strip():
            yield NarrativeLine(id=part, title=title, text=None, supplied_by=None, supplied_on=None)
        else:
            yield NarrativeLine(id=part, title=title, text=last.text, supplied_by=last.author, supplied_on=last.day)
