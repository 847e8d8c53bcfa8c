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
    """`make bodies` and `make faults` ask for more than a run of all tests has the time for."""
    parser.addoption("--mails", type=int, default=200, help="how many go out while notifiers are killed")
    parser.addoption("--kills", type=int, default=8, help="how often a notifier is killed meanwhile")
    parser.addoption("--bodies", type=int, default=500, help="how many bodies hypothesis makes for each way of posting")
