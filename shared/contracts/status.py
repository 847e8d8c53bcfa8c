"""How a plan stands, as the reports service answers it: the same counts as the consolidated report's."""

from datetime import date

from shared.contracts.base import Model
from shared.contracts.report import AgencyLine, DutyLine, MonthLine, OccurrenceLine, Totals


class Status(Model):
    """Of one `agency`, or of all where it is None; duties and agencies without figures are left out.

    `owed` are the overdue and open occurrences by register_by, with those that the agency owes jointly with another
    (they count under that one).
    """

    plan: str
    as_of: date
    title: str
    agency: str | None
    totals: Totals
    duties: tuple[DutyLine, ...]
    agencies: tuple[AgencyLine, ...]
    months: tuple[MonthLine, ...]
    owed: tuple[OccurrenceLine, ...]
