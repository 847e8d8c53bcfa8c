"""The plan's duties and their lines in the report. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from services.reports.counted import total
from services.reports.pairs import Pair, Told
from shared.contracts.plan import Count, Duty, Frequency, PlanPublished
from shared.contracts.report import DutyHead, DutyLine


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

    def lines(self, told: Mapping[Pair, Told]) -> Iterable[DutyLine]:
        """A line for each duty."""
        of = defaultdict[str, dict[str, Told]](dict)
        for (agency, name), one in told.items():
            of[name][agency] = one
        for name in [*self._known, *sorted(set(of) - set(self._known))]:
            duty = self._known.get(name) or _forgotten(name, of[name])
            own = of[name].values()
            yield DutyLine(
                **duty.model_dump(include=set(DutyHead.model_fields)),
                **total([one.figures for one in own]).both._asdict(),
                outputs=sum(one.outputs.outputs for one in own),
                extra=sum(one.extra for one in own),
            )


def _forgotten(name: str, agencies: Iterable[str]) -> Duty:
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
