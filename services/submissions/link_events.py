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
        "id": f"link-{_digest(link)}",
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
    """The id of what the log holds once the link was used: a receipt, or an answer."""
    return receipt_id(event_of(link, {})) if link.purpose is Purpose.SUBMIT else ANSWER + _digest(link)


def _digest(link: Link) -> str:
    # `mail` tells mailboxes and day; who has two links for one occurrence in one mail has them for two purposes.
    named = json.dumps([link.purpose, link.agency, link.mail, *link.occurrence.model_dump().values()])
    return hashlib.sha256(named.encode()).hexdigest()[:32]
