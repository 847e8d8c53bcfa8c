"""Plans without the addresses from which mail came back."""

from datetime import UTC, date, datetime

import pytest

from services.notifier.bounces.unreachable import Marked, Reachable, is_wrong
from services.notifier.recipients import addresses
from shared.contracts.reminders import Rung
from tests.unit.notifier.sample import COORDINATOR, plan

DAY = date(2023, 3, 14)


def mark(address: str, agency: str = "tt-a") -> Marked:
    return Marked(address, "mau-2023", agency, "550 no such user", datetime(2023, 3, 9, tzinfo=UTC))


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        (("550 5.1.1 no such user",), True),
        (("554 5.1.10 the domain takes no mail",), True),
        (("550 5.2.1 disabled",), True),
        (("5.1.1", "unknown user"), True),
        (("5.0.0", "550-5.1.1 The email account that you tried to reach does not exist"), True),
        (("552 5.2.2 the mailbox is full",), False),
        (("554 5.7.1 refused by policy",), False),
        (("5.4.1", "550 5.4.1 no route"), False),
        (("550 5.1.7 bad sender's mailbox",), False),
        (("550 5.1.8 sender address rejected: domain not found",), False),
        (("550 no such user",), False),
        (("5.0.0", "550 no such user"), False),
        (("450 4.1.1 try later",), False),
        (("550 5.7.1 user said: 550 5.1.1 is no reason",), False),
    ],
)
def test_what_is_said_against_an_address(said: tuple[str, ...], wrong: bool) -> None:
    """That it or its domain is bad or takes no mail, by the enhanced code alone; neither that something else is in the
    way, nor that the sender is bad."""
    assert is_wrong(*said) is wrong


def test_marked_addresses_are_left_out_wherever_they_stand() -> None:
    """Of whom it is to and of who is copied, in whatever case they are written."""
    reached = Reachable().of(plan(), [mark("TT-A@mau.example"), mark("a@mau.example", "huyen-a")])
    told = addresses(reached, "tt-a", frozenset({Rung.ESCALATED}), DAY)
    assert told.to == ("tt-a-2@mau.example",)
    assert "a@mau.example" not in told.cc


def test_the_contact_is_no_way_round_a_mark() -> None:
    """The coordinator whose own address is marked isn't mailed at the contact's where that is the same one, nor is
    anybody told to write there."""
    contact = plan().contact.model_copy(update={"email": COORDINATOR.emails[0]})
    given = plan(contact=contact)
    reached = Reachable().of(given, [mark(COORDINATOR.emails[0], COORDINATOR.id)])
    assert addresses(reached, COORDINATOR.id, frozenset(), DAY).to == ()
    assert (reached.contact.name, reached.contact.email) == (contact.name, "")


def test_a_plan_is_made_anew_only_when_something_changed() -> None:
    """The same plan and marks give the same object, and without marks it is the plan itself."""
    reachable, given = Reachable(), plan()
    assert reachable.of(given, []) is given
    made = reachable.of(given, [mark("tt-a@mau.example")])
    assert reachable.of(given, [mark("tt-a@mau.example")]) is made
    assert reachable.of(given, [mark("tt-a-2@mau.example")]) is not made
