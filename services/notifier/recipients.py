"""Who a reminder goes to: the body that owes or its successor, at which addresses, with whom on Cc. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from shared.contracts.plan import Agency, PlanPublished
from shared.contracts.reminders import Rung

# RFC 5321 and 5322, the part that every server takes: dot-atom at host names, ASCII alone. What doesn't fit is no
# address here, so data can put nothing else into an envelope or a header.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_LABEL}")
_LONGEST_ADDRESS = 254


@dataclass(frozen=True)
class Addresses:
    """Where a digest goes; `to` is empty where its recipient has no usable address."""

    to: tuple[str, ...]
    cc: tuple[str, ...] = ()


def usable(address: str) -> bool:
    """Whether this is one plain mail address and nothing more."""
    return len(address) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(address) is not None


def recipient_of(plan: PlanPublished, agency: str, day: date) -> str:
    """The id of the body that is reminded for `agency`.

    It is the agency itself; once abolished (its last day is past), the body that directed it; and the coordinator
    where nobody did, or where the plan doesn't know the agency.
    """
    body = _find(plan, agency)
    if body is not None and _exists(body, day):
        return agency
    return directing(plan, agency, day) or plan.coordinator


def addresses(plan: PlanPublished, recipient: str, rungs: frozenset[Rung], day: date) -> Addresses:
    """To: the recipient. Cc, once something is escalated: the body that directs it, else its own head
    (the ladder in this service's README)."""
    body = _find(plan, recipient)
    to = _usable(body.emails if body is not None else ())
    if not to and recipient == plan.coordinator:
        to = _usable((plan.contact.email,))
    if Rung.ESCALATED not in rungs:
        return Addresses(to)
    directing = (_usable(above.emails) for above in _above(plan, recipient, day))
    cc = next(filter(None, directing), ()) or _usable(body.head_emails if body is not None else ())
    taken = {address.lower() for address in to}
    return Addresses(to, tuple(address for address in cc if address.lower() not in taken))


def short_name_of(plan: PlanPublished, agency: str) -> str:
    """The agency's short name, its id where the plan doesn't know it."""
    body = _find(plan, agency)
    return body.short_name if body is not None else agency


def directing(plan: PlanPublished, agency: str, day: date) -> str | None:
    """The id of the nearest body that directs the agency and exists that day."""
    above = next(_above(plan, agency, day), None)
    return above.id if above is not None else None


def _above(plan: PlanPublished, agency: str, day: date) -> Iterator[Agency]:
    """The bodies that direct an agency and exist that day, the nearest first."""
    seen = {agency}
    body = _find(plan, agency)
    while body is not None and body.parent is not None and body.parent not in seen:
        seen.add(body.parent)
        body = _find(plan, body.parent)
        if body is not None and _exists(body, day):
            yield body


def _find(plan: PlanPublished, agency: str) -> Agency | None:
    return plan.agency_by_id.get(agency)


def _exists(body: Agency, day: date) -> bool:
    return body.valid_until is None or day <= body.valid_until


def _usable(given: tuple[str, ...]) -> tuple[str, ...]:
    kept = {address.lower(): address for address in given if usable(address)}
    return tuple(kept.values())
