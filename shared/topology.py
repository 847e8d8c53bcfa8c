"""The streams and consumers of the house, declared in this one file.

`dondoc topology apply` and the embedded start make them; services only check that they are as declared.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB

EVENTS = "EVENTS"
INTAKE = "INTAKE"
DEADLETTER = "DEADLETTER"
# The bucket of documents too large for a message.
DOCUMENTS = "documents"
DOCUMENTS_KEPT = timedelta(days=1)

# A relay that crashed between a publish and its mark publishes again: the log must know the id for that long.
DUPLICATE_WINDOW = timedelta(hours=1)
# The intake answers a repeat with the same receipt, so the stream must let repeats in; this is the server's least.
INTAKE_DUPLICATE_WINDOW = timedelta(milliseconds=100)
ACK_WAIT = timedelta(seconds=10)
INTAKE_ACK_WAIT = timedelta(seconds=15)
INTAKE_IN_FLIGHT = 5_000
VIEW_ACK_WAIT = timedelta(seconds=15)
VIEW_IN_FLIGHT = 2_000

PLAN = "dondoc.plan.published.*"
DUTY = "dondoc.duty.*.*"
DAY = "dondoc.calendar.day.*"
OUTPUT = "dondoc.output.*.*"
ANSWER = "dondoc.answer.given.*"
REMINDER = "dondoc.reminder.*.*"
REPORT = "dondoc.report.issued.*"
NARRATIVE = "dondoc.narrative.written.*"
# Not of the log: how a report is coming along, for whoever listens; its last token is the asker's.
PROGRESS = "dondoc.reports.progress.{job}"
OFFICER = "dondoc.officer.*.*"


@dataclass
class Stream(StreamConfig):
    """With what the client library doesn't know yet: `allow_atomic`, whether batches are stored whole or not at all."""

    allow_atomic: bool | None = None


STREAMS = (
    Stream(
        name=EVENTS,
        description="every fact, in one order",
        subjects=[PLAN, DUTY, DAY, OUTPUT, ANSWER, REMINDER, REPORT, NARRATIVE, OFFICER],
        retention=RetentionPolicy.LIMITS,
        discard=DiscardPolicy.NEW,
        storage=StorageType.FILE,
        max_bytes=-1,
        duplicate_window=DUPLICATE_WINDOW.total_seconds(),
        allow_direct=True,
        allow_atomic=True,
    ),
    Stream(
        name=INTAKE,
        description="what integrators post; an event leaves when its receipt is stored",
        subjects=["dondoc.intake.*"],
        retention=RetentionPolicy.WORK_QUEUE,
        discard=DiscardPolicy.NEW,
        storage=StorageType.FILE,
        max_bytes=4 * GIB,
        max_msg_size=MIB,
        duplicate_window=INTAKE_DUPLICATE_WINDOW.total_seconds(),
    ),
    Stream(
        name=DEADLETTER,
        description="what no service could handle, with its reason",
        subjects=["dondoc.deadletter.*"],
        retention=RetentionPolicy.LIMITS,
        discard=DiscardPolicy.NEW,
        storage=StorageType.FILE,
        max_bytes=-1,
        duplicate_window=DUPLICATE_WINDOW.total_seconds(),
        allow_direct=True,
    ),
    # JetStream's object store is a stream of these names and settings.
    Stream(
        name=f"OBJ_{DOCUMENTS}",
        description="answers too large for a message, for a day",
        subjects=[f"$O.{DOCUMENTS}.C.>", f"$O.{DOCUMENTS}.M.>"],
        retention=RetentionPolicy.LIMITS,
        discard=DiscardPolicy.NEW,
        storage=StorageType.FILE,
        max_bytes=-1,
        max_age=DOCUMENTS_KEPT.total_seconds(),
        allow_rollup_hdrs=True,
        allow_direct=True,
    ),
)


@dataclass(frozen=True)
class Consumer:
    """A durable pull consumer. `in_flight` 1 keeps the stream's order strictly, whatever fails or is redelivered."""

    name: str
    stream: str
    subjects: tuple[str, ...]
    in_flight: int = 1
    ack_wait: timedelta = field(default=ACK_WAIT)

    def config(self, replicas: int = 1) -> ConsumerConfig:
        return ConsumerConfig(
            name=self.name,
            durable_name=self.name,
            filter_subjects=list(self.subjects),
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=self.ack_wait.total_seconds(),
            max_ack_pending=self.in_flight,
            max_deliver=-1,
            num_replicas=replicas,
        )


