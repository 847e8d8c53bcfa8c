"""`python -m tests.bench`: every figure of docs/performance.md, each beside something measured in the same run."""

import argparse
import asyncio
import json
from pathlib import Path
from typing import Any

from tests.bench import intake
from tests.bench.house import house
from tests.bench.progress import say
from tests.bench.tables import intake_table, show
from tests.harness.tree import ROOT

OUT = ROOT / "out" / "bench"
EVENTS = 20_000
REPEAT = 3
PARTS = ("intake", "latency", "memory", "start", "peers")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--events", type=int, default=EVENTS, help="how many wait for the intake (%(default)s)")
    parser.add_argument("--repeat", type=int, default=REPEAT, help="turns of each; figures are medians (%(default)s)")
    parser.add_argument("--only", choices=PARTS, help="one part; intake is ours and the ceiling, peers the others too")
    parser.add_argument("--data", type=Path, help="where the servers' data lies; in memory the disk counts for nothing")
    options = parser.parse_args()
    found = asyncio.run(_measure(options.events, options.repeat, options.only, options.data))
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "bench.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    show([intake_table(found["intake"])])


async def _measure(events: int, repeat: int, only: str | None, data: Path | None) -> dict[str, Any]:
    async with house(data) as up:
        taking_part = intake.entries(up, peers=only != "intake", pairs=only != "peers")
        return {"intake": await intake.measure(up, taking_part, events, repeat, say)}


if __name__ == "__main__":
    main()
