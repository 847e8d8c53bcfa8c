"""How occurrences are counted. Pure: days are arguments."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from operator import add
from typing import NamedTuple, TypeVar

from shared.contracts.ledger import State
from shared.contracts.plan import Count
from shared.contracts.report import Counts, OccurrenceLine, Totals

K = TypeVar("K")


class Figures(NamedTuple):
    """Counts while they are added up: a report adds thousands, and a model takes long to make."""

    expected: int = 0
    expected_to_date: int = 0
    met: int = 0
    met_late: int = 0
    overdue: int = 0
    excused: int = 0
    open: int = 0

    @property
    def counts(self) -> Counts:
        return Counts(**self._asdict())


class Group(NamedTuple):
    """The figures of some occurrences: what the plan states and what it only implies, apart."""

    explicit: Figures = Figures()
    implied: Figures = Figures()

    @property
    def both(self) -> Figures:
        return Figures(*map(add, self.explicit, self.implied))

    @property
    def totals(self) -> Totals:
        return Totals(explicit=self.explicit.counts, implied=self.implied.counts)


NOTHING = Group()
_LATER = {
    State.UPCOMING: Figures(expected=1, open=1),
    State.OPEN: Figures(expected=1, open=1),
    State.MET: Figures(expected=1, met=1),
    State.MET_LATE: Figures(expected=1, met_late=1),
    State.OVERDUE: Figures(expected=1, overdue=1),
    State.EXCUSED: Figures(expected=1, excused=1),
}
_TO_DATE = {state: one._replace(expected_to_date=1 - one.excused) for state, one in _LATER.items()}


def counted(line: OccurrenceLine, as_of: date) -> Group:
    """What one occurrence counts.

    An occurrence whose last day to register is as_of itself is expected to date and still open: it is overdue
    from the day after.
    """
    figures = (_TO_DATE if line.register_by <= as_of else _LATER)[line.state]
    return Group(implied=figures) if line.count is Count.IMPLIED else Group(explicit=figures)


def total(groups: Sequence[Group]) -> Group:
    """All together; one alone is most of a report's months."""
    if len(groups) == 1:
        return groups[0]
    return Group(*map(_sum, zip(*groups, strict=True)))


def sums(groups: Iterable[tuple[K, Group]]) -> Mapping[K, Group]:
    """Those of the same key together."""
    found = defaultdict[K, list[Group]](list)
    for key, group in groups:
        found[key].append(group)
    return {key: total(several) for key, several in found.items()}


def counts_of(lines: Iterable[OccurrenceLine], as_of: date) -> Counts:
    """The figures of some occurrences, stated or implied."""
    return total([counted(line, as_of) for line in lines]).both.counts


def _sum(several: Iterable[Figures]) -> Figures:
    return Figures(*map(sum, zip(*several, strict=True)))
