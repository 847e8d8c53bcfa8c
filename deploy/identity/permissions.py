"""What each user of the NATS server may say and hear. Pure: topology in, subjects out.

HUB is the account of the streams, the services and the operator; each agency has one of its own. What isn't named is
refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from deploy.identity.subjects import heard_on, post_to
from shared import posting, topology
from shared.nats_address import inbox_prefix
from shared.topology import Consumer

OPERATOR = "operator"
SYSTEM = "system"

_OBJECTS = f"OBJ_{topology.DOCUMENTS}"

# By service: the subjects of what it tells, and the consumers that it reads by.
SUBJECTS_OF = {
    "assignments": (topology.PLAN, topology.DUTY, topology.DAY),
    "submissions": (topology.OUTPUT, topology.ANSWER),
    "notifier": (topology.REMINDER,),
    "reports": (topology.REPORT, topology.NARRATIVE, topology.OFFICER),
}
CONSUMERS_OF: dict[str, tuple[Consumer, ...]] = {
    "assignments": (),
    "submissions": (topology.SUBMISSIONS_INTAKE, topology.SUBMISSIONS_EVENTS),
    "notifier": (topology.NOTIFIER_FACTS, topology.NOTIFIER_DAYS),
    "reports": (topology.REPORTS_EVENTS,),
}
# Streams of which a service looks at single messages, beside what its consumers bring.
LOOKS_INTO = {
    "assignments": (),
    "submissions": (topology.EVENTS, _OBJECTS),
    "notifier": (topology.EVENTS, _OBJECTS),
    "reports": (_OBJECTS,),
}
# Answers too large for a message are kept as objects by who gives them, who also removes the old one of a name.
_STORING = (f"$O.{topology.DOCUMENTS}.C.>", f"$O.{topology.DOCUMENTS}.M.>", f"$JS.API.STREAM.PURGE.{_OBJECTS}")
# An object is read by a consumer of the moment, whose stream the client library asks for.
_FETCHING = (
    "$JS.API.STREAM.NAMES",
    f"$JS.API.CONSUMER.CREATE.{_OBJECTS}",
    f"$JS.API.CONSUMER.CREATE.{_OBJECTS}.>",
    f"$JS.FC.{_OBJECTS}.>",
)
DOCUMENTS = {"submissions": (*_STORING, *_FETCHING), "notifier": _STORING, "reports": _STORING}
# Where those wait who ask a service: the operator, with the client libraries' own prefix.
ASKERS = "_INBOX.>"
# What a service asks of others: reports for what officers do at its desk.
ASKS = {
    "reports": (
        "dondoc.submissions.review",
        "dondoc.submissions.evidence",
        "dondoc.assignments.excuse",
        "dondoc.assignments.extend",
    )
}


# What a service says beside the log.
SAYS = {"reports": (topology.PROGRESS.format(job="*"),)}
# What a service hears beside what it is asked.
HEARS = {"submissions": (posting.WATCHED,)}


@dataclass(frozen=True)
class Permissions:
    """Subjects that a user may publish to and subscribe to."""

    publish: tuple[str, ...]
    subscribe: tuple[str, ...]


def of_service(name: str) -> Permissions:
    """A service tells its facts, reads by its consumers, answers who asks it, and looks whether all is as declared."""
    consumers = CONSUMERS_OF[name]
    publish = [
        *SUBJECTS_OF[name],
        *_looking(),
        *(subject for consumer in consumers for subject in _reading(consumer)),
        *(f"$JS.API.STREAM.MSG.GET.{stream}" for stream in LOOKS_INTO[name]),
        *DOCUMENTS.get(name, ()),
        *ASKS.get(name, ()),
        *SAYS.get(name, ()),
        ASKERS,
        *(f"{inbox_prefix(asker)}.>" for asker, asked in ASKS.items() if _is_asked(name, asked)),
    ]
    subscribe = [
        f"{inbox_prefix(name)}.>",
        f"dondoc.{name}.*",
        "$SRV.*",
        f"$SRV.*.dondoc-{name}",
        f"$SRV.*.dondoc-{name}.*",
        *HEARS.get(name, ()),
    ]
    return Permissions(tuple(publish), tuple(subscribe))


def of_agency(agency: str) -> Permissions:
    """An agency posts as itself and hears what concerns itself."""
    return Permissions((post_to(agency),), (heard_on(agency, ">"), f"{inbox_prefix(agency)}.>"))


def _is_asked(name: str, asked: Sequence[str]) -> bool:
    return any(subject.startswith(f"dondoc.{name}.") for subject in asked)


def _looking() -> Sequence[str]:
    """Reading how streams and consumers are declared and how far they are; nothing is changed by that."""
    streams = (f"$JS.API.STREAM.INFO.{stream.name}" for stream in topology.STREAMS)
    consumers = (f"$JS.API.CONSUMER.INFO.{one.stream}.{one.name}" for one in topology.CONSUMERS)
    return (*streams, *consumers)


def _reading(consumer: Consumer) -> Sequence[str]:
    return (
        f"$JS.API.CONSUMER.MSG.NEXT.{consumer.stream}.{consumer.name}",
        f"$JS.ACK.{consumer.stream}.{consumer.name}.>",
        f"dondoc.deadletter.{consumer.name}",
    )
