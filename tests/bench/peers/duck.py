"""`python -m tests.bench.peers.duck FOLDER AS_OF`: DuckDB counts from files what the report counts from its view.

FOLDER holds outputs.parquet and occurrences.parquet. Prints JSON: the counts, seconds of each turn, peak memory in KiB.
"""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import duckdb

TURNS = 3
COUNTS = {
    "pairs": "SELECT agency || '/' || duty, count(*) FROM standing GROUP BY ALL",
    "channels": "SELECT coalesce(channel, default_channel), count(*) FROM standing GROUP BY ALL",
    "months": """
        SELECT month || '/' || CASE WHEN bool_or(in_time) THEN 'met' WHEN bool_or(made) THEN 'met_late'
            WHEN $as_of > register_by THEN 'overdue' ELSE 'open' END AS state, month, register_by, occurrence
        FROM (SELECT o.occurrence, o.month, o.register_by, s.occurrence IS NOT NULL AS made,
                s.registered <= o.register_by AND s.published <= o.due AS in_time
            FROM occurrences o LEFT JOIN standing s USING (occurrence)) GROUP BY occurrence, month, register_by""",
}
STANDING = "SELECT * FROM outputs WHERE registered <= $as_of AND (sent_back IS NULL OR sent_back > $as_of)"


def main(folder: Path, as_of: str) -> None:
    db = duckdb.connect()
    seconds, found = [], dict[str, dict[str, int]]()
    for name in ("outputs", "occurrences"):
        db.execute(f"CREATE VIEW {name} AS SELECT * FROM '{folder / name}.parquet'")
    for _ in range(TURNS):
        began = time.perf_counter()
        found = {name: _counts(db, query, as_of) for name, query in COUNTS.items()}
        seconds.append(time.perf_counter() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"counts": found, "seconds": seconds, "peak_kib": peak}))


def _counts(db: duckdb.DuckDBPyConnection, query: str, as_of: str) -> dict[str, int]:
    whole = f"WITH standing AS ({STANDING}) {query}"
    if query is COUNTS["months"]:
        whole = f"SELECT state, count(*) FROM ({whole}) GROUP BY ALL"
    rows: list[Any] = db.execute(whole, {"as_of": as_of}).fetchall()
    return dict(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
