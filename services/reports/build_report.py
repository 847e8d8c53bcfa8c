"""The consolidated report of a plan as of a day: from what the log told, to what every document prints."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from services.reports.duty_lines import Duties
from services.reports.lines import (
    agency_lines,
    body,
    excuse_lines,
    month_lines,
    occurrence_line,
    output_lines,
)
from services.reports.rules import names, sent_back, totals_of
from shared.contracts.ledger import Account, standing
from shared.contracts.outputs import OutputRecorded, OutputReviewed
from shared.contracts.plan import PlanPublished
from shared.contracts.report import ChannelLine, ConsolidatedReport, TopicLine


def build_report(
    plan: PlanPublished,
    accounts: Iterable[Account],
    outputs: Iterable[OutputRecorded],
    reviews: Iterable[OutputReviewed],
    as_of: date,
) -> ConsolidatedReport:
    """The report as known at the end of as_of; what was registered later doesn't exist.

    `plan` is the revision in force on as_of. The order of the arguments' items doesn't matter, nor do items of
    other plans; the same items give the same report.
    """
    duties, agencies = Duties(plan), [agency.id for agency in plan.agencies]
    recorded = {o.output: o for o in outputs if o.plan == plan.plan and o.day <= as_of}
    stood = {
        account: stands
        for account in accounts
        if account.key.plan == plan.plan and (stands := standing(account.facts, as_of)) is not None
    }
    place = {name: position for position, name in enumerate(agencies)}
    occurrences = sorted(
        (occurrence_line(account, stands, duties, recorded) for account, stands in stood.items()),
        key=lambda o: (
            duties.place(o.duty),
            o.duty,
            place.get(o.agency, len(place)),
            o.agency,
            o.start,
            o.period,
        ),
    )
    excuses = {(a.key.duty, a.key.agency, a.key.period): excuse_lines(a, s) for a, s in stood.items()}
    lines = output_lines(recorded.values(), duties, sent_back(reviews, as_of))
    standing_lines = [line for line in lines if not line.needs_fix]
    topics = Counter(topic for line in standing_lines for topic in line.topics)
    channels = Counter(line.channel for line in standing_lines if line.channel is not None)
    owing = dict.fromkeys([*agencies, *sorted({o.agency for o in occurrences} | {o.agency for o in lines})])
    return ConsolidatedReport(
        plan=plan.plan,
        as_of=as_of,
        totals=totals_of(occurrences, as_of),
        duties=tuple(duties.lines(occurrences, lines, as_of)),
        agencies=tuple(agency_lines(plan, list(owing), occurrences, lines, as_of)),
        months=tuple(month_lines(plan.year, occurrences, as_of)),
        headings=plan.headings,
        topics=tuple(TopicLine(id=k, title=v, outputs=topics[k]) for k, v in names(plan.topics, topics).items()),
        channels=tuple(
            ChannelLine(id=k, title=v, outputs=channels[k]) for k, v in names(plan.channels, channels).items()
        ),
        occurrences=tuple(occurrences),
        excuses=tuple(line for o in occurrences for line in excuses[o.duty, o.agency, o.period]),
        outputs=tuple(lines),
        title=plan.title,
        year=plan.year,
        number=plan.number,
        issued_on=plan.issued_on,
        revision=plan.revision,
        coordinator=body(plan, plan.coordinator),
        recipient=body(plan, plan.recipient),
        contact=plan.contact,
        form=plan.report,
        kinds=plan.kinds,
        notes=plan.notes,
    )


def report_json(report: ConsolidatedReport) -> bytes:
    """The report by contract: UTF-8, two spaces, a newline at the end."""
    return report.model_dump_json(indent=2).encode() + b"\n"
