"""Named moments at which a crash is worst, so that it can be tried there. Nothing happens at one unless it is armed."""

from collections.abc import Callable
from enum import StrEnum


class CrashPoint(StrEnum):
    """Each lies between two steps that no transaction binds together."""

    INTAKE_COMMITTED = "intake: after the commit, before the relay is told"
    INTAKE_RECORDED = "intake: after the commit, before the acknowledgement"
    RELAY_PUBLISHED = "relay: after the publish, before the mark"
    NOTIFIER_DECIDED = "notifier: after the decision's commit, before the acknowledgement"
    NOTIFIER_CLAIMED = "notifier: after the claim"
    NOTIFIER_FROZEN = "notifier: after the bytes are fixed, before they are sent"
    NOTIFIER_HANDED = "notifier: after it is noted that the final dot may go out, before it does"
    NOTIFIER_SENT = "notifier: after the server took the mail, before the mark"
    NOTIFIER_MARKED = "notifier: after the mark, before the relay is told"
    ASSIGNMENTS_COMMITTED = "assignments: after the commit, before the relay is told"
    REPORTS_COMMITTED = "reports: after the view's commit, before the acknowledgement"


_armed: dict[CrashPoint, Callable[[], None]] = {}


def arm(point: CrashPoint, strike: Callable[[], None]) -> None:
    """Call `strike` each time this process passes the point."""
    _armed[point] = strike


def crash_point(point: CrashPoint) -> None:
    """The process passes the point."""
    if point in _armed:
        _armed[point]()
