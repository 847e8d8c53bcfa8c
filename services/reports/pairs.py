"""What a report tells of a pair, an agency and a duty: most of them are as they were at the last answer. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from services.reports.counted import Group, counted, sums, total
from services.reports.lines import occurrence_lines
from services.reports.rules import extra_outputs
from services.reports.tallies import Numbers, Tally, together
from shared.contracts.ledger import Account
from shared.contracts.plan import Count
from shared.contracts.report import ExcuseLine, OccurrenceLine, PairLine

Pair = tuple[str, str]  # agency, duty


@dataclass
class Known:
    """The accounts of a pair's occurrences, what was `delivered` for their periods, whoever registered it, and what the
    agency `registered` for the duty itself."""

    accounts: list[Account] = field(default_factory=list)
    delivered: list[tuple[str, Numbers]] = field(default_factory=list)
    registered: list[Numbers] = field(default_factory=list)


@dataclass(frozen=True)
class Told:
    """A pair's line; its occurrences and the documents about them, by period; the figures of all and of each month; how
    many outputs are `extra`, more than the one that each occurrence asks for; and all that the agency registered,
    without their days."""

    line: PairLine
    occurrences: list[OccurrenceLine]
    excuses: list[ExcuseLine]
    figures: Group
    months: Mapping[str, Group]
    extra: int
    outputs: Numbers

    @property
    def is_shown(self) -> bool:
        """Whether anything is owed, or stands."""
        return bool(self.occurrences or self.outputs.outputs)


def known_of(accounts: Iterable[Account], tallies: Iterable[Tally], plan: str, as_of: date) -> Mapping[Pair, Known]:
    """By pair what is known of the plan, outputs until that day."""
    found = defaultdict[Pair, Known](Known)
    for account in accounts:
        if account.key.plan == plan:
            found[account.key.agency, account.key.duty].accounts.append(account)
    for tally in tallies:
        source = tally.source
        if source.plan == plan and tally.day <= as_of:
            found[source.agency, source.duty].registered.append(tally.numbers)
            if source.occurrence is not None:
                _, duty, agency, period = source.occurrence
                found[agency, duty].delivered.append((period, tally.numbers))
    return found


def told_of(pair: Pair, known: Known, count: Count, as_of: date) -> Told:
    """The pair as of a day; `count` is its duty's."""
    agency, duty = pair
    delivered = defaultdict[str, list[Numbers]](list)
    for period, numbers in known.delivered:
        delivered[period].append(numbers)
    every = (occurrence_lines(one, together(delivered[one.key.period]), count, as_of) for one in known.accounts)
    found = sorted((one for one in every if one is not None), key=lambda one: (one[0].start, one[0].period))
    occurrences = [line for line, _ in found]
    months = sums((line.month, counted(line, as_of)) for line in occurrences)
    figures = total([*months.values()])
    outputs = replace(together(known.registered), days={})
    return Told(
        line=PairLine(agency=agency, duty=duty, **figures.both._asdict(), outputs=outputs.outputs),
        occurrences=occurrences,
        excuses=[excuse for _, excuses in found for excuse in excuses],
        figures=figures,
        months=months,
        extra=extra_outputs(occurrences),
        outputs=outputs,
    )
