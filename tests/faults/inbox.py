"""The inbox against the ladder: what was mailed, what had to be, and what the log tells of it. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple


class Item(NamedTuple):
    """An occurrence that a mail names, and the rung on which it stands there."""

    occurrence: str
    rung: str


class Step(NamedTuple):
    """Who is to be mailed about an occurrence on a day."""

    day: date
    item: Item
    recipient: str


@dataclass(frozen=True)
class Said:
    """A mail as it came, a copy too: its day, when it came, whose it is, to which mailboxes it went, what it names."""

    id: str
    day: date
    at: datetime
    recipient: str
    boxes: frozenset[str]
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Reported:
    """`reminder.sent`, or `reminder.failed`, about these mailboxes of a mail."""

    id: str
    failed: bool
    boxes: frozenset[str]
    items: frozenset[Item]


@dataclass(frozen=True)
class Inbox:
    """`ladder` is recomputed from the log; `delivered` says when the client heard that an occurrence is met."""

    mails: Sequence[Said] = ()
    reported: Sequence[Reported] = ()
    ladder: frozenset[Step] = frozenset()
    delivered: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def first(self) -> dict[str, Said]:
        """The first copy of each mail, by its Message-ID: later ones are the judge's of copies."""
        found: dict[str, Said] = {}
        for mail in sorted(self.mails, key=lambda mail: mail.at):
            found.setdefault(mail.id, mail)
        return found


def lost(inbox: Inbox) -> Iterator[str]:
    """What had to be mailed or is told as sent, and never came."""
    mails = inbox.first
    mailed = {step for mail in mails.values() for step in _steps(mail)}
    for step in inbox.ladder - mailed:
        yield f"{step.item.rung} of {step.item.occurrence} was not mailed to {step.recipient} on {step.day}"
    for told in inbox.reported:
        came = mails[told.id].boxes if told.id in mails else frozenset()
        if not told.failed and not told.boxes <= came:
            yield f"mail {told.id} is told as sent to {', '.join(sorted(told.boxes - came))}, where it never came"


def doubled(inbox: Inbox) -> Iterator[str]:
    """A rung in two mails; two last words about one mail."""
    named: dict[tuple[Item, str], list[str]] = defaultdict(list)
    for mail in inbox.first.values():
        for item in mail.items:
            named[item, mail.recipient].append(mail.id)
    for (item, who), ids in named.items():
        if len(ids) > 1:
            yield f"{item.rung} of {item.occurrence} stands {len(ids)} times in mails to {who}"
    words: dict[tuple[str, bool], int] = defaultdict(int)
    for told in inbox.reported:
        words[told.id, told.failed] += 1
    for (id_, failed), times in words.items():
        if times > 1:
            yield f"mail {id_} is told as {'failed' if failed else 'sent'} {times} times"


def unknown(inbox: Inbox, uncertain: bool) -> Iterator[str]:
    """What should not have been mailed, and what the log tells otherwise. Only where the end of a mail may have been
    `uncertain` may one be told as failed: no mail server of ours refuses any."""
    mails = inbox.first
    reported: dict[str, list[Reported]] = defaultdict(list)
    for told in inbox.reported:
        reported[told.id].append(told)
    for mail in mails.values():
        for step in _steps(mail) - inbox.ladder:
            yield f"{step.item.rung} of {step.item.occurrence} was mailed to {step.recipient} on {step.day}"
        for item in mail.items:
            met = inbox.delivered.get(item.occurrence)
            if met is not None and met < mail.at:
                yield f"mail {mail.id} names {item.occurrence}, which had been delivered"
        if mail.id not in reported:
            yield f"mail {mail.id} is in the inbox, and nothing is told of it"
    for told in inbox.reported:
        came = mails.get(told.id)
        if came is not None and told.items != frozenset(came.items):
            yield f"mail {told.id} names something else than what is told of it"
        if told.failed and not uncertain:
            yield f"mail {told.id} is told as failed, and nothing was in its way"
    for id_, words in reported.items():
        boxes = frozenset[str]().union(*(told.boxes for told in words))
        if id_ in mails and boxes != mails[id_].boxes:
            yield f"mail {id_} went to other mailboxes than those that are told"


def _steps(mail: Said) -> set[Step]:
    return {Step(mail.day, item, mail.recipient) for item in mail.items}
