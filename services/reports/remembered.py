"""What was worked out last, so that an answer costs what is new in it."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar, TypeVarTuple

R = TypeVar("R")
Given = TypeVarTuple("Given")


class Remembered(Generic[R]):
    """For each of so many keys the last result and what it was made of, which is compared by value: nothing can be
    stale, whoever changed it. What was read of the same bytes is the same object, so that takes next to nothing."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._last: dict[Hashable, tuple[object, R]] = {}
        # Reports are built in threads.
        self._changing = Lock()

    def get(self, key: Hashable, make: Callable[[*Given], R], *given: *Given) -> R:
        """As `make`, which is pure."""
        last = self._last.get(key)
        if last is not None and last[0] == given:
            return last[1]
        result = make(*given)
        with self._changing:
            self._last.pop(key, None)
            if len(self._last) == self._most:
                del self._last[next(iter(self._last))]
            self._last[key] = given, result
        return result
