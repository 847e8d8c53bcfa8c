"""What every test can ask for; see these modules."""

import pytest

pytest_plugins = [
    "tests.harness.servers",
    "tests.harness.inbox",
    "tests.harness.node",
    "tests.harness.services",
    "tests.integration.http_desk",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make bodies` asks for more than a run of all tests has the time for."""
    parser.addoption("--bodies", type=int, default=500, help="how many bodies hypothesis makes for each way of posting")
