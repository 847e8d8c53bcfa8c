"""So many events a second for each agency, in this process: a bucket that fills up steadily."""

from dataclasses import dataclass

from shared.contracts.http_limits import SAVED_SECONDS


@dataclass
class _Bucket:
    left: float
    at: float


class Rate:
    """`rate` is events a second. An agency that was quiet may post ten seconds' worth at once: `most`."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.most = rate * SAVED_SECONDS
        self._buckets: dict[str, _Bucket] = {}

    def take(self, agency: str, events: int, now: float, counted: int = 0) -> float:
        """Take so many events out of the agency's bucket; `now` is a monotonic clock's, in seconds.

        `counted` of them were taken out before: they count as if they were still in it.

        0 where that was possible, else the seconds until it is; more than a full bucket waits for a full one.
        """
        bucket = self._buckets.setdefault(agency, _Bucket(self.most, now))
        bucket.left = min(self.most, bucket.left + (now - bucket.at) * self.rate)
        bucket.at = now
        wanted = min(events, self.most)
        if bucket.left + counted < wanted:
            return (wanted - bucket.left) / self.rate
        bucket.left -= events - counted
        return 0.0
