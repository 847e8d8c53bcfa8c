"""The consolidated report of a plan as of a day: from what the log told, to what every document prints."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import TypeAdapter

from services.reports.duty_lines import Duties
from services.reports.lines import (
    agency_lines,
    body,
    group_lines,
    month_lines,
    occurrence_lines,
    pair_lines,
    reporting,
)
from services.reports.rules import names, totals_of
from services.reports.tallies import Made, Numbers, Tally, made, parts_of
from services.reports.written import narrative_lines, notable_lines
from shared.contracts.ledger import Account
from shared.contracts.narrative import NarrativeWritten
from shared.contracts.outputs import Flag, OutputRecorded, OutputReviewed
from shared.contracts.plan import PlanPublished
from shared.contracts.report import (
    ChannelLine,
    ConsolidatedReport,
    ExcuseLine,
    FlagLine,
    OccurrenceLine,
    OutputTotals,
    TopicLine,
)

NONE = Numbers()
_REPORT = TypeAdapter(ConsolidatedReport)  # writes bytes, where a model writes a string to be encoded


@dataclass(frozen=True)
class View:
    """What a report is made from: the accounts hold what the plan and people said of each occurrence, the tallies what
    was delivered; `notable` are the outputs that were ever found notable, with their reviews."""

    accounts: Sequence[Account] = ()
    tallies: Sequence[Tally] = ()
    notable: Sequence[tuple[OutputRecorded, Sequence[OutputReviewed]]] = ()
    narrative: Sequence[NarrativeWritten] = ()


def build_report(plan: PlanPublished, view: View, as_of: date) -> ConsolidatedReport:
    """The report as known at the end of as_of; what was registered later doesn't exist.

    `plan` is the revision in force on as_of. The order of what the view holds doesn't matter, nor does what it holds of
    other plans; the same gives the same report.
    """
    duties, outputs = Duties(plan), made(view.tallies, plan.plan, as_of)
    every = outputs.every
    occurrences, excuses = _occurrences(plan, view.accounts, outputs, duties, as_of)
    by_pair, by_agency = defaultdict[tuple[str, str], int](int), defaultdict[str, int](int)
    channels = defaultdict[str, int](int)
    for source, numbers in outputs.standing.items():
        by_pair[source.agency, source.duty] += numbers.outputs
        by_agency[source.agency] += numbers.outputs
        usual = duties.channel(source.duty)
        for channel, count in numbers.channels.items():
            if named := channel or usual:
                channels[named] += count
    agencies = [agency.id for agency in plan.agencies]
    agencies = list(dict.fromkeys([*agencies, *sorted({o.agency for o in occurrences} | set(by_agency))]))
    duty_lines = list(duties.lines(occurrences, by_pair, as_of))
    return ConsolidatedReport(
        plan=plan.plan,
        as_of=as_of,
        totals=totals_of(occurrences, as_of),
        duties=tuple(duty_lines),
        agencies=tuple(agency_lines(plan, agencies, occurrences, by_agency, as_of)),
        months=tuple(month_lines(plan.year, occurrences, as_of)),
        groups=tuple(group_lines(plan.headings, duty_lines, occurrences, as_of)),
        pairs=tuple(pair_lines(agencies, [line.id for line in duty_lines], occurrences, by_pair, as_of)),
        outputs=OutputTotals(recorded=every.recorded, standing=every.outputs, sent_back=every.recorded - every.outputs),
        topics=tuple(
            TopicLine(id=k, title=v, outputs=every.topics.get(k, 0))
            for k, v in names(plan.topics, every.topics).items()
        ),
        channels=tuple(
            ChannelLine(id=k, title=v, outputs=channels.get(k, 0)) for k, v in names(plan.channels, channels).items()
        ),
        flags=tuple(FlagLine(id=flag, outputs=every.flags.get(flag, 0)) for flag in Flag),
        reporting=reporting(plan.reporting_duty, occurrences),
        notable=notable_lines(view.notable, duties, as_of),
        narrative=tuple(narrative_lines((one for one in view.narrative if one.plan == plan.plan), as_of)),
        comparison=None,
        occurrences=tuple(occurrences),
        excuses=tuple(excuses),
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


def _occurrences(
    plan: PlanPublished, accounts: Iterable[Account], outputs: Made, duties: Duties, as_of: date
) -> tuple[list[OccurrenceLine], list[ExcuseLine]]:
    """By duty, agency and period; and the documents about them, in the same order."""
    place = {agency.id: position for position, agency in enumerate(plan.agencies)}
    found = []
    for account in accounts:
        numbers = outputs.by_occurrence.get(parts_of(account.key), NONE)
        lines = occurrence_lines(account, numbers, duties.count(account.key.duty), as_of)
        if lines is not None and account.key.plan == plan.plan:
            found.append(lines)
    found.sort(
        key=lambda one: (
            duties.place(one[0].duty),
            one[0].duty,
            place.get(one[0].agency, len(place)),
            one[0].agency,
            one[0].start,
            one[0].period,
        )
    )
    return [line for line, _ in found], [excuse for _, excuses in found for excuse in excuses]


def report_json(report: ConsolidatedReport) -> bytes:
    """The report by contract: UTF-8, two spaces, a newline at the end."""
    return _REPORT.dump_json(report, indent=2) + b"\n"
