"""Outputs as the report lists them. Pure."""

from collections.abc import Sequence
from datetime import date

from services.reports.duty_lines import Duties
from services.reports.tallies import is_sent_back
from shared.contracts.outputs import OutputRecorded, OutputReviewed
from shared.contracts.report import OutputLine


def output_line(output: OutputRecorded, reviews: Sequence[OutputReviewed], duties: Duties, as_of: date) -> OutputLine:
    """The output as it stands on that day."""
    return OutputLine(
        id=output.output,
        duty=output.duty,
        agency=output.agency,
        period=output.occurrence.period if output.occurrence else None,
        title=output.title,
        published_on=output.published_on,
        registered_on=output.day,
        channel=output.channel or duties.channel(output.duty),
        url=output.url,
        duration_minutes=output.duration_minutes,
        topics=output.topics,
        flags=output.flags,
        needs_fix=is_sent_back(reviews, as_of),
    )
