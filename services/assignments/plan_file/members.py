"""Which agencies a selection means."""

from collections.abc import Iterable, Mapping

from services.assignments.plan_file.model import AgencyEntry, Group, Members


def members(selection: Members, groups: Mapping[str, Group], agencies: Iterable[AgencyEntry]) -> tuple[str, ...]:
    """Their ids, each once: by group in the order given, then those given by id, less the excepted."""
    registry = tuple(agencies)
    found: dict[str, None] = {}
    for name in selection.groups:
        group = groups[name]
        found |= {agency.id: None for agency in registry if agency.kind in group.kinds}
        found |= dict.fromkeys(group.agencies)
    found |= dict.fromkeys(selection.agencies)
    return tuple(agency for agency in found if agency not in selection.excepted)
