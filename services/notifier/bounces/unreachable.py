"""Addresses at which mail doesn't arrive, and a plan without them. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.contracts.plan import Agency, PlanPublished

# RFC 3463: a bad mailbox or domain (5.1), a disabled one (5.2.1). 5.1.7 and 5.1.8 are about the sender; a full
# mailbox, a policy or a missing route says nothing against the address.
_WRONG = re.compile(r"(?:55\d[ -])?5\.(?:1\.(?![78]\b)\d+|2\.1)\b")


@dataclass(frozen=True)
class Marked:
    """An address that a mail to `agency` came back from for good, why, and when that was reported."""

    address: str
    plan: str
    agency: str
    reason: str
    at: datetime


def is_wrong(*said: str) -> bool:
    """Whether a server's words, its answer or the status and answer that a report gives, say that there is no such
    address or that it takes no mail at all. By the enhanced code alone: a text without one may mean anything."""
    return any(map(_WRONG.match, said))


class Reachable:
    """Plans without marked addresses; each is made once for a plan as it stands and the marks as they stand."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[PlanPublished, frozenset[str], PlanPublished]] = {}

    def of(self, plan: PlanPublished, marked: Iterable[Marked]) -> PlanPublished:
        shunned = frozenset(one.address.lower() for one in marked)
        if not shunned:
            return plan
        made = self._made.get(plan.plan)
        if made is None or made[0] is not plan or made[1] != shunned:
            made = self._made[plan.plan] = (plan, shunned, _without(plan, shunned))
        return made[2]


def _without(plan: PlanPublished, shunned: frozenset[str]) -> PlanPublished:
    fields = {name: getattr(plan, name) for name in type(plan).model_fields}
    fields["agencies"] = tuple(_reached(agency, shunned) for agency in plan.agencies)
    # The coordinator's last resort, where all of its own are marked.
    if plan.contact.email.lower() in shunned:
        fields["contact"] = plan.contact.model_copy(update={"email": ""})
    return type(plan).model_construct(**fields)


def _reached(agency: Agency, shunned: frozenset[str]) -> Agency:
    kept = {
        name: tuple(address for address in getattr(agency, name) if address.lower() not in shunned)
        for name in ("emails", "head_emails")
    }
    return agency.model_copy(update=kept)
