"""Outputs on their way to a document."""

from collections.abc import AsyncIterator

from services.reports.spooled import LINES_AT_ONCE, spooled
from shared.contracts.report import OutputLine
from tests.unit.reports.sample import sample_outputs


async def test_lines_come_back_in_order_as_often_as_they_are_asked_for() -> None:
    """More than are written at once, and their number beside them."""
    lines = sample_outputs() * (LINES_AT_ONCE // 50)

    async def told() -> AsyncIterator[OutputLine]:
        for line in lines:
            yield line

    async with spooled(told()) as found:
        assert len(found) == len(lines) > LINES_AT_ONCE
        assert list(found) == lines
        assert list(found) == lines
