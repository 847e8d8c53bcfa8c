"""The judge holds the inbox against the ladder that the log gives, and finds each way in which it can be spoiled."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.faults.inbox import Inbox, Item, Reported, Said, Step, doubled, lost, unknown
from tests.faults.judge import Mail, judge
from tests.faults.test_judge import EXPECTED, GOOD

DAY, AT = date(2026, 12, 9), datetime(2026, 12, 9, 1, tzinfo=UTC)
ITEM, OTHER = Item("d/M.1/a/2026-11", "overdue"), Item("d/M.2/a/2026-11", "overdue")
SAID = Said("<m@x.example>", DAY, AT, "a", frozenset({"a@x.example"}), (ITEM, OTHER))
TOLD = Reported(SAID.id, False, SAID.boxes, frozenset({ITEM, OTHER}))
RIGHT = Inbox(
    mails=[SAID],
    reported=[TOLD],
    ladder=frozenset({Step(DAY, ITEM, "a"), Step(DAY, OTHER, "a")}),
    delivered={"d/M.1/b/2026-11": AT - timedelta(days=1), ITEM.occurrence: AT + timedelta(seconds=1)},
)


def spoiled(**change: Any) -> dict[str, list[str]]:
    """What is found, by kind."""
    inbox = replace(RIGHT, **change)
    found = {"lost": lost(inbox), "doubled": doubled(inbox), "unknown": unknown(inbox, uncertain=False)}
    return {kind: sorted(lines) for kind, lines in found.items()}


def test_a_right_inbox_is_no_fault() -> None:
    """Each step is mailed once and told; one was delivered after the mail, and what was delivered isn't named."""
    assert spoiled() == {"lost": [], "doubled": [], "unknown": []}


@pytest.mark.parametrize(
    ("change", "kind", "text"),
    [
        ({"mails": []}, "lost", "overdue of d/M.1/a/2026-11 was not mailed to a on 2026-12-09"),
        ({"mails": []}, "lost", "mail <m@x.example> is told as sent to a@x.example, where it never came"),
        ({"mails": [replace(SAID, items=(ITEM,))]}, "lost", "overdue of d/M.2/a/2026-11 was not mailed"),
        ({"mails": [SAID, replace(SAID, id="<n@x.example>")]}, "doubled", "d/M.1/a/2026-11 stands 2 times in mails"),
        ({"mails": [replace(SAID, items=(ITEM, ITEM, OTHER))]}, "doubled", "d/M.1/a/2026-11 stands 2 times in mails"),
        ({"reported": [TOLD, TOLD]}, "doubled", "mail <m@x.example> is told as sent 2 times"),
        ({"delivered": {ITEM.occurrence: AT - timedelta(seconds=1)}}, "unknown", "which had been delivered"),
        (
            {"mails": [replace(SAID, items=(ITEM._replace(rung="escalated"), OTHER))]},
            "unknown",
            "escalated of d/M.1/a/2026-11 was mailed to a on 2026-12-09",
        ),
        ({"mails": [replace(SAID, recipient="b")]}, "unknown", "overdue of d/M.1/a/2026-11 was mailed to b"),
        ({"mails": [replace(SAID, day=DAY + timedelta(days=1))]}, "unknown", "was mailed to a on 2026-12-10"),
        ({"reported": []}, "unknown", "mail <m@x.example> is in the inbox, and nothing is told of it"),
        ({"reported": [replace(TOLD, failed=True)]}, "unknown", "is told as failed, and nothing was in its way"),
        ({"reported": [replace(TOLD, items=frozenset({ITEM}))]}, "unknown", "names something else"),
        ({"reported": [replace(TOLD, boxes=frozenset())]}, "unknown", "went to other mailboxes"),
    ],
)
def test_each_spoiled_inbox_is_found(change: dict[str, Any], kind: str, text: str) -> None:
    """A mail lost, doubled, sent after delivery, on a wrong rung or day, to somebody else, or told otherwise."""
    assert any(text in line for line in spoiled(**change)[kind])
    verdict = judge(replace(GOOD, inbox=replace(RIGHT, **change)), EXPECTED)
    assert any(text in line for line in getattr(verdict, kind))


def test_a_mail_that_came_twice_with_other_bytes_is_doubled() -> None:
    """Though it says the same and its end was uncertain."""
    copies = [Mail(SAID.id, ("a@x.example",), "d1"), Mail(SAID.id, ("a@x.example",), "d2")]
    found = replace(GOOD, mails=copies, resent=frozenset({SAID.id}), inbox=replace(RIGHT, mails=[SAID, SAID]))
    assert judge(found, replace(EXPECTED, uncertain=True)).doubled == (f"mail {SAID.id} came 2 times",)


def test_the_same_bytes_again_are_judged_by_their_first_copy() -> None:
    """A copy that came after the delivery was fixed before it; what is told as failed may have come where it was
    uncertain."""
    again = replace(SAID, at=AT + timedelta(minutes=1))
    inbox = replace(RIGHT, mails=[again, SAID], reported=[replace(TOLD, failed=True)])
    assert (list(lost(inbox)), list(doubled(inbox)), list(unknown(inbox, uncertain=True))) == ([], [], [])
