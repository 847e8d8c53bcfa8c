"""A notifier at a desk: a real MongoDB and a real SMTP conversation, driven by hand, at any hour."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy

from services.notifier.apply_events import apply_events
from services.notifier.decide_reminders import decide_reminders
from services.notifier.send_reminders import send_reminders
from services.notifier.sending.caught_up import Moving, Position
from services.notifier.sending.courier import Courier
from services.notifier.sending.lease import GRACE
from services.notifier.sending.limits import Limits
from services.notifier.sending.pool import Pool
from services.notifier.sending.sending import Sending
from services.notifier.store import Store
from shared.contracts.base import Event
from shared.contracts.duties import OccurrenceKey
from shared.contracts.plan import PlanPublished
from shared.mongo import Mongo
from shared.outbox import Outbox
from shared.smtp_url import parse_smtp_url
from tests.harness.postman import Postman, listening
from tests.harness.services import LINK_SECRET
from tests.unit.notifier.sample import assigned_event, key, plan

OVERDUE, NEXT, ESCALATED = date(2023, 3, 8), date(2023, 3, 9), date(2023, 3, 14)
# February's day of registration is 7 March.
MONTH = key("III.2", "tt-a", "2023-02")
OTHER = key("III.3", "tt-a", "2023-02")
DESK_URL = "https://noi-bo.example/ban-dieu-hanh/"
BUSY, GONE = "450 busy", "550 no such user"


@dataclass
class Desk:
    """A notifier without its transport: what comes in is applied, decided and sent on demand, at any hour."""

    mongo: Mongo
    postman: Postman
    sending: Sending
    now: datetime = datetime(2023, 3, 8, 3, 0, tzinfo=UTC)
    ticks: float = 0.0
    is_caught_up: bool = True
    events: list[Event] = field(default_factory=list)

    @property
    def store(self) -> Store:
        return self.sending.store

    async def tell(self, *events: Event) -> None:
        for number, event in enumerate(events):
            self.events.append(event)
            await apply_events([(f"su.kien/{len(self.events)}.{number}", event)], self.store, self.mongo)

    async def owe(self, *keys: OccurrenceKey, of: PlanPublished | None = None) -> None:
        await self.tell(of or plan(), *(assigned_event(at) for at in keys))

    async def turn(self, day: date, latest: date | None = None) -> int:
        async def latest_day() -> date:
            return latest or day

        return await decide_reminders(day, self.store, self.mongo, latest_day, self.now)

    async def send(self) -> int:
        return await send_reminders(self.sending)

    async def told(self) -> list[str]:
        """The ids of the events in the outbox."""
        rows = [row async for row in self.sending.outbox.all_rows()]
        return [row.id for row in rows]

    async def lose_leases(self) -> None:
        """Every lease that is held now has run out, and no sender shows a sign of life."""
        await self.mongo.db["digests"].update_many({}, {"$min": {"lease": datetime(2000, 1, 1, tzinfo=UTC)}})
        assert await self.send() == 0
        self.later(GRACE)

    def later(self, by: timedelta) -> None:
        self.now += by
        self.ticks += by.total_seconds()

    def mails(self) -> list[tuple[str, str]]:
        """First recipient and text of every mail that was taken."""
        read = []
        for envelope in self.postman.taken:
            assert isinstance(envelope.content, bytes)
            body = message_from_bytes(envelope.content, policy=policy.default).get_body(("plain",))
            assert body is not None
            read.append((envelope.rcpt_tos[0], body.get_content()))
        return read


@asynccontextmanager
async def at_work(
    mongo: Mongo, postman: Postman | None = None, automatic: bool = False, at_once: int = 1
) -> AsyncIterator[Desk]:
    """A desk whose mail goes to the postman."""
    postman = postman or Postman()
    store, outbox = Store(mongo), Outbox(mongo, "/dondoc/notifier")
    await store.ensure_indexes()
    await outbox.ensure_indexes()

    async def caught_up() -> Position | None:
        return Moving() if desk.is_caught_up else None

    async with listening(postman) as url:
        server = parse_smtp_url(url)
        pool = Pool(lambda: Courier(server, timedelta(seconds=20)), at_once)
        sending = Sending(
            store=store,
            mongo=mongo,
            outbox=outbox,
            send=pool.send,
            clock=lambda: desk.now,
            caught_up=caught_up,
            mail_from="nhac-viec@mau.example",
            links=("https://dondoc.example", LINK_SECRET),
            desk=DESK_URL,
            automatic=automatic,
            at_once=at_once,
            limits=Limits(at_once, 1000, lambda: desk.ticks),
            ticks=lambda: desk.ticks,
        )
        desk = Desk(mongo, postman, sending)
        yield desk
        await pool.close()
