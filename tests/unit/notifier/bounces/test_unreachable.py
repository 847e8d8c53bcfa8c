"""Plans without the addresses from which mail came back."""

from datetime import UTC, date, datetime

from services.notifier.bounces.unreachable import Marked, Reachable
from services.notifier.recipients import addresses
from shared.contracts.reminders import Rung
from tests.unit.notifier.sample import COORDINATOR, plan

DAY = date(2023, 3, 14)


def mark(address: str, agency: str = "tt-a") -> Marked:
    return Marked(address, "mau-2023", agency, "550 no such user", datetime(2023, 3, 9, tzinfo=UTC), date(2023, 3, 8))


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
