"""What the log holds, counted by itself: ids, accounts, plans, days, outputs and reminders, but no documents."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from shared.contracts.base import Event
from shared.contracts.days import CalendarDay
from shared.contracts.ledger import Account, facts_of, fold, standing
from shared.contracts.outputs import OutputRecorded
from shared.contracts.plan import PlanPublished
from shared.contracts.reminders import ReminderSent
from shared.contracts.report import ReportIssued


@dataclass
class Log:
    """How often each event, the accounts that they tell of, the revisions of plans, the last day, how many outputs,
    how often each rung (occurrence, rung, recipient) was mailed, and the reports that were issued, by SHA-256."""

    ids: Counter[str] = field(default_factory=Counter)
    accounts: dict[str, Account] = field(default_factory=dict)
    plans: dict[str, int] = field(default_factory=dict)
    last_day: date | None = None
    outputs: Counter[str] = field(default_factory=Counter)
    mailed: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    issued: set[str] = field(default_factory=set)

    def take(self, event_id: str, event: Event) -> None:
        self.ids[event_id] += 1
        if self.ids[event_id] > 1:
            return
        for key, fact in facts_of(event_id, event):
            self.accounts[str(key)] = fold(self.accounts.get(str(key), Account(key)), fact)
        match event:
            case PlanPublished():
                self.plans[event.plan] = max(self.plans.get(event.plan, 0), event.revision)
            case CalendarDay():
                self.last_day = max(self.last_day or event.date, event.date)
            case OutputRecorded():
                self.outputs[event.plan] += 1
            case ReportIssued():
                self.issued.add(event.sha256)
            case ReminderSent():
                self.mailed.update((str(item.occurrence), item.rung.value, event.agency) for item in event.items)

    def states(self, plan: str, as_of: date) -> Counter[str]:
        """How many of a plan's occurrences are in each state."""
        stands = (standing(a.facts, as_of) for a in self.accounts.values() if a.key.plan == plan)
        return Counter(s.state.value for s in stands if s is not None)
