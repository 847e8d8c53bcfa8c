"""The plan's duties and their lines in the report. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from services.reports.rules import counts_of, extra_outputs
from shared.contracts.plan import Count, Duty, Frequency, PlanPublished
from shared.contracts.report import DutyLine, OccurrenceLine


class Duties:
    """The plan's duties in its order. One that the plan no longer names, but that is still owed or delivered,
    comes after them under its id, so that the sums stay whole."""

    def __init__(self, plan: PlanPublished) -> None:
        self._known = {duty.id: duty for duty in plan.duties}
        self._places = {name: position for position, name in enumerate(self._known)}

    def place(self, name: str) -> int:
        return self._places.get(name, len(self._places))

    def count(self, name: str) -> Count:
        return self._known[name].count if name in self._known else Count.EXPLICIT

    def channel(self, name: str) -> str | None:
        return self._known[name].channel if name in self._known else None

    def lines(
        self, occurrences: list[OccurrenceLine], outputs: Mapping[tuple[str, str], int], as_of: date
    ) -> Iterable[DutyLine]:
        """A line for each duty; `outputs` are those that stand, by agency and duty."""
        owed, made = defaultdict(list), defaultdict[str, dict[str, int]](dict)
        for occurrence in occurrences:
            owed[occurrence.duty].append(occurrence)
        for (agency, name), count in outputs.items():
            made[name][agency] = count
        for name in [*self._known, *sorted((set(owed) | set(made)) - set(self._known))]:
            duty = self._known.get(name) or _forgotten(name, {line.agency for line in owed[name]} | set(made[name]))
            yield DutyLine(
                **duty.model_dump(include=set(DutyLine.model_fields)),
                **vars(counts_of(owed[name], as_of)),
                outputs=sum(made[name].values()),
                extra=extra_outputs(owed[name]),
            )


def _forgotten(name: str, agencies: set[str]) -> Duty:
    performers = tuple(sorted(agencies))
    return Duty(
        id=name,
        clause=name,
        title=name,
        heading="",
        count=Count.EXPLICIT,
        frequency=Frequency.CONTINUOUS,
        lead=performers[0],
        performers=performers,
    )
