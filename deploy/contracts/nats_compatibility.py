"""What a change of the AsyncAPI document would break, in words: whoever posts and listens by NATS today must be able to
go on. What the messages hold is compared by their schemas."""

from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]


def nats_breaks(released: Document, now: Document) -> list[str]:
    """A line for each subject, message and reply that clients of the released document no longer find."""
    lines: list[str] = []
    for name, was in released.get("operations", {}).items():
        kept = now["operations"].get(name)
        if kept is None:
            lines.append(f"{name}: gone; clients of today rely on it")
        else:
            lines += [f"{name}: {line}" for line in _operation(was, kept, released, now)]
    return lines


def _operation(was: Document, now: Document, released: Document, whole: Document) -> Iterator[str]:
    before, after = _channel(released, was), _channel(whole, now)
    yield from _moved(before, after)
    posted, heard = before["messages"].keys() - after["messages"], after["messages"].keys() - before["messages"]
    if was["action"] == "send":
        yield from (f"the message {one} is no longer taken; clients of today send it" for one in sorted(posted))
    else:
        yield from (f"the message {one} is one that clients of today don't know" for one in sorted(heard))
    if "reply" in was:
        yield from (
            f"the reply: {one}" for one in _moved(_channel(released, was["reply"]), _channel(whole, now["reply"]))
        )


def _moved(was: Document, now: Document) -> Iterator[str]:
    if was["address"] != now["address"]:
        yield f"the subject is `{now['address']}` now; clients of today use `{was['address']}`"


def _channel(document: Document, operation: Document) -> Document:
    found: Document = document["channels"][operation["channel"]["$ref"].rpartition("/")[2]]
    return found
