"""What the client saw, in an append-only file: posted, acknowledged by the server, answered."""

import json
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.faults.receipts import Receipt

BEGAN = "began"
POSTED, ACKED, HEARD, NAMED, FETCHED, REFUSED, TORN = "posted", "acked", "heard", "named", "fetched", "refused", "torn"


@dataclass
class Journal:
    """`answered` are the keys that have a receipt, `receipts` their ids, `named` the receipts that were answered over
    HTTP; each line is on disk before the next thing happens."""

    path: Path
    began: float = field(default_factory=time.monotonic)
    acked: set[str] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)
    named: dict[str, str] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._file = self.path.open("a")
        self._write(BEGAN, datetime.now(UTC).isoformat())

    def posted(self, key: str) -> None:
        self._write(POSTED, key)

    def ack(self, key: str) -> None:
        self.acked.add(key)
        self._write(ACKED, key)

    def heard(self, receipt: Receipt) -> None:
        self.answered.add(receipt.key)
        self.receipts[receipt.key] = receipt.id
        self._write(HEARD, *receipt)

    def name(self, receipt: Receipt, agency: str) -> None:
        """The answer to a post of that agency over HTTP: its acknowledgement and its receipt at once."""
        self.named[receipt.id] = agency
        self._write(NAMED, receipt.id)
        self.ack(receipt.key)
        self.heard(receipt)

    def fetched(self, id_: str, digest: str) -> None:
        """What the house gave when it was asked for that receipt."""
        self._write(FETCHED, id_, digest)

    def refused(self, name: str) -> None:
        """A list of outputs, as a whole."""
        self._write(REFUSED, name)

    def torn(self, name: str, rows: int, of: int) -> None:
        """So many rows of a list were recorded at a moment."""
        self._write(TORN, name, f"{rows} of {of}")

    def close(self) -> None:
        self._file.close()

    def _write(self, *what: str) -> None:
        line = [round(time.monotonic() - self.began, 3), *what]
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()


@dataclass(frozen=True)
class Told:
    """A journal as it is read back: how often each key was posted, which were acknowledged, the receipts of each by id.

    `named` are receipts that were answered over HTTP, and `fetched` those that were to be had there; `read` every
    receipt with the digest of its bytes, by whatever way it came. `refused` are lists, `torn` lists that were seen with
    so many of so many rows. `heard_at` is when a key's receipt was heard first.
    """

    posted: Counter[str]
    acked: frozenset[str]
    heard: dict[str, frozenset[str]]
    named: frozenset[str] = frozenset()
    fetched: frozenset[str] = frozenset()
    read: frozenset[tuple[str, str]] = frozenset()
    refused: frozenset[str] = frozenset()
    torn: frozenset[tuple[str, str]] = frozenset()
    heard_at: dict[str, datetime] = field(default_factory=dict)


def read_journal(path: Path) -> Told:
    """What the file says."""
    said: dict[str, list[list[str]]] = defaultdict(list)
    heard: dict[str, set[str]] = defaultdict(set)
    heard_at: dict[str, datetime] = {}
    for line in path.read_text().splitlines():
        seconds, what, *rest = json.loads(line)
        said[what].append(rest)
        if what == HEARD:
            began = datetime.fromisoformat(said[BEGAN][0][0])
            heard_at.setdefault(rest[0], began + timedelta(seconds=seconds))
    for key, id_, _ in said[HEARD]:
        heard[key].add(id_)
    bodies = [(id_, digest) for _, id_, digest in said[HEARD]] + [(id_, digest) for id_, digest in said[FETCHED]]

    def first(what: str) -> frozenset[str]:
        return frozenset(one[0] for one in said[what])

    return Told(
        posted=Counter(key for (key,) in said[POSTED]),
        acked=first(ACKED),
        heard={key: frozenset(ids) for key, ids in heard.items()},
        named=first(NAMED),
        fetched=first(FETCHED),
        read=frozenset((id_, digest) for id_, digest in bodies if digest),
        refused=first(REFUSED),
        torn=frozenset((name, rows) for name, rows in said[TORN]),
        heard_at=heard_at,
    )
