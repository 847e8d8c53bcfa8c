"""Officers: what each role covers, and what an address may be."""

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.contracts.officers import Mailbox, Role, officer_id

MAILBOX: TypeAdapter[str] = TypeAdapter(Mailbox)


def test_a_role_covers_those_below_it() -> None:
    """An admin may all, a viewer only look."""
    covered = {role: [one for one in Role if role.covers(one)] for role in Role}
    assert covered == {
        Role.VIEWER: [Role.VIEWER],
        Role.OFFICER: [Role.VIEWER, Role.OFFICER],
        Role.ADMIN: [Role.VIEWER, Role.OFFICER, Role.ADMIN],
    }


@pytest.mark.parametrize("text", ["Can-Bo@STTTT.example", " a.b+c@d-e.example ", "a@localhost"])
def test_addresses_are_compared_in_small_letters(text: str) -> None:
    assert MAILBOX.validate_python(text) == text.strip().lower()


@pytest.mark.parametrize(
    "text",
    ["", "a", "a@", "@b", "a@b@c", "a b@c", "a@b\r\nTo: c@d", "a@b,c@d", "<a@b>", '"a"@b', "á@b", "a..b@c", "a@b..c"],
)
def test_what_is_no_address(text: str) -> None:
    """Nothing that ends a header, names two, or needs quotes."""
    with pytest.raises(ValidationError):
        MAILBOX.validate_python(text)


def test_an_id_is_a_token_of_a_subject() -> None:
    """An address isn't: it has dots."""
    assert officer_id("can-bo@stttt.example").isalnum()
