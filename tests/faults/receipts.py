"""Which posted message a receipt answers: found by what it says itself, not by how the service makes its id."""

import json
import re
from typing import Any

_KEY = re.compile(r"[ex]\d{5}")


def key_of(receipt: dict[str, Any]) -> str:
    """The key of the message; empty where nothing names one. `receipt` is the CloudEvent's data, or the document."""
    submission = receipt.get("submission")
    said = submission["id"] if submission else receipt.get("excerpt", "")
    found = _KEY.search(said)
    return found[0] if found else ""


def read_receipt(body: bytes) -> tuple[str, str]:
    """The key and the receipt's own id."""
    event = json.loads(body)
    return key_of(event["data"]), event["id"]
