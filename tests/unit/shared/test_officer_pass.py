"""A pass for the officers' page."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.officer_pass import COUNTS_FOR, PassExpired, PassRefused, make_pass, read_pass, token_of
from shared.signed_links import LinkRefused, Purpose, read_link
from tests.harness.services import LINK_SECRET

NOW = datetime(2026, 3, 9, 8, 0, 0, 500, tzinfo=UTC)


def test_it_counts_for_twelve_hours() -> None:
    """What was made is read back until its hour has come, not a moment longer."""
    made = make_pass(NOW)
    token = token_of(made, LINK_SECRET)
    assert read_pass(token, LINK_SECRET, made.until - timedelta(microseconds=1)) == made
    assert timedelta() <= NOW + COUNTS_FOR - made.until < timedelta(seconds=1)
    with pytest.raises(PassExpired):
        read_pass(token, LINK_SECRET, made.until)


def test_altered_or_of_another_secret() -> None:
    """Any other letter, secret, or none at all is refused."""
    token = token_of(make_pass(NOW), LINK_SECRET)
    for wrong in ("", "x", token[:-1], token + "A", token.swapcase(), token.partition(".")[0]):
        with pytest.raises(PassRefused):
            read_pass(wrong, LINK_SECRET, NOW)
    with pytest.raises(PassRefused):
        read_pass(token, LINK_SECRET + "x", NOW)


def test_it_is_no_link_of_a_mail() -> None:
    """A pass acts for no agency, though the same secret signs both."""
    token = token_of(make_pass(NOW), LINK_SECRET)
    for purpose in Purpose:
        with pytest.raises(LinkRefused):
            read_link(purpose, token, LINK_SECRET)


def test_each_has_a_name_of_its_own() -> None:
    """Logs tell two passes apart."""
    assert make_pass(NOW).id != make_pass(NOW).id
