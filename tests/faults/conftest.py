"""What the tests of the faults share."""

import pytest_asyncio

from tests.faults.trial import Trial, new_trial


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def trial() -> Trial:
    """A small load and what it comes to undisturbed, once for all tests."""
    return await new_trial()
