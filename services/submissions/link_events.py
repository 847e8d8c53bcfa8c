"""What a link comes to in the log: one event however often it is used, by the log's unique ids."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from services.submissions.read_event import Posted, read_envelope
from services.submissions.record_outputs import receipt_id
from shared.contracts.outputs import OutputSubmitted
from shared.signed_links import Link, Purpose

ANSWER = "answer-"
LONGEST_SOURCE = 256  # of a CloudEvents attribute, as the intake takes it


def event_of(link: Link, data: Mapping[str, Any]) -> Posted:
    """The event that submits an output by the link. `data` are the fields that a person fills in; what the link says
    already, the occurrence, is added here and can't be otherwise."""
    at = link.occurrence
    event = {
        "specversion": "1.0",
        # `mail` tells mailboxes and day.
        "id": f"link-{_digest(link.agency, link.mail, *at.model_dump().values())}",
        "source": source(link),
        "type": OutputSubmitted.TYPE,
        "data": {"plan": at.plan, "duty": at.duty, "period": at.period, **data},
    }
    return read_envelope(link.agency, json.dumps(event, ensure_ascii=False).encode(), {})


def source(link: Link) -> str:
    """Who acts: the mailboxes that the link went to, as many as an event can name. Source: RFC 6068, 2."""
    text = f"mailto:{','.join(link.mailboxes)}"
    return text if len(text) <= LONGEST_SOURCE else text[:LONGEST_SOURCE].rpartition(",")[0] or text[:LONGEST_SOURCE]


def told_id(link: Link) -> str:
    """The id of what the log holds once the link was used: a receipt, or an answer. A mail is answered once about each
    occurrence, so its two links to answer with share one id."""
    return (
        receipt_id(event_of(link, {})) if link.purpose is Purpose.SUBMIT else answers_begin(link) + _digest(link.mail)
    )


def answers_begin(link: Link) -> str:
    """How the ids of all answers begin that the link's agency gives about the occurrence, by links of any mail."""
    return f"{ANSWER}{_digest(link.agency, *link.occurrence.model_dump().values())}-"


def _digest(*named: str) -> str:
    return hashlib.sha256(json.dumps(named).encode()).hexdigest()[:32]
