"""Where the outputs that reports keeps disagree with the log; what they are counted as is seen in its report."""

from collections.abc import AsyncIterator, Mapping

from services.reports.store import Store


async def disagreements(store: Store, outputs: Mapping[str, int]) -> AsyncIterator[str]:
    """A line for each plan of which the view keeps another number than that of the log."""
    for plan, count in sorted(outputs.items()):
        kept = await store.outputs.count(plan)
        if kept != count:
            yield f"reports keeps {kept} outputs of {plan}, the log {count}: run `dondoc rebuild reports`"