SUBMISSIONS_INTAKE = Consumer("submissions-intake", INTAKE, ("dondoc.intake.*",), INTAKE_IN_FLIGHT, INTAKE_ACK_WAIT)
# Views don't depend on order, so they are kept in batches; days on which somebody decides come one by one, each after
# all facts before it.
SUBMISSIONS_EVENTS = Consumer("submissions-events", EVENTS, (PLAN, DUTY, DAY), VIEW_IN_FLIGHT, VIEW_ACK_WAIT)
NOTIFIER_FACTS = Consumer("notifier-facts", EVENTS, (PLAN, DUTY, OUTPUT, ANSWER), VIEW_IN_FLIGHT, VIEW_ACK_WAIT)
NOTIFIER_DAYS = Consumer("notifier-days", EVENTS, (DAY,))
REPORTS_EVENTS = Consumer(
    "reports-events",
    EVENTS,
    (PLAN, DUTY, DAY, OUTPUT, ANSWER, NARRATIVE, OFFICER),
    VIEW_IN_FLIGHT,
    VIEW_ACK_WAIT,
)
CONSUMERS = (SUBMISSIONS_INTAKE, SUBMISSIONS_EVENTS, NOTIFIER_FACTS, NOTIFIER_DAYS, REPORTS_EVENTS)

# How a line of `differences` ends where something isn't there at all.
MISSING = "is missing"

_STREAM_FIELDS = (
    "subjects", "retention", "discard", "storage", "max_bytes", "duplicate_window", "max_msg_size", "allow_direct",
    "num_replicas", "allow_atomic",
)  # fmt: skip
_CONSUMER_FIELDS = ("filter_subjects", "ack_policy", "ack_wait", "max_ack_pending", "max_deliver", "num_replicas")


def is_of_the_log(subject: str) -> bool:
    """Whether the log, as declared, holds the subject."""
    tokens = subject.split(".")
    log = next(stream for stream in STREAMS if stream.name == EVENTS)
    patterns = [pattern.split(".") for pattern in log.subjects or ()]
    return any(
        len(pattern) == len(tokens)
        and all(token and wanted in ("*", token) for wanted, token in zip(pattern, tokens, strict=True))
        for pattern in patterns
    )


def streams(replicas: int = 1) -> tuple[Stream, ...]:
    """The streams, each kept by so many servers."""
    return tuple(stream.evolve(num_replicas=replicas) for stream in STREAMS)


async def apply(js: JetStreamContext, replicas: int = 1) -> None:
    """Make every stream and consumer as declared; what is stored stays."""
    await apply_streams(js, replicas)
    for consumer in CONSUMERS:
        await js.add_consumer(consumer.stream, consumer.config(replicas))


async def is_there(js: JetStreamContext, stream: str) -> bool:
    """Whether the server has the stream."""
    try:
        await js.stream_info(stream)
    except NotFoundError:
        return False
    return True


async def apply_streams(js: JetStreamContext, replicas: int = 1) -> None:
    """Make the streams alone; consumers that are there stay."""
    for stream in streams(replicas):
        if await is_there(js, str(stream.name)):
            await js.update_stream(stream)
        else:
            await js.add_stream(stream)


async def delete_consumers(js: JetStreamContext, stream: str) -> None:
    """Delete the stream's consumers, so that `apply` makes them anew and each hears the stream from its beginning."""
    for consumer in CONSUMERS:
        if consumer.stream == stream:
            with suppress(NotFoundError):
                await js.delete_consumer(stream, consumer.name)


async def differences(js: JetStreamContext, replicas: int = 1) -> list[str]:
    """What is missing or other than declared, a line each for people; empty when all is well."""
    found: list[str] = []
    for stream in streams(replicas):
        name = str(stream.name)
        try:
            # Not `stream_info`: it drops what the client library doesn't know.
            answer = await js._api_request(f"{js._prefix}.STREAM.INFO.{name}")
        except NotFoundError:
            found.append(f"stream {name} {MISSING}")
            continue
        found += _differing(f"stream {name}", stream, Stream.from_response(answer["config"]), _STREAM_FIELDS)
    for consumer in CONSUMERS:
        try:
            config = (await js.consumer_info(consumer.stream, consumer.name)).config
        except NotFoundError:
            found.append(f"consumer {consumer.name} {MISSING}")
            continue
        found += _differing(f"consumer {consumer.name}", consumer.config(replicas), config, _CONSUMER_FIELDS)
    return found


def _differing(what: str, declared: object, actual: object, fields: tuple[str, ...]) -> list[str]:
    lines = []
    for name in fields:
        wanted, got = getattr(declared, name), getattr(actual, name)
        if name == "filter_subjects" and got is None:
            got = [getattr(actual, "filter_subject", None)]
        if name == "num_replicas" and not got:
            continue  # a consumer without a number of its own has as many as its stream
        if wanted and wanted != got:
            lines.append(f"{what} has {name}={got!r} instead of {wanted!r}")
    return lines
