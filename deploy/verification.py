"""Recounting from the log, beside the services, and saying where the stores disagree with it."""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from nats.aio.client import Client

from deploy.log_reader import Unreadable, read_events
from shared.ask import ask, request_body
from shared.contracts.base import Event
from shared.contracts.days import CalendarDay
from shared.contracts.ledger import Account, facts_of, fold, standing
from shared.contracts.outputs import OutputRecorded
from shared.contracts.plan import PlanPublished
from shared.mongo import Mongo
from shared.outbox import Outbox
from shared.settings import HTTP_PORTS, Settings

ANSWER_WITHIN = timedelta(minutes=1)


@dataclass
class Log:
    """What the log holds: how often each event, the accounts that it tells of, its plans, last day and outputs."""

    ids: Counter[str] = field(default_factory=Counter)
    accounts: dict[str, Account] = field(default_factory=dict)
    plans: set[str] = field(default_factory=set)
    last_day: date | None = None
    outputs: Counter[str] = field(default_factory=Counter)

    def take(self, event_id: str, event: Event) -> None:
        self.ids[event_id] += 1
        if self.ids[event_id] > 1:
            return
        for key, fact in facts_of(event_id, event):
            self.accounts[str(key)] = fold(self.accounts.get(str(key), Account(key)), fact)
        match event:
            case PlanPublished():
                self.plans.add(event.plan)
            case CalendarDay():
                self.last_day = max(self.last_day or event.date, event.date)
            case OutputRecorded():
                self.outputs[event.plan] += 1

    def states(self, plan: str, as_of: date) -> Counter[str]:
        """How many of a plan's occurrences are in each state."""
        stands = (standing(a.facts, as_of) for a in self.accounts.values() if a.key.plan == plan)
        return Counter(s.state.value for s in stands if s is not None)


async def verify(nc: Client, settings: Settings) -> list[str]:
    """Every disagreement, a line each for people; empty when log, outboxes and the report's view agree.

    What is on its way counts as a disagreement: run it when nothing is being posted.
    """
    log, unreadable = Log(), Unreadable()
    async for event_id, event in read_events(nc.jetstream(), unreadable):
        log.take(event_id, event)
    found = unreadable.lines + [
        f"the log holds {event_id} {times} times" for event_id, times in log.ids.items() if times > 1
    ]
    for service in HTTP_PORTS:
        found += await _outbox_against(log, service, settings)
    for plan in sorted(log.plans):
        found += await _report_against(log, plan, nc)
    return found


async def _outbox_against(log: Log, service: str, settings: Settings) -> list[str]:
    mongo = Mongo(settings.mongo_url, f"{settings.database_prefix}_{service}")
    rows = {row.id async for row in Outbox(mongo, f"/dondoc/{service}").all_rows()}
    mongo.close()
    return [f"{service} has {event_id}, which the log lacks" for event_id in sorted(rows - log.ids.keys())]


async def _report_against(log: Log, plan: str, nc: Client) -> list[str]:
    if log.last_day is None:
        return []
    body = request_body(plan=plan, as_of=log.last_day.isoformat(), format="json")
    report = json.loads(await ask(nc, "dondoc.reports.report", body, ANSWER_WITHIN))
    told = Counter(line["state"] for line in report["occurrences"])
    counted = log.states(plan, log.last_day)
    found = [
        f"{plan}: the report counts {told[state]} {state}, the log {counted[state]}"
        for state in sorted({*told, *counted})
        if told[state] != counted[state]
    ]
    if len(report["outputs"]) != log.outputs[plan]:
        found.append(f"{plan}: the report has {len(report['outputs'])} outputs, the log {log.outputs[plan]}")
    return found
