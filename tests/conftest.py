"""What every test can ask for; see these modules."""

pytest_plugins = [
    "tests.harness.servers",
    "tests.harness.inbox",
    "tests.harness.node",
    "tests.harness.services",
    "tests.integration.http_desk",
]
