"""The accounts as nats-server reads them, written from secrets and keys. Pure.

HUB exports two things: a service, to which agencies' posts go, and a stream, the receipts. EDGE imports them under
names of its own, so a user of EDGE can name no subject of HUB – neither to publish to, nor for an answer to go to: the
server gives the answer of the other account only back to this one.

Source: https://docs.nats.io/running-a-nats-service/configuration/securing_nats/accounts
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from deploy.identity.permissions import OPERATOR, SUBJECTS_OF, SYSTEM, Permissions, of_agency, of_service
from deploy.identity.subjects import heard_on, post_to
from shared import topology

INTAKE = "dondoc.intake.*"
RECEIPTS = "dondoc.output.*.*"
USERS = (OPERATOR, SYSTEM, *SUBJECTS_OF)

# Bytes of a post at most: the server lets services send larger messages, for plans of thousands of agencies.
LARGEST_POST = topology.MIB

# How an agency sees them.
POST = post_to("*")
HEARD = heard_on("$2", "$1")

_HEAD = "# Written by `dondoc agency` and `dondoc up`, with passwords in it: don't edit, don't show.\n"


def accounts(secrets: Mapping[str, str], keys: Mapping[str, Sequence[str]]) -> str:
    """`secrets` are the passwords of `USERS`, `keys` the public keys (`U…`) that count, by agency."""
    services = (_user(f"user: {name}, password: {_quoted(secrets[name])}", of_service(name)) for name in SUBJECTS_OF)
    agencies = (_user(f"nkey: {key}", of_agency(agency)) for agency in sorted(keys) for key in keys[agency])
    return _HEAD + "\n".join(_lines(secrets, services, agencies)) + "\n"


def seen_by_agencies(subject: str) -> str | None:
    """An event's subject as EDGE has it; None for one that isn't exported."""
    for ours, theirs in ((INTAKE, POST.replace("*", "$1")), (RECEIPTS, HEARD)):
        if (found := re.fullmatch(ours.replace(".", r"\.").replace("*", r"([^.]+)"), subject)) is not None:
            return re.sub(r"\$(\d)", lambda place, held=found: held[int(place[1])], theirs)  # type: ignore[misc]
    return None


def _lines(secrets: Mapping[str, str], services: Iterator[str], agencies: Iterator[str]) -> Iterator[str]:
    yield "system_account: SYS"
    yield "accounts {"
    yield f"  SYS {{ users: [{{user: {SYSTEM}, password: {_quoted(secrets[SYSTEM])}}}] }}"
    yield "  HUB {"
    yield "    jetstream: enabled"
    yield "    users: ["
    yield f"      {{user: {OPERATOR}, password: {_quoted(secrets[OPERATOR])}}}"
    yield from services
    yield "    ]"
    yield f"    exports: [{{service: {_quoted(INTAKE)}, accounts: [EDGE]}}"
    yield f"              {{stream: {_quoted(RECEIPTS)}, accounts: [EDGE]}}]"
    yield "  }"
    yield "  EDGE {"
    yield f"    limits {{ max_payload: {LARGEST_POST} }}"
    yield "    users: ["
    yield from agencies
    yield "    ]"
    yield f"    imports: [{{service: {{account: HUB, subject: {_quoted(INTAKE)}}}, to: {_quoted(POST)}}}"
    yield f"              {{stream: {{account: HUB, subject: {_quoted(RECEIPTS)}}}, to: {_quoted(HEARD)}}}]"
    yield "  }"
    yield "}"


def _user(who: str, may: Permissions) -> str:
    return (
        f"      {{{who}, permissions: {{publish: {{allow: {_all(may.publish)}}},"
        f" subscribe: {{allow: {_all(may.subscribe)}}}}}}}"
    )


def _all(subjects: Sequence[str]) -> str:
    return f"[{', '.join(map(_quoted, subjects))}]"


def _quoted(text: str) -> str:
    return json.dumps(text)
