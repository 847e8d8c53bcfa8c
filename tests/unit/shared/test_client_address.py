"""Where a request came from, as logs tell it."""

import pytest
from starlette.requests import Request

from shared.client_address import client_address


@pytest.mark.parametrize(
    ("host", "told"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("fe80::1%eth0", "fe80::1"),
        ("bao-quang-ngai agency=so-y-te why=ok", "unknown"),
        ("fe80::1%\nagency=so-y-te", "fe80::1"),
        ("9" * 5000, "unknown"),
        ("", "unknown"),
    ],
)
def test_an_address_and_nothing_else(host: str, told: str) -> None:
    assert client_address(Request({"type": "http", "client": (host, 1)})) == told


def test_a_client_without_an_address() -> None:
    assert client_address(Request({"type": "http"})) == "unknown"
