"""The memory of submissions while a long backlog waits for it."""

import asyncio
import time
from datetime import timedelta
from typing import Any

from tests.bench.contestant import Trouble
from tests.bench.events import backlog
from tests.bench.house import House
from tests.bench.intake import OURS
from tests.bench.ours import Ours
from tests.bench.progress import Progress
from tests.bench.usage import MIB, SAMPLE_EVERY, resident

DRAINED_WITHIN = timedelta(minutes=15)
AFTERWARDS = 10  # samples of the idle service at the end


async def measure(house: House, count: int, progress: Progress) -> Any:
    """Its resident memory, sampled, from before the first event to after the last."""
    ours = Ours(house, OURS)
    await ours.prepare()
    process = await ours.start()
    try:
        progress(f"memory: {count:,} events are posted")
        events = backlog(count)
        await ours.hold(events)
        samples = [resident(process.pid)]
        progress(f"memory: {count:,} events are drained")
        began = time.monotonic()
        await ours.go()
        while (await ours.stored()).count < count or not await ours.idle():
            if process.exit_code is not None or time.monotonic() - began > DRAINED_WITHIN.total_seconds():
                raise Trouble(f"not drained: {process.log.read_text()[-2000:]}")
            await asyncio.sleep(SAMPLE_EVERY.total_seconds())
            samples.append(resident(process.pid))
        for _ in range(AFTERWARDS):
            await asyncio.sleep(SAMPLE_EVERY.total_seconds())
            samples.append(resident(process.pid))
    finally:
        process.kill()
        await ours.clear()
    return {
        "events": count,
        "rest_mib": round(samples[0] / MIB, 1),
        "max_mib": round(max(samples) / MIB, 1),
        "end_mib": round(samples[-1] / MIB, 1),
        "samples_mib": [round(sample / MIB, 1) for sample in samples],
    }
