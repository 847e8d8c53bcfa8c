"""The intake: batches of posted events in, receipts out."""

import asyncio
import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import NamedTuple
from zoneinfo import ZoneInfo

from nats.aio.msg import Msg
from nats.js.api import Header

from services.submissions.book import Book
from services.submissions.evidence import Evidence
from services.submissions.read_event import Posted, read_envelope
from services.submissions.record_outputs import (
    Accepted,
    Dated,
    Fresh,
    evidence_of,
    examine,
    receipt_id,
    record_outputs,
    with_evidence,
)
from services.submissions.store import Store, StoredDay, Version
from shared import metrics, topology
from shared.crashpoints import CrashPoint, crash_point
from shared.logs import logger
from shared.mongo import BulkWriteError, DuplicateKeyError
from shared.nats_reading import stored_at
from shared.outcomes import Retry
from shared.posting import poster
from shared.reading_position import has_handled_all
from shared.runtime import Runtime
from shared.settings import CalendarMode

CATCH_UP_WITHIN = timedelta(seconds=5)
LOOK_AGAIN = timedelta(milliseconds=20)
AGAIN_AFTER = timedelta(seconds=1)
RACES = 5
# Reading a batch takes longer than any answer of MongoDB's: the batch that is being written mustn't wait for it.
PAUSE_AFTER = 20
LONGEST_AGENCY = 100
# A repeat is told to who listens and not stored again: the log refuses what names another stream.
NOT_STORED = {str(Header.EXPECTED_STREAM.value): "NONE"}

# Reasons by which an agency reaches for what is another's, or isn't there, or asks JetStream about it.
REACHING = frozenset({"wrong_agency", "not_owed", "unknown_type", "unknown_evidence", "server_header"})

log = logger(__name__)


class Arrived(NamedTuple):
    """A posted event and when the stream stored it; None for one that comes by another way, now."""

    posted: Posted
    at: datetime | None = None


class Taken(NamedTuple):
    """The ids of the receipts, in the order of what arrived, and which of them were made just now."""

    receipts: list[str]
    new: frozenset[str]


class Conflict(Exception):
    """What is to be written meets something that no look-up finds."""


