"""What every test can ask for; see the modules of the harness."""

pytest_plugins = ["tests.harness.servers", "tests.harness.inbox", "tests.harness.services"]
