"""Whether two plan files say the same."""

from pathlib import Path

import pytest

from services.assignments.digest import digest
from services.assignments.plan_file import PlanFile
from tests.unit.assignments.sample import OF_2023, SMALL, TWO_LEVELS, plan_of


def test_comments_and_layout_say_nothing() -> None:
    """A file with other comments, quotes and order of keys is the same plan."""
    other = plan_of(
        SMALL,
        ("id: mau-2026", "# Một ghi chú khác.\nid: 'mau-2026'   # mã"),
        ("year: 2026\ntitle: Kế hoạch mẫu", "title: Kế hoạch mẫu\nyear: 2026"),
    )
    assert digest(other) == digest(plan_of(SMALL))


def test_default_that_is_written_out() -> None:
    """Writing a default out changes nothing."""
    assert digest(plan_of(SMALL, ("year:", "register_within: 5\nyear:"))) == digest(plan_of(SMALL))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Kế hoạch mẫu", "title: Kế hoạch"),
        ("phone: 000", "phone: 001"),
        ("holidays: {country: VN}", "holidays: {country: VN, off: [2026-07-15]}"),
        ("vanthu@so-a", "vt@so-a"),
        ("    channel: radio", "    channel: radio\n    window: {until: 2026-12-30}"),
        ("year:", "register_within: 4\nyear:"),
        ("{radio: Phát thanh}\nchannels", "{radio: Phát thanh, tv: Truyền hình}\nchannels"),
    ],
)
def test_every_word_counts(old: str, new: str) -> None:
    """Any other name, date, address or day off is another plan."""
    assert digest(plan_of(SMALL, (old, new))) != digest(plan_of(SMALL))


def test_order_of_headings_counts() -> None:
    """Headings are printed in the file's order, so their order is content."""
    one = plan_of(SMALL, ("headings: {radio: Phát thanh}", "headings: {radio: Phát thanh, tv: Truyền hình}"))
    two = plan_of(SMALL, ("headings: {radio: Phát thanh}", "headings: {tv: Truyền hình, radio: Phát thanh}"))
    assert digest(one) != digest(two)


@pytest.mark.parametrize("path", [OF_2023, TWO_LEVELS, SMALL])
def test_stored_plan_keeps_its_digest(path: Path) -> None:
    """A plan that was kept as JSON and read back is the same plan."""
    plan = plan_of(path)
    kept = PlanFile.model_validate(plan.model_dump(mode="json"))
    assert kept == plan
    assert digest(kept) == digest(plan)
