"""Who may deliver what: the assignments as submissions knows them, ready for matching. Pure data."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from shared.contracts.duties import OccurrenceKey
from shared.contracts.ledger import Fact
from shared.contracts.plan import Duty, PlanPublished


@dataclass(frozen=True, slots=True)
class Due:
    """One occurrence that is in the plan, with the dates that hold now."""

    key: OccurrenceKey
    start: date
    end: date
    register_by: date


@dataclass(frozen=True, slots=True)
class Obligation:
    """A duty of an agency. `dues` by period; a continuous duty has none. `deliverers` may all deliver it."""

    plan: str
    duty: Duty
    agency: str
    deliverers: tuple[str, ...]
    dues: Mapping[str, Due]


class Owing(NamedTuple):
    """An obligation as the log tells it: facts by period. `agency` is the one that it stands under."""

    plan: str
    duty: str
    title: str
    agency: str
    facts: Mapping[str, Sequence[Fact]]


class Book:
    """Every obligation, by the agency that may deliver it; `channels` are those of all plans."""

    def __init__(self, plans: Iterable[PlanPublished], obligations: Iterable[Obligation]) -> None:
        self.plans = {plan.plan: plan for plan in plans}
        self.channels = frozenset(channel for plan in self.plans.values() for channel in plan.channels)
        self._by_agency: dict[str, list[Obligation]] = {}
        for obligation in obligations:
            for agency in obligation.deliverers:
                self._by_agency.setdefault(agency, []).append(obligation)

    def of(self, agency: str) -> list[Obligation]:
        """What the agency may deliver, in no particular order."""
        return self._by_agency.get(agency, [])

    def agencies(self) -> list[str]:
        """Every agency that may deliver anything."""
        return sorted(self._by_agency)
