"""How a use case ends when it doesn't return: it refuses for good, or asks to be tried again."""

from datetime import timedelta


class Rejected(Exception):
    """What was asked can't be done, and trying again won't help; `reason` is a text for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Overtaken(Rejected):
    """Somebody else's word came first, and who asks hasn't seen it; `reason` says whose."""


class Retry(Exception):
    """Something that is needed isn't there yet; the same again after `after`."""

    def __init__(self, after: timedelta, why: str) -> None:
        super().__init__(why)
        self.after = after
        self.why = why
