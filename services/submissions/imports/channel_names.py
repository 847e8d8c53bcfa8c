"""Channels by what officials call them: the plan's label, a part or the beginning of it, or its initials.

Labels are the plan's, so what people make of them is made of the labels: “Truyền hình” and “TH” are “Truyền hình tỉnh”
in a plan that has no other television.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from services.submissions.imports.text import plain
from services.submissions.rules import MOST_CANDIDATES
from shared.near import near

NEAREST = 5


class ChannelNames:
    """Of all plans. A name that may stand for two channels stands for neither."""

    def __init__(self, labels: Iterable[Mapping[str, str]]) -> None:
        pairs = [pair for of_a_plan in labels for pair in of_a_plan.items()]
        self._titles = dict(pairs)
        self._parts = [(part.split(), id_) for id_, label in pairs for part in map(plain, label.split(",")) if part]
        whole = [(plain(name), id_) for id_, label in pairs for name in (id_, label)]
        begins = [(" ".join(words[:n]), id_) for words, id_ in self._parts for n in range(1, len(words) + 1)]
        initials = [
            ("".join(word[0] for word in words[:n]), id_)
            for words, id_ in self._parts
            for n in range(2, len(words) + 1)
        ]
        self._whole = alone(whole)
        self._begins = {name: id_ for name, id_ in alone(begins).items() if self._holding(name) == [id_]}
        self._initials = alone(initials)
        # Ids of the channels that may have been meant, the nearest first; all where none is like it. A list says the
        # same in thousands of rows.
        self.like = lru_cache(maxsize=1_000)(self._like)

    def id_of(self, text: str) -> str:
        """The id; the text itself where no channel, or more than one, may be meant."""
        name = plain(text)
        return self._whole.get(name) or self._begins.get(name) or self._initials.get(name) or text

    def title(self, id_: str) -> str:
        """The label as the plan writes it."""
        return self._titles.get(id_, id_)

    def _like(self, text: str) -> tuple[str, ...]:
        name = plain(text)
        said = [id_ for begin, id_ in self._begins.items() if f" {begin} " in f" {name} "]
        parts = {" ".join(words): id_ for words, id_ in self._parts}
        nearest = [parts[part] for part in near(name, parts, most=NEAREST, cutoff=0.6)]
        found = tuple(dict.fromkeys([*self._holding(name), *said, *nearest]))[:NEAREST]
        return found or tuple(self._titles)[:MOST_CANDIDATES]

    def _holding(self, name: str) -> list[str]:
        """The channels in whose labels these words stand."""
        return list(dict.fromkeys(id_ for words, id_ in self._parts if f" {name} " in f" {' '.join(words)} "))


def alone(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Ids by name, of the names that are those of one thing only."""
    found: dict[str, set[str]] = {}
    for name, id_ in pairs:
        found.setdefault(name, set()).add(id_)
    return {name: next(iter(ids)) for name, ids in found.items() if len(ids) == 1 and name}
