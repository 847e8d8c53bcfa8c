"""A report that was handed out while things went wrong is right, or it is found out."""

import json
from datetime import date
from typing import Any

import pytest

from tests.faults.told_reports import REVIEWED, Asked, misreported

DAY, NEXT = date(2026, 11, 30), date(2026, 12, 14)
AT = {"plan": "p", "duty": "M.1", "agency": "a", "period": "2026-11"}


def _event(name: str, kind: str, **data: object) -> dict[str, Any]:
    return {"id": name, "type": f"vn.dondoc.{kind}.v1", "data": {"plan": "p", "duty": "M.1", "agency": "a", **data}}


DUE = {"period": "2026-11", "start": "2026-11-01", "end": "2026-11-30", "register_by": "2026-12-07"}
LOG = [
    _event("b", "duty.assigned", day="2026-01-01", occurrences=[DUE]),
    _event("o", "output.recorded", day=str(DAY), output="o", occurrence=AT, title="tin e00001", published_on=str(DAY)),
]
BACK = _event("r", "output.reviewed", day=str(NEXT), output="o", occurrence=AT, review=1, accepted=False)


def _report(state: str = "met", outputs: int = 1, recorded: int = 1, total: int = 1, pair: int | None = None) -> bytes:
    counts = {"met": 0, "met_late": 0, "overdue": 0, "excused": 0, "open": 0}
    line = {"duty": "M.1", "agency": "a", "period": "2026-11", "state": state, "outputs": outputs}
    explicit = {**counts, state: total}
    made = {"recorded": recorded, "standing": outputs, "sent_back": recorded - outputs}
    pairs = [{"outputs": outputs if pair is None else pair}]
    report = {"totals": {"explicit": explicit, "implied": counts}, "occurrences": [line], "outputs": made}
    return json.dumps({**report, "pairs": pairs}).encode()


def _asked(data: bytes, *, day: date = DAY, over: bool = True, logged: tuple[str, ...] = ()) -> Asked:
    return Asked(day, "json", str(hash(data)), data, over, frozenset(logged))


def test_what_the_log_says_is_right() -> None:
    """On a day that is over, and on the day itself with the output or before it."""
    calm = [_asked(_report())]
    asked = [
        _asked(_report()),
        _asked(_report(), over=False, logged=("e00001",)),
        _asked(_report("open", 0, 0), over=False),
    ]
    assert list(misreported(LOG, asked, calm)) == []


def test_what_was_sent_back_counts_on_the_days_before() -> None:
    """The same output: it stands on one day and doesn't on the next."""
    assert BACK["type"] == REVIEWED
    right = [_asked(_report()), _asked(_report("overdue", 0), day=NEXT)]
    assert list(misreported([BACK, *LOG], right, right)) == []
    wrong = [_asked(_report(), day=NEXT)]
    assert "is met with 1 outputs; by the log [('overdue', 0)]" in next(misreported([BACK, *LOG], wrong, wrong))


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (_asked(_report("open", 0, 0)), "asked when that day was over, differs from the last: M.1/a/2026-11 is open"),
        (_asked(_report() + b" "), "differs from the last: other bytes"),
        (_asked(_report("open", 0, 0), over=False, logged=("e00001",)), "0 outputs are recorded; by the log 1 to 1"),
        (_asked(_report(recorded=2), over=False), "2 outputs are recorded; by the log 0 to 1"),
        (_asked(_report("overdue", 0, 0), over=False), "is overdue with 0 outputs"),
        (_asked(_report(total=2), over=False), "2 are met in total, and 1 one by one"),
        (_asked(_report(pair=2), over=False), "1 outputs stand, and 2 by agency and duty"),
    ],
)
def test_wrong_figures_are_named(asked: Asked, text: str) -> None:
    """Too few, too many, of another state, or at odds with each other."""
    assert any(text in wrong for wrong in misreported(LOG, [asked], [_asked(_report())]))


def test_an_answer_that_nothing_can_be_held_against_is_no_right_one() -> None:
    """Nobody answered when all was calm."""
    assert list(misreported(LOG, [_asked(_report())], [])) == ["nobody answers again what was asked for meanwhile"]
