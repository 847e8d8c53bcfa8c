"""What may be told of one occurrence: facts for tests to put together, and strategies that make any of them."""

from datetime import date, timedelta

from hypothesis import strategies as st

from shared.contracts.duties import ExcuseKind, OccurrenceKey
from shared.contracts.ledger import Assigned, Delivered, Excused, Extended, Fact, Reviewed, Withdrawn

KEY = OccurrenceKey(plan="mau-2026", duty="I.1", agency="so-a", period="2026-02")
NEW_YEAR = date(2026, 1, 1)
PAPER = {"approver": "ubnd", "document": "01/CV (mẫu)", "reason": "mẫu"}


def assigned(revision: int = 1, day: date = NEW_YEAR, **other: object) -> Assigned:
    """February, to be registered by 6 March."""
    dates = {"start": date(2026, 2, 1), "end": date(2026, 2, 28), "register_by": date(2026, 3, 6)}
    return Assigned.model_validate({"event": f"assigned:{revision}", "revision": revision, "day": day} | dates | other)


def withdrawn(revision: int, day: date = NEW_YEAR) -> Withdrawn:
    return Withdrawn(event=f"withdrawn:{revision}", revision=revision, day=day)


def excused(day: date, revision: int = 2, kind: ExcuseKind = ExcuseKind.EXEMPTION) -> Excused:
    return Excused(event=f"excused:{revision}", revision=revision, day=day, kind=kind, **PAPER)


def extended(day: date, end: date, revision: int = 2) -> Extended:
    """To be registered by a week after the new end."""
    by = end + timedelta(days=7)
    return Extended(event=f"extended:{revision}", revision=revision, day=day, end=end, register_by=by, **PAPER)


def delivered(day: date, published_on: date | None = None, output: str = "o1") -> Delivered:
    """Registered on `day`, published on the same unless told otherwise."""
    return Delivered(event=f"receipt-{output}", day=day, output=output, published_on=published_on or day)


def reviewed(day: date, accepted: bool, review: int = 1, output: str = "o1") -> Reviewed:
    return Reviewed(event=f"review:{output}:{review}", day=day, output=output, review=review, accepted=accepted)


days = st.dates(date(2026, 1, 1), date(2026, 4, 30))
_revisions = st.integers(1, 6)
_outputs = st.sampled_from(["o1", "o2", "o3"])


@st.composite
def _assigned(draw: st.DrawFn) -> Assigned:
    start, longer, later = draw(days), draw(st.integers(0, 40)), draw(st.integers(0, 9))
    end = start + timedelta(days=longer)
    partners = draw(st.sampled_from([(), ("so-b",)]))
    return assigned(
        draw(_revisions),
        draw(days),
        start=start,
        end=end,
        register_by=end + timedelta(days=later),
        jointly_with=partners,
    )


facts: st.SearchStrategy[Fact] = st.one_of(
    _assigned(),
    st.builds(withdrawn, _revisions, days),
    st.builds(excused, days, _revisions, st.sampled_from(ExcuseKind)),
    st.builds(extended, days, days, _revisions),
    st.builds(delivered, days, days, _outputs),
    st.builds(reviewed, days, st.booleans(), st.integers(1, 3), _outputs),
)
