"""The accounts as nats-server reads them, written from secrets and keys. Pure.

HUB exports two things: a service, to which agencies' posts go, and a stream, the receipts. Each agency is an account of
its own, which imports its part of both under other names. So it can name no subject of HUB and none of another
agency – neither to publish to, nor for an answer to go to: the server gives the answer of another account only back
into this one. What each posts HUB imports as it was sent, with its reply and headers, so that attempts are seen.

Source: https://docs.nats.io/running-a-nats-service/configuration/securing_nats/accounts
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from deploy.identity.permissions import OPERATOR, SUBJECTS_OF, SYSTEM, Permissions, of_agency, of_service
from deploy.identity.subjects import heard_on, post_to
from shared import posting, topology

INTAKE = "dondoc.intake.*"
RECEIPTS = "dondoc.output.*.*"
USERS = (OPERATOR, SYSTEM, *SUBJECTS_OF)
# From it comes the part of each agency's subject that the others can't know.
SUBJECTS = "subjects"
SECRETS = (*USERS, SUBJECTS)

# Bytes of a post at most: the server lets services send larger messages, for plans of thousands of agencies.
LARGEST_POST = topology.MIB

_HEAD = "# Written by `dondoc agency` and `dondoc up`, with passwords in it: don't edit, don't show.\n"


def accounts(secrets: Mapping[str, str], keys: Mapping[str, Sequence[str]]) -> str:
    """`secrets` are those of `SECRETS`, `keys` the public keys (`U…`) that count, by agency."""
    return _HEAD + "\n".join(_lines(secrets, keys)) + "\n"


def seen_by_agencies(subject: str) -> str | None:
    """An event's subject as its agency has it; None for one that isn't exported."""
    if (posted := _holds(INTAKE, subject)) is not None:
        return post_to(*posted)
    if (heard := _holds(RECEIPTS, subject)) is not None:
        what, agency = heard
        return heard_on(agency, what)
    return None


def _holds(exported: str, subject: str) -> tuple[str, ...] | None:
    """What stands in the places of the wildcards; None where the subject isn't of that form."""
    found = re.fullmatch(exported.replace(".", r"\.").replace("*", r"([^.]+)"), subject)
    return found.groups() if found is not None else None


def _lines(secrets: Mapping[str, str], keys: Mapping[str, Sequence[str]]) -> Iterator[str]:
    yield "system_account: SYS"
    yield "accounts {"
    yield f"  SYS {{ users: [{{user: {SYSTEM}, password: {_quoted(secrets[SYSTEM])}}}] }}"
    yield "  HUB {"
    yield "    jetstream: enabled"
    yield "    users: ["
    yield f"      {{user: {OPERATOR}, password: {_quoted(secrets[OPERATOR])}}}"
    for name in SUBJECTS_OF:
        yield f"      {_user(f'user: {name}, password: {_quoted(secrets[name])}', of_service(name))}"
    yield "    ]"
    yield f"    exports: [{{service: {_quoted(INTAKE)}}}, {{stream: {_quoted(RECEIPTS)}}}]"
    yield "    imports: ["
    for agency in sorted(keys):
        posted = f"{{account: {_account(agency)}, subject: {_quoted(post_to(agency))}}}"
        yield f"      {{stream: {posted}, to: {_quoted(posting.watched(agency))}}}"
    yield "    ]"
    yield "  }"
    for agency in sorted(keys):
        yield from _agency(agency, posting.own_subject(agency, secrets[SUBJECTS]), keys[agency])
    yield "}"


def _agency(agency: str, posts: str, keys: Sequence[str]) -> Iterator[str]:
    own, receipts = _quoted(posts), _quoted(RECEIPTS.replace("*.*", f"*.{agency}"))
    yield f"  {_account(agency)} {{"
    yield f"    limits {{ max_payload: {LARGEST_POST} }}"
    yield "    users: ["
    for key in keys:
        yield f"      {_user(f'nkey: {key}', of_agency(agency))}"
    yield "    ]"
    yield f"    exports: [{{stream: {_quoted(post_to(agency))}, accounts: [HUB]}}]"
    yield f"    imports: [{{service: {{account: HUB, subject: {own}}}, to: {_quoted(post_to(agency))}}}"
    yield f"              {{stream: {{account: HUB, subject: {receipts}}}, to: {_quoted(heard_on(agency, '$1'))}}}]"
    yield "  }"


def _account(agency: str) -> str:
    return _quoted(f"EDGE-{agency}")


def _user(who: str, may: Permissions) -> str:
    publish, subscribe = _all(may.publish), _all(may.subscribe)
    return f"{{{who}, permissions: {{publish: {{allow: {publish}}}, subscribe: {{allow: {subscribe}}}}}}}"


def _all(subjects: Sequence[str]) -> str:
    return f"[{', '.join(map(_quoted, subjects))}]"


def _quoted(text: str) -> str:
    return json.dumps(text)
