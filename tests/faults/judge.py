"""The judge: what the client saw, what the stores hold and what was mailed, compared as multisets. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.faults import inbox
from tests.faults.inbox import Inbox
from tests.faults.journal import Told

Lines = tuple[str, ...]


@dataclass(frozen=True)
class Mail:
    """A mail as the server kept it: its Message-ID, envelope, a digest of its bytes, and one without the headers
    that name an earlier mail."""

    id: str
    recipients: tuple[str, ...]
    digest: str
    unthreaded: str = ""


@dataclass(frozen=True)
class Logged:
    """One message of the log: the event's id and type, and for a receipt the key of what it answers and a digest of
    its bytes."""

    id: str
    type: str
    key: str = ""
    digest: str = ""


class Document(NamedTuple):
    """An output or a rejection: its key, whether it is recorded, and the codes of the reasons against it."""

    key: str
    recorded: bool
    why: str = ""


@dataclass(frozen=True)
class Evidence:
    """What a round left. `documents` are outputs and rejections; `outbox` the event ids of each service; `rungs` what
    the log says was reminded of (occurrence, rung, recipient); `resent` the Message-IDs that the notifier sent again
    because the first end was uncertain; `inbox` what the mails say beside what the log does; no report: nobody
    answered; `misreported` what was wrong in reports that were asked for meanwhile."""

    told: Told
    documents: Sequence[Document]
    outbox: Mapping[str, Sequence[str]]
    log: Sequence[Logged]
    mails: Sequence[Mail]
    rungs: Sequence[tuple[str, str, str]]
    resent: frozenset[str] = frozenset()
    inbox: Inbox = field(default_factory=Inbox)
    report: bytes | None = None
    misreported: Lines = ()


@dataclass(frozen=True)
class Expected:
    """`recorded` of every posted key that must have a receipt; mails and report are those of an undisturbed run.
    `uncertain` is whether anything was done to the notifier, its links or what they lead to: else no mail may go out
    twice. `lists` tells by name whether a list of outputs is to be taken; rows of the others must leave nothing."""

    recorded: Mapping[str, bool]
    mails: Sequence[Mail]
    report: bytes
    uncertain: bool = False
    lists: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """Lines that name what is wrong, by kind; all empty where nothing is."""

    lost: Lines = ()
    doubled: Lines = ()
    unknown: Lines = ()

    @property
    def word(self) -> str:
        return next((word for word in ("lost", "doubled", "unknown") if getattr(self, word)), "ok")


def judge(found: Evidence, expected: Expected) -> Verdict:
    """What became of every event, every receipt, every fact and every mail."""
    return Verdict(
        lost=tuple(sorted(_lost(found, expected))),
        doubled=tuple(sorted(_doubled(found, expected))),
        unknown=tuple(sorted(_unknown(found, expected))),
    )


def _lost(found: Evidence, expected: Expected) -> Iterator[str]:
    kept = {one.key for one in found.documents}
    receipts = {one.key for one in found.log if one.key}
    logged = {one.id for one in found.log}
    for key in found.told.acked:
        if key not in kept:
            yield f"{key} was acknowledged and is in no collection"
        elif key not in found.told.heard:
            yield f"{key} was acknowledged and nobody heard its receipt"
    yield from (f"{key} is in a collection and has no receipt in the log" for key in kept - receipts)
    yield from (f"{id_} was answered and is not in the log" for id_ in found.told.named - logged)
    yield from (f"{id_} was answered and is not to be had" for id_ in found.told.named - found.told.fetched)
    yield from (f"list {name} was seen with {rows} rows" for name, rows in found.told.torn)
    for service, ids in found.outbox.items():
        yield from (f"{id_} is in the outbox of {service} and not in the log" for id_ in set(ids) - logged)
    came = {mail.id for mail in found.mails}
    yield from (f"mail {id_} never came" for id_ in {mail.id for mail in expected.mails} - came)
    yield from inbox.lost(found.inbox)


def _doubled(found: Evidence, expected: Expected) -> Iterator[str]:
    yield from _more_than_once("{} is in the collections {} times", (one.key for one in found.documents))
    yield from _more_than_once("{} stands in the log {} times", (one.id for one in found.log))
    receipts = {(one.key, one.id) for one in found.log if one.key}
    yield from _more_than_once("{} has {} receipts in the log", (key for key, _ in receipts))
    yield from _more_than_once("{0[1]} of {0[0]} was told to {0[2]} {1} times", found.rungs)
    for key, ids in found.told.heard.items():
        if len(ids) > 1:
            yield f"{key} heard {len(ids)} receipts"
    copies: dict[str, list[Mail]] = defaultdict(list)
    for mail in found.mails:
        copies[mail.id].append(mail)
    for id_, several in copies.items():
        resent = expected.uncertain and id_ in found.resent and len(several) == 2 and len(set(several)) == 1
        if len(several) > 1 and not resent:
            yield f"mail {id_} came {len(several)} times"
    yield from inbox.doubled(found.inbox)


def _unknown(found: Evidence, expected: Expected) -> Iterator[str]:
    for key, recorded, why in found.documents:
        if key not in expected.recorded:
            yield f"{key or 'something'} is in a collection and should not be"
        elif recorded is not expected.recorded[key]:
            yield f"{key} is {'recorded' if recorded else f'rejected ({why})'}, against what was posted"
    bodies = {(one.id, one.digest) for one in found.log}
    yield from (f"{id_} was read with other bytes than the log's" for id_, _ in found.told.read - bodies)
    refused = {name for name, right in expected.lists.items() if not right}
    yield from (f"list {name} was refused, against what it holds" for name in found.told.refused - refused)
    yield from (f"list {name} was not refused, though a row is wrong" for name in refused - found.told.refused)
    yield from (f"{key} was never acknowledged" for key in expected.recorded.keys() - found.told.acked)
    kept = {id_ for ids in found.outbox.values() for id_ in ids}
    yield from (f"{one.id} is in the log and in no outbox" for one in found.log if one.id not in kept)
    right = {mail.id: mail for mail in expected.mails}
    for mail in set(found.mails):
        if mail.id not in right:
            yield f"mail {mail.id} to {', '.join(mail.recipients)} should not be"
        elif mail != right[mail.id] and not (expected.uncertain and _alike(mail, right[mail.id])):
            yield f"mail {mail.id} differs from that of an undisturbed run"
    yield from inbox.unknown(found.inbox, expected.uncertain)
    yield from found.misreported
    if found.report != expected.report:
        yield "the report differs from that of an undisturbed run" if found.report else "nobody answers with a report"


def _alike(mail: Mail, right: Mail) -> bool:
    """Whether they differ by the mail that they follow up at most: one whose end nobody knows is followed by none."""
    return (mail.recipients, mail.unthreaded) == (right.recipients, right.unthreaded)


def _more_than_once(said: str, things: Iterable[object]) -> Iterator[str]:
    yield from (said.format(thing, times) for thing, times in Counter(things).items() if times > 1)