class Intake:
    """Records batches, by a copy of the plans that never lags behind what was posted."""

    def __init__(self, runtime: Runtime, store: Store, evidence: Evidence) -> None:
        self._runtime = runtime
        self._store = store
        self._evidence = evidence
        self._version = Version(-1, -1)
        self._book = Book((), ())
        self._days: list[StoredDay] = []
        self._turned_at: list[datetime] = []
        self._zone: ZoneInfo | None = None
        self._turns_by_itself = runtime.settings.calendar is CalendarMode.AUTO
        self._catching_up = asyncio.Lock()
        self._last_turn = asyncio.Event()
        self._last_turn.set()

    async def record(self, batch: list[Msg]) -> None:
        """Record every event of the batch and answer it; raises Retry where the copy of the plans lags."""
        depth = self._runtime.settings.intake_depth
        await self.take(_read(msg, depth) for msg in batch)

    async def take(self, arrived: Iterable[Arrived]) -> Taken:
        """Record what arrived by whatever way and answer it. Raises as `record` does, or Conflict.

        Batches may overlap: one is read and matched while the one before it is written. They are written in the order
        in which they came, so that who was first is who posted first.
        """
        before, turn = self._last_turn, asyncio.Event()
        self._last_turn = turn
        try:
            try:
                names, examined = await self._examine(arrived)
                known = await self._store.receipts(list(examined))
            finally:
                await before.wait()
            return Taken(names, await self._write(names, examined, known))
        finally:
            turn.set()

    async def book(self) -> Book:
        """Who may deliver what, by all that the log holds now. Raises as `record` does."""
        async with self._catching_up:
            await self._catch_up()
        return self._book

    async def examine(self, posted: Iterable[Posted]) -> dict[str, Fresh]:
        """What each event would come to if it arrived now, by the id of its receipt. Raises as `record` does."""
        _, examined = await self._examine(Arrived(one) for one in posted)
        return examined

    async def keep(self, examined: Mapping[str, Fresh]) -> frozenset[str]:
        """Write what was examined; the ids of the receipts that were made now. Raises Conflict.

        It waits for no batch and no batch waits for it: a file has no place in the order of what is posted.
        """
        return await self._write((), examined, {})

    async def _examine(self, arrived: Iterable[Arrived]) -> tuple[list[str], dict[str, Fresh]]:
        """The ids of the receipts in order, and by them what each event comes to."""
        async with self._catching_up:  # two batches at once: the slower answer must not put an older copy back
            await self._catch_up()
        names: list[str] = []
        examined: dict[str, Fresh] = {}
        for number, (one, at) in enumerate(arrived):
            names.append(receipt_id(one))
            if names[-1] not in examined:
                examined[names[-1]] = examine(self._dated(one, at), self._book)
            if number % PAUSE_AFTER == 0:
                await asyncio.sleep(0)
        if named := evidence_of(examined.values()):
            kept = await self._evidence.kept(named)
            examined = {name: with_evidence(one, kept) for name, one in examined.items()}
        _note_reaching(examined)
        return names, examined

    async def _write(
        self, names: Sequence[str], examined: Mapping[str, Fresh], known: dict[str, tuple[str, bytes]]
    ) -> frozenset[str]:
        """Write what has no receipt yet, and tell the others theirs; `names` are those of all, in order, and `known`
        the receipts that were there a moment ago. Returns which got theirs now."""
        for _ in range(RACES):
            fresh = {name: one for name, one in examined.items() if name not in known}
            try:
                receipts = await record_outputs(
                    list(fresh.values()), self._store, self._runtime.mongo, self._runtime.outbox
                )
            except (DuplicateKeyError, BulkWriteError):
                # Another batch recorded one of these since, or another process was first at an occurrence.
                known = await self._store.receipts(list(examined))
                continue
            for receipt in receipts:
                metrics.RECEIPTS.labels(receipt.TYPE.split(".")[-2]).inc()
            await self._repeat(known, names, set(fresh))
            crash_point(CrashPoint.INTAKE_RECORDED)
            return frozenset(fresh)
        # Each is tried alone then, so that one that can never be written doesn't hold up its neighbours.
        raise Conflict(f"one of {len(examined)} events can't be recorded beside what is recorded already")

    def _dated(self, one: Posted, at: datetime | None) -> Dated:
        """The event with its day: the last one that the log held at that moment; None is now.

        What was posted in the moment between the first plan and its first day is of that day. Where days turn by the
        clock, the clock that stamped the event tells what is still to come: a day may turn late.
        """
        index = max(1, bisect_right(self._turned_at, at)) if at is not None else len(self._turned_at)
        day = self._days[index - 1].day if self._days else None
        if day is None or self._zone is None:
            return Dated(one, day)
        return Dated(one, day, max(day, (at or datetime.now(UTC)).astimezone(self._zone).date()))

    async def _repeat(self, known: dict[str, tuple[str, bytes]], names: Sequence[str], first: set[str]) -> None:
        """Tell the receipt again for every event that had one, and for doubles within the batch."""
        told = set(first)
        for name in names:
            if name in told:
                told.remove(name)  # the relay tells this one
                continue
            if name not in known:
                known |= await self._store.receipts([name])
            subject, body = known[name]
            headers = {Header.MSG_ID.value: name, **NOT_STORED}
            await self._runtime.nc.publish(subject, body, headers=headers)

    async def _catch_up(self) -> None:
        """Events are matched against what the log held before them, so the copy must not lag behind the log."""
        js, consumer = self._runtime.js, topology.SUBMISSIONS_EVENTS
        clock = asyncio.get_running_loop().time
        until = clock() + CATCH_UP_WITHIN.total_seconds()
        while True:
            info = await js.consumer_info(consumer.stream, consumer.name)
            lost, read = await asyncio.gather(
                self._runtime.log_end.lost(info.created), has_handled_all(js, consumer, info)
            )
            if lost:
                raise Retry(AGAIN_AFTER, f"the log has lost its last {lost} events; run `dondoc topology refill`")
            if read:
                break
            if clock() > until:
                raise Retry(AGAIN_AFTER, "plans, duties or days of the log are still to be read")
            await asyncio.sleep(LOOK_AGAIN.total_seconds())
        version = await self._store.version()
        if version.book != self._version.book:
            self._book = await self._store.book()
            zones = [ZoneInfo(plan.time_zone) for plan in self._book.plans.values()]
            self._zone = zones[0] if zones and self._turns_by_itself else None
        if version.days != self._version.days:
            self._days = _forward(await self._store.days())
            self._turned_at = [stored.at for stored in self._days]
        self._version = version
        if self._book.plans and not self._days and self._turns_by_itself:
            raise Retry(AGAIN_AFTER, "a plan is published, and its first day is on the way")


def _read(msg: Msg, depth: int) -> Arrived:
    return Arrived(read_envelope(_agency(msg.subject), msg.data, msg.headers or {}, depth), stored_at(msg))


def _agency(subject: str) -> str:
    """Who posted, by the subject; what can be no agency's name gets a short one of its own, since a
    receipt must be able to carry it."""
    token = poster(subject)
    if len(token) <= LONGEST_AGENCY and token.isprintable() and "\ufffd" not in token:
        return token
    return f"unknown-{hashlib.sha256(token.encode('utf-8', 'replace')).hexdigest()[:12]}"


def _note_reaching(examined: Mapping[str, Fresh]) -> None:
    """Put down who named another agency, its duty, an event that agencies don't post, or files that it doesn't keep,
    or who set a header of the server's, whatever way it came."""
    for name, one in examined.items():
        if isinstance(one.outcome, Accepted):
            continue
        for reason in one.outcome:
            if reason.code in REACHING:
                log.warning("refused", why=reason.code, agency=one.posted.agency, what=reason.message, receipt=name)


def _forward(days: list[StoredDay]) -> list[StoredDay]:
    """Each moment with the latest day that the log held then: a day that was stored late doesn't turn time back."""
    return list(accumulate(days, lambda before, now: StoredDay(max(before.day, now.day), now.at)))
