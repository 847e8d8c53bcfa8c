"""What the tests of the faults share."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.faults.trial import Trial
from tests.faults.trial import trial as undisturbed


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def trial() -> AsyncIterator[Trial]:
    """A small load and what it comes to undisturbed, once for all tests."""
    async for one in undisturbed():
        yield one
