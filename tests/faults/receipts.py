"""Which posted message a receipt answers: found by what it says itself, not by how the service makes its id."""

import hashlib
import json
import re
from typing import Any, NamedTuple

# Every event and every wrong one carries its key, e or x and five digits, where each receipt shows it; the rows of a
# list that is to be refused carry one with w, what is done by a link one with l, and reviews one with r.
KEY_DIGITS = 5
_KEY = re.compile(rf"[exwlr]\d{{{KEY_DIGITS}}}")


class Receipt(NamedTuple):
    """The key of what it answers, its own id, and a digest of its bytes; empty where only the id was told."""

    key: str
    id: str
    digest: str = ""


def key_in(text: str) -> str:
    """The first key in the text; empty where there is none."""
    found = _KEY.search(text)
    return found[0] if found else ""


def key_of(receipt: dict[str, Any]) -> str:
    """The key of the message; empty where nothing names one. `receipt` is the CloudEvent's data, or the document.

    What is recorded names it in the title, also where a row of a list has no id of its own; an answer or a review in
    its reason.
    """
    submission = receipt.get("submission")
    said = receipt.get("title") or receipt.get("reason")
    return key_in(said or (submission["id"] if submission else receipt.get("excerpt", "")))


def read_receipt(body: bytes) -> Receipt:
    """Of the receipt's own bytes."""
    event = json.loads(body)
    return Receipt(key_of(event["data"]), event["id"], digest_of(body))


def digest_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:16]
