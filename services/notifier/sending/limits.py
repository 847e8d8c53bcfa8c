"""How much a recipient's domain gets at once and in a minute: who sends a mail to each of 5,000 boxes of one provider
at once is put off or listed. Pure; the figures hold for one process."""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Iterable

MINUTE = 60.0
# Seconds after which a domain that has all its connections is tried again: a mail takes less.
FULL_FOR = 2.0
# A longer wait would count as the word of a wrong clock: see `Store.claim`.
LONGEST = 3600.0


class Limits:
    """`at_once` mails on their way to a domain, `per_minute` of them in any minute; `ticks` are seconds by a clock
    that nobody can set."""

    def __init__(self, at_once: int, per_minute: int, ticks: Callable[[], float]) -> None:
        self._at_once, self._per_minute, self._ticks = at_once, per_minute, ticks
        self._busy: Counter[str] = Counter()
        self._begun: dict[str, deque[float]] = defaultdict(deque)
        self._turn: dict[str, float] = {}

    def enter(self, domains: Collection[str]) -> float:
        """0 if a mail to these may begin, and it has then; else the seconds after which to ask again."""
        now = self._ticks()
        waits = {domain: wait for domain in domains if (wait := self._wait(domain, now))}
        for domain in () if waits else domains:
            self._busy[domain] += 1
            self._begun[domain].append(now)
        return max((self._queue(domain, now, wait) for domain, wait in waits.items()), default=0.0)

    def leave(self, domains: Iterable[str]) -> None:
        """It has come to an end."""
        for domain in domains:
            self._busy[domain] -= 1
            if not self._busy[domain]:
                del self._busy[domain]

    def _queue(self, domain: str, now: float, wait: float) -> float:
        """Each has a turn of its own, as close as the domain bears: else all would come at once when there is room for
        some, again and again."""
        turn = max(self._turn.get(domain, 0.0), now + wait)
        self._turn[domain] = turn + MINUTE / self._per_minute
        return min(turn - now, LONGEST)

    def _wait(self, domain: str, now: float) -> float:
        begun = self._begun[domain]
        while begun and begun[0] <= now - MINUTE:
            begun.popleft()
        if len(begun) >= self._per_minute:
            return begun[0] + MINUTE - now
        if not begun and not self._busy[domain]:
            del self._begun[domain]
        return FULL_FOR if self._busy[domain] >= self._at_once else 0.0


def domains_of(recipients: Iterable[str]) -> frozenset[str]:
    """The domains of plain addresses."""
    return frozenset(address.rpartition("@")[2].lower() for address in recipients)
