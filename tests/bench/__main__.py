"""`python -m tests.bench`: every figure of docs/performance.md, each beside something measured in the same run."""

import argparse
import asyncio
import json
from pathlib import Path
from typing import Any

from tests.bench.measure import EVENTS, OUTPUTS, PARTS, REPEAT, Size, measure
from tests.bench.reports import AGENCIES
from tests.bench.tables import tables
from tests.harness.tree import ROOT

RESULT = ROOT / "out" / "bench" / "bench.json"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--events", type=int, default=EVENTS, help="how many wait for the intake (%(default)s)")
    parser.add_argument("--repeat", type=int, default=REPEAT, help="turns of each; figures are medians (%(default)s)")
    parser.add_argument("--outputs", type=int, default=OUTPUTS, help="of which reports are made (%(default)s)")
    parser.add_argument("--agencies", type=int, nargs="+", default=AGENCIES, help="of reports (%(default)s)")
    parser.add_argument("--only", choices=PARTS, help="intake: ours and the ceiling; peers: the others beside them")
    parser.add_argument("--data", type=Path, help="where servers keep their data; in memory no disk counts")
    parser.add_argument("--markdown", action="store_true", help="print the tables as Markdown")
    parser.add_argument("--last", action="store_true", help="print what the last run measured, measure nothing")
    options = parser.parse_args()
    if options.last:
        found = json.loads(RESULT.read_text(encoding="utf-8"))
    else:
        size = Size(options.events, options.repeat, tuple(options.agencies), options.outputs)
        found = asyncio.run(measure(size, options.only, options.data, _save))
    for table in tables(found):
        if options.markdown:
            print(table.markdown())
        else:
            table.show()


def _save(found: dict[str, Any]) -> None:
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
