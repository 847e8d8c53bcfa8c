"""The consolidated report of a plan as of a day: from what the log told, to what every document prints."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from pydantic import TypeAdapter

from services.reports.counted import sums, total
from services.reports.duty_lines import Duties
from services.reports.lines import agency_lines, body, group_lines, month_lines, reporting
from services.reports.pairs import Pair, Told, known_of, told_of
from services.reports.remembered import Remembered
from services.reports.rules import names
from services.reports.tallies import Tally, together
from services.reports.written import narrative_lines, notable_lines
from shared.contracts.ledger import Account
from shared.contracts.narrative import NarrativeWritten
from shared.contracts.outputs import Flag, OutputRecorded, OutputReviewed
from shared.contracts.plan import PlanPublished
from shared.contracts.report import (
    ChannelLine,
    ConsolidatedReport,
    FlagLine,
    OutputTotals,
    TopicLine,
)

_REPORT = TypeAdapter(ConsolidatedReport)  # writes bytes, where a model writes a string to be encoded
# A province has a few hundred; each holds the lines of its occurrences.
_TOLD = Remembered[Told](most=2048)


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
    duties = Duties(plan)
    pairs = _pairs(plan, view, duties, as_of)
    every = together([one.outputs for one in pairs.values()])
    channels = defaultdict[str, int](int)
    for (_, duty), one in pairs.items():
        for channel, count in one.outputs.channels.items():
            if named := channel or duties.channel(duty):
                channels[named] += count
    shown = {pair: one for pair, one in pairs.items() if one.is_shown}
    of_duty = sums((duty, one.figures) for (_, duty), one in shown.items())
    of_agency = sums((agency, one.figures) for (agency, _), one in shown.items())
    of_month = sums(chain.from_iterable(one.months.items() for one in shown.values()))
    by_agency = defaultdict[str, int](int)
    for (agency, _), one in shown.items():
        by_agency[agency] += one.outputs.outputs
    agencies = list(dict.fromkeys([*(agency.id for agency in plan.agencies), *sorted(by_agency)]))
    duty_lines = list(duties.lines(shown))
    occurrences = [line for one in shown.values() for line in one.occurrences]
    return ConsolidatedReport(
        plan=plan.plan,
        as_of=as_of,
        totals=total([*of_duty.values()]).totals,
        duties=tuple(duty_lines),
        agencies=tuple(agency_lines(plan, agencies, of_agency, by_agency)),
        months=tuple(month_lines(plan.year, of_month)),
        groups=tuple(group_lines(plan.headings, duty_lines, of_duty)),
        pairs=tuple(
            [shown[agency, duty.id].line for agency in agencies for duty in duty_lines if (agency, duty.id) in shown]
        ),
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
        excuses=tuple([excuse for one in shown.values() for excuse in one.excuses]),
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


def _pairs(plan: PlanPublished, view: View, duties: Duties, as_of: date) -> Mapping[Pair, Told]:
    """Duty by duty, the agencies in order."""
    known = known_of(view.accounts, view.tallies, plan.plan, as_of)
    places = {agency.id: position for position, agency in enumerate(plan.agencies)}

    def place(pair: Pair) -> tuple[int, str, int, str]:
        agency, duty = pair
        return duties.place(duty), duty, places.get(agency, len(places)), agency

    return {
        pair: _TOLD.get((plan.plan, as_of, *pair), told_of, pair, known[pair], duties.count(pair[1]), as_of)
        for pair in sorted(known, key=place)
    }


def report_json(report: ConsolidatedReport) -> bytes:
    """The report by contract: UTF-8, two spaces, a newline at the end."""
    return _REPORT.dump_json(report, indent=2) + b"\n"
