"""What the client saw, in an append-only file: posted, acknowledged by the server, answered."""

import json
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

POSTED, ACKED, HEARD = "posted", "acked", "heard"


@dataclass
class Journal:
    """`answered` are the keys that have a receipt; each line is on disk before the next thing happens."""

    path: Path
    began: float = field(default_factory=time.monotonic)
    acked: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._file = self.path.open("a")

    def posted(self, key: str) -> None:
        self._write(POSTED, key)

    def ack(self, key: str) -> None:
        self.acked.add(key)
        self._write(ACKED, key)

    def heard(self, key: str, receipt: str) -> None:
        self.answered.add(key)
        self._write(HEARD, key, receipt)

    def close(self) -> None:
        self._file.close()

    def _write(self, *what: str) -> None:
        line = [round(time.monotonic() - self.began, 3), *what]
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()


@dataclass(frozen=True)
class Told:
    """A journal as it is read back: how often each key was posted, which were acknowledged, the receipts of each."""

    posted: Counter[str]
    acked: frozenset[str]
    heard: dict[str, frozenset[str]]


def read_journal(path: Path) -> Told:
    """What the file says."""
    posted: Counter[str] = Counter()
    acked: set[str] = set()
    heard: dict[str, set[str]] = defaultdict(set)
    for line in path.read_text().splitlines():
        _, what, key, *receipt = json.loads(line)
        match what:
            case "posted":
                posted[key] += 1
            case "acked":
                acked.add(key)
            case "heard":
                heard[key].update(receipt)
    return Told(posted, frozenset(acked), {key: frozenset(ids) for key, ids in heard.items()})
