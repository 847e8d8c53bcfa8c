"""Names of duties and agencies by id, for tables; an id that the report doesn't name stands for itself."""

from shared.contracts.report import ConsolidatedReport


class Directory:
    """Looks names up in one report."""

    def __init__(self, report: ConsolidatedReport) -> None:
        self._agencies = {agency.id: agency for agency in report.agencies}
        self._duties = {duty.id: duty for duty in report.duties}
        self._channels = {channel.id: channel.title for channel in report.channels}

    def agency(self, name: str) -> str:
        return self._agencies[name].name if name in self._agencies else name

    def agency_short(self, name: str) -> str:
        return self._agencies[name].short_name if name in self._agencies else name

    def duty(self, name: str) -> str:
        return self._duties[name].title if name in self._duties else name

    def channel(self, name: str | None) -> str:
        return "" if name is None else self._channels.get(name, name)

    def performers(self, name: str, partners: tuple[str, ...]) -> str:
        """The agency, and those that owe the same occurrence jointly with it."""
        return " và ".join(self.agency(each) for each in (name, *partners))
