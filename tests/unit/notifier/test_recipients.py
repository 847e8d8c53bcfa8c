"""Whose mailbox a reminder lands in."""

from datetime import date

import pytest

from services.notifier.recipients import Addresses, addresses, recipient_of, usable
from shared.contracts.plan import Agency, PlanPublished
from shared.contracts.reminders import Rung
from tests.unit.notifier.sample import CENTRE, COORDINATOR, DISTRICT, RADIO, plan

DAY = date(2023, 3, 14)
ESCALATED = frozenset({Rung.OVERDUE, Rung.ESCALATED})
LATE = frozenset({Rung.OVERDUE})


def bodies(*agencies: Agency) -> PlanPublished:
    return plan(agencies=agencies)


def test_no_copy_before_it_is_escalated() -> None:
    """An overdue mail goes to all addresses of the agency and to nobody else."""
    assert addresses(plan(), "tt-a", LATE, DAY) == Addresses(("tt-a@mau.example", "tt-a-2@mau.example"))


def test_escalated_copies_the_directing_body() -> None:
    """An escalated mail has the body that directs the agency on Cc."""
    assert addresses(plan(), "tt-a", ESCALATED, DAY).cc == ("a@mau.example",)


def test_escalated_copies_the_head_where_nobody_directs() -> None:
    """Where no body directs the agency, its own head is on Cc."""
    assert addresses(plan(), "dai", ESCALATED, DAY).cc == ("giam-doc-dai@mau.example",)


def test_a_directing_body_without_address() -> None:
    """A directing body that can't be reached is passed over for the head."""
    mute = DISTRICT.model_copy(update={"emails": ()})
    assert addresses(bodies(mute, CENTRE), "tt-a", ESCALATED, DAY).cc == ("giam-doc-tt-a@mau.example",)


def test_an_abolished_directing_body() -> None:
    """When the directing body is abolished, the one above it is on Cc."""
    gone = DISTRICT.model_copy(update={"valid_until": date(2023, 1, 31), "parent": "dieu-phoi"})
    found = addresses(bodies(COORDINATOR, gone, CENTRE), "tt-a", ESCALATED, DAY)
    assert found.cc == ("dp@mau.example",)


def test_nobody_twice() -> None:
    """An address that is on To is not on Cc, and none is named twice, in whatever case it is written."""
    same = CENTRE.model_copy(update={"emails": ("X@mau.example", "x@mau.example"), "parent": None})
    same = same.model_copy(update={"head_emails": ("x@MAU.example", "y@mau.example")})
    found = addresses(bodies(same), "tt-a", ESCALATED, DAY)
    assert found == Addresses(("x@mau.example",), ("y@mau.example",))


def test_the_coordinator_can_always_be_reached() -> None:
    """A coordinator without addresses is mailed at the plan's contact."""
    mute = COORDINATOR.model_copy(update={"emails": ()})
    assert addresses(bodies(mute), "dieu-phoi", LATE, DAY).to == ("lien-he@mau.example",)


def test_an_agency_without_address() -> None:
    """An agency without a usable address has nowhere to be mailed to; no other body is guessed."""
    mute = RADIO.model_copy(update={"emails": ("không phải địa chỉ",)})
    assert addresses(bodies(mute), "dai", LATE, DAY).to == ()


def test_the_last_day_of_an_agency() -> None:
    """On its last day an agency is still reminded itself; the day after, the body that directed it is."""
    gone = CENTRE.model_copy(update={"valid_until": DAY})
    both = bodies(COORDINATOR, DISTRICT, gone)
    assert recipient_of(both, "tt-a", DAY) == "tt-a"
    assert recipient_of(both, "tt-a", date(2023, 3, 15)) == "huyen-a"


def test_parents_in_a_circle() -> None:
    """Abolished bodies that name each other as parents end at the coordinator."""
    one = CENTRE.model_copy(update={"valid_until": date(2023, 1, 1)})
    other = DISTRICT.model_copy(update={"valid_until": date(2023, 1, 1), "parent": "tt-a"})
    assert recipient_of(bodies(COORDINATOR, one, other), "tt-a", DAY) == "dieu-phoi"


def test_an_agency_that_the_plan_does_not_know() -> None:
    """An unknown agency's reminders go to the coordinator."""
    assert recipient_of(plan(), "la", DAY) == "dieu-phoi"


@pytest.mark.parametrize(
    "address",
    [
        "a@b",
        "a@b.example\r\nBcc: x@y.example",
        "a@b.example, x@y.example",
        "a@b.example\n",
        "a@b.example\x00",
        "<a@b.example>",
        "Tên <a@b.example>",
        "a b@c.example",
        "a@-b.example",
        "a..b@c.example",
        "đài@mau.example",
        "a@b.example> SIZE=1",
        "@b.example",
        "a@" + "b" * 64 + ".example",
        "a" * 250 + "@b.example",
        "",
    ],
)
def test_what_is_no_address(address: str) -> None:
    """Anything but one plain mail address is not used."""
    assert not usable(address)


@pytest.mark.parametrize("address", ["a@b.example", "phong.ban+nhac-viec@so-ngoai-vu.mau.example"])
def test_what_is_an_address(address: str) -> None:
    """A plain mail address is used as it is."""
    assert usable(address)
