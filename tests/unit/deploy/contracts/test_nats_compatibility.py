"""What breaks who posts and listens by NATS is named, with the reason; what doesn't, isn't."""

from copy import deepcopy
from typing import Any

import pytest

from deploy.contracts.asyncapi import asyncapi
from deploy.contracts.examples import golden_events
from deploy.contracts.nats_compatibility import nats_breaks

RELEASED: dict[str, Any] = asyncapi(golden_events())


def _now() -> dict[str, Any]:
    return deepcopy(RELEASED)


def test_the_same_breaks_nobody() -> None:
    assert nats_breaks(RELEASED, _now()) == []


def test_more_to_do_and_to_send_breaks_nobody() -> None:
    """An operation that is new, and a message that may be sent besides."""
    now = _now()
    now["operations"]["postMore"] = now["operations"]["postOutput"]
    now["channels"]["outputSubmitted"]["messages"]["another"] = {}
    assert nats_breaks(RELEASED, now) == []


@pytest.mark.parametrize(
    ("channel", "line"),
    [
        ("outputSubmitted", "postOutput: the subject is `elsewhere` now; clients of today use `submit.{agency}`"),
        (
            "receipts",
            "postOutput: the reply: the subject is `elsewhere` now; clients of today use `receipts.{agency}.{outcome}`",
        ),
        (
            "outputReviewed",
            "hearOutputReviewed: the subject is `elsewhere` now; clients of today use `receipts.{agency}.reviewed`",
        ),
    ],
)
def test_a_subject_that_moved(channel: str, line: str) -> None:
    now = _now()
    now["channels"][channel]["address"] = "elsewhere"
    assert nats_breaks(RELEASED, now) == [line]


def test_an_operation_that_is_gone() -> None:
    now = _now()
    del now["operations"]["hearOutputReviewed"]
    assert nats_breaks(RELEASED, now) == ["hearOutputReviewed: gone; clients of today rely on it"]


def test_messages() -> None:
    """One that was sent is still taken; one that is heard is known."""
    now = _now()
    del now["channels"]["outputSubmitted"]["messages"]["outputSubmittedBinary"]
    now["channels"]["outputRecorded"]["messages"]["another"] = {}
    assert nats_breaks(RELEASED, now) == [
        "postOutput: the message outputSubmittedBinary is no longer taken; clients of today send it",
        "hearOutputRecorded: the message another is one that clients of today don't know",
    ]
