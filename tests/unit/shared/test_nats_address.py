"""Who goes where, from DONDOC_NATS_URL."""

import pytest

from shared.nats_address import NatsAddress, read_address


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("nats://a:4222", NatsAddress(("nats://a:4222",))),
        ("nats://u:p@a:4222", NatsAddress(("nats://a:4222",), ("u", "p"))),
        ("tls://u:p@a:1,tls://u:p@b:2", NatsAddress(("tls://a:1", "tls://b:2"), ("u", "p"))),
        ("tls://u:p@a:1,tls://b:2", NatsAddress(("tls://a:1", "tls://b:2"), ("u", "p"))),
        ("nats://u:p%40%2C@a:4222", NatsAddress(("nats://a:4222",), ("u", "p@,"))),
        ("nats://token@a:4222", NatsAddress(("nats://token@a:4222",))),
    ],
)
def test_servers_and_user_are_told_apart(url: str, address: NatsAddress) -> None:
    """The user is one for all members of a cluster, also for those that the client learns of later."""
    assert read_address(url) == address


def test_a_password_is_not_shown() -> None:
    """Whoever logs the address shows no secret."""
    assert "secret" not in repr(read_address("nats://u:secret@a:4222"))
