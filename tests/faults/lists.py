"""Lists of outputs as offices send them: rows instead of events, the whole of it or nothing."""

import csv
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO

from tests.faults.posts import Post
from tests.unit.submissions.imports.files import workbook

HEADINGS = ("Mã nhiệm vụ", "Tiêu đề", "Ngày đăng", "Kênh", "Đường dẫn")
NO_DATE = "31/02/2026"
FEWEST_ROWS, MOST_ROWS = 2, 40
WRONG = 0.2


@dataclass(frozen=True)
class OutputList:
    """A file of one agency, by a name of its own. Where it isn't `right`, a row is wrong and none may be recorded."""

    name: str
    posts: tuple[Post, ...]
    data: bytes
    right: bool = True

    @property
    def agency(self) -> str:
        return self.posts[0].agency


class Lists:
    """Makes lists, and names them so that no two have the same name."""

    def __init__(self, rng: random.Random, share: float) -> None:
        self._rng, self._share = rng, share
        self._made = self._wrong_rows = 0

    def take(self, posts: list[Post]) -> list[OutputList]:
        """Take a day's posts of some agencies out of `posts`, as lists; and beside some of them one that is wrong."""
        by_agency: dict[str, list[Post]] = defaultdict(list)
        for post in posts:
            if post.recorded:
                by_agency[post.agency].append(post)
        lists = []
        for several in by_agency.values():
            chosen = several[:MOST_ROWS]
            if len(chosen) < FEWEST_ROWS or self._rng.random() > self._share:
                continue
            for post in chosen:
                posts.remove(post)
            lists.append(self._list(chosen))
            if not self._wrong_rows or self._rng.random() < WRONG:  # one at least
                lists.append(self._wrong(chosen))
        return lists

    def _wrong(self, posts: Sequence[Post]) -> OutputList:
        """Outputs of the same duties and days, with keys of their own; one was published on a day that isn't."""
        renamed = []
        for post in posts:
            self._wrong_rows += 1
            key = f"w{self._wrong_rows:05}"
            renamed.append(Post(key, post.agency, post.body.replace(post.key.encode(), key.encode()), recorded=False))
        return self._list(renamed, wrong=self._rng.randrange(len(renamed)))

    def _list(self, posts: Sequence[Post], wrong: int | None = None) -> OutputList:
        self._made += 1
        rows = [_row(post) for post in posts]
        if wrong is not None:
            rows[wrong][2] = NO_DATE
        as_csv = self._rng.random() < 0.5
        name = f"danh-sach-{self._made:04}.{'csv' if as_csv else 'xlsx'}"
        data = _csv(rows) if as_csv else workbook(*rows, headings=HEADINGS)
        return OutputList(name, tuple(posts), data, right=wrong is None)


def _row(post: Post) -> list[object]:
    data = json.loads(post.body)["data"]
    return [data["duty"], data["title"], date.fromisoformat(data["published_on"]), data["channel"], data["url"]]


def _csv(rows: Iterable[Sequence[object]]) -> bytes:
    """As a spreadsheet saves it, days as they are written in Vietnam."""
    text = StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(HEADINGS)
    for row in rows:
        writer.writerow([f"{cell:%d/%m/%Y}" if isinstance(cell, date) else cell for cell in row])
    return text.getvalue().encode("utf-8-sig")
